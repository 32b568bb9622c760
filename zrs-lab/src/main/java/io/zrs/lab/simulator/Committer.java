package io.zrs.lab.simulator;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Bytes;
import io.zrs.storage.ConflictException;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Writes transactions on a primary, and into the model.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Committer {
    private static final byte[] EXTENSION = "\u0080\3}q\0X\1\0\0\0kq\1K\1s.".getBytes(StandardCharsets.ISO_8859_1);
    private static final int UNDO_DEPTH_MAX = 6;
    private static final int EXTENSION_PERCENT = 5;

    private final World world;
    private final RandomGenerator random;
    private final Planner planner;
    private int count;

    Committer(World world) {
        this.world = world;
        this.random = world.chance();
        this.planner = new Planner(world.recipe(), random);
    }

    private enum End {
        FINISH,
        ABORT
    }

    private interface Writing<T extends StorageTransaction> {
        List<Revision> into(T transaction) throws IOException;
    }

    void commit(Machine machine) {
        change(machine, End.FINISH);
    }

    void abort(Machine machine) {
        change(machine, End.ABORT);
    }

    /** Changes an object of which it has an old revision. */
    void conflict(Machine machine) {
        Commit head = machine.head();
        Revision root = head.object(Oid.ROOT);
        if (root == null || machine.faults().isTroubled()) {
            return;
        }
        Tid wrong = new Tid(root.tid().value() - 1);
        BlobWritableStorage storage = writable(machine);
        try (BlobTransaction transaction = storage.begin(TransactionMetadata.EMPTY)) {
            transaction.store(Oid.ROOT, wrong, ByteBuffer.wrap(Records.list(List.of(), new byte[0])));
            world.fail(machine + " takes a change of an old revision");
        } catch (ConflictException e) {
            world.count(Happening.CONFLICT);
            world.trace(machine, "conflict");
        } catch (RuntimeException e) {
            machine.excuse("a conflict", e);
        }
    }

    /** Undoes one of the last transactions, if it can be undone. */
    void undo(Machine machine) {
        Commit head = machine.head();
        List<Commit> candidates = undoable(machine, head);
        if (candidates.isEmpty() || machine.running().isPacking()) {
            return;
        }
        Commit undone = candidates.get(random.nextInt(candidates.size()));
        Undoable undoable = machine.running().view().capability(Undoable.class).orElseThrow();
        world.trace(machine, "undoes " + undone);
        TransactionMetadata metadata = metadata("undo");
        write(machine, head, metadata, End.FINISH, () -> undoable.beginUndo(metadata), transaction -> {
            undo(transaction, undone);
            return restored(undone, transaction.tid());
        });
        world.count(Happening.UNDO);
    }

    private static void undo(UndoTransaction transaction, Commit undone) {
        transaction.undo(undone.tid());
    }

    private static List<Revision> restored(Commit undone, Tid tid) {
        return undone.revisions().stream()
                .map(revision -> Revision.restored(revision.oid(), tid, undone.objectBefore(revision.oid())))
                .toList();
    }

    private List<Commit> undoable(Machine machine, Commit head) {
        List<Commit> candidates = new ArrayList<>();
        List<Commit> history = head.history();
        for (int i = history.size() - 1; i > 0 && i > history.size() - UNDO_DEPTH_MAX; i--) {
            Commit commit = history.get(i);
            boolean late = commit.tid().compareTo(machine.packTime()) > 0
                    && commit.tid().compareTo(world.undoLimit()) > 0;
            if (late
                    && !commit.revisions().isEmpty()
                    && isUnchangedSince(commit, head)
                    && !bringsBackADeletion(commit, machine.packTime())) {
                candidates.add(commit);
            }
        }
        return candidates;
    }

    private static boolean isUnchangedSince(Commit commit, Commit head) {
        return commit.revisions().stream().allMatch(revision -> head.object(revision.oid()) == revision)
                && (commit.object(Oid.ROOT) == null || commit.objectBefore(Oid.ROOT) != null);
    }

    /** One that a pack may have dropped, as ZODB's does: then an undo finds what was before it, if a later undo refers to that. */
    private static boolean bringsBackADeletion(Commit commit, Tid packTime) {
        return commit.revisions().stream()
                .map(revision -> commit.objectBefore(revision.oid()))
                .anyMatch(before ->
                        before != null && !before.exists() && before.tid().compareTo(packTime) <= 0);
    }

    private void change(Machine machine, End end) {
        Commit head = machine.head();
        BlobWritableStorage storage = writable(machine);
        Path temporary = temporary(machine);
        TransactionMetadata metadata = metadata("change");
        write(machine, head, metadata, end, () -> storage.begin(metadata), transaction -> {
            List<Revision> revisions = new ArrayList<>();
            for (Map.Entry<Oid, Draft> draft :
                    planner.plan(head, storage::newOid).entrySet()) {
                Revision revision = draft.getValue().revision(draft.getKey(), transaction.tid());
                store(transaction, head, revision, temporary);
                revisions.add(revision);
            }
            return revisions;
        });
    }

    private interface Beginning<T extends StorageTransaction> {
        T begin();
    }

    private <T extends StorageTransaction> void write(
            Machine machine,
            Commit head,
            TransactionMetadata metadata,
            End end,
            Beginning<T> beginning,
            Writing<T> writing) {
        Commit commit = null;
        try (T transaction = beginning.begin()) {
            List<Revision> revisions = writing.into(transaction);
            if (end == End.ABORT && random.nextBoolean()) {
                world.count(Happening.ABORT);
                return;
            }
            transaction.vote();
            if (end == End.ABORT) {
                world.count(Happening.ABORT);
                return;
            }
            commit = head.next(transaction.tid(), metadata, revisions);
            world.history().add(commit);
            world.trace(machine, "commits " + commit + ", " + revisions.size() + " records");
            transaction.finish();
            machine.acknowledge(commit);
            world.count(Happening.COMMIT);
        } catch (IOException | RuntimeException e) {
            failed(machine, commit, e);
        }
    }

    private void failed(Machine machine, @Nullable Commit commit, Exception e) {
        world.checkNotFailed();
        machine.excuse(commit == null ? "a transaction" : "the commit of " + commit, e);
        world.count(commit == null ? Happening.COMMIT_FAILED : Happening.COMMIT_IN_DOUBT);
    }

    private void store(BlobTransaction transaction, Commit head, Revision revision, Path temporary) throws IOException {
        Revision before = head.object(revision.oid());
        Tid serial = before == null ? Tid.NONE : before.tid();
        byte[] data = revision.data();
        byte[] blob = revision.blob();
        if (data == null) {
            transaction.deleteObject(revision.oid(), serial);
        } else if (blob == null) {
            transaction.store(revision.oid(), serial, ByteBuffer.wrap(data));
        } else {
            Path file = temporary.resolve("lab-" + count++);
            Files.deleteIfExists(file);
            Files.write(file, blob);
            transaction.storeBlob(revision.oid(), serial, ByteBuffer.wrap(data), file);
        }
    }

    private TransactionMetadata metadata(String what) {
        TransactionMetadata plain = TransactionMetadata.of("lab", what + " " + count++);
        return random.nextInt(100) < EXTENSION_PERCENT
                ? new TransactionMetadata(plain.user(), plain.description(), Bytes.copyOf(EXTENSION))
                : plain;
    }

    private static BlobWritableStorage writable(Machine machine) {
        return machine.running().view().capability(BlobWritableStorage.class).orElseThrow();
    }

    private static Path temporary(Machine machine) {
        Storage storage = machine.running().view();
        return storage.capability(BlobCapable.class).orElseThrow().temporaryDirectory();
    }
}
