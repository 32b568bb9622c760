package io.zrs.lab.siege;

import io.zrs.lab.Records;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Changes objects that are its own, and takes changes back; says before and after each commit what it does, in the lines of a {@link Chronicle}.
 *
 * <p>Threading: confined to one thread.
 */
final class Committer {
    /** What an object holds, by which revision. */
    private record State(Tid serial, String digest) {}

    private static final int UNDO_PERCENT = 12;
    private static final int SMALL_PERCENT = 60;
    private static final int LARGE_PERCENT = 15;
    private static final int SMALL_RECORD_COUNT_MAX = 8;
    private static final int SMALL_RECORD_BYTES = 200;
    private static final int LARGE_RECORD_COUNT_MAX = 3;
    private static final int LARGE_RECORD_BYTES = 1 << 16;
    private static final int BLOB_COUNT_MAX = 2;
    private static final int[] BLOB_BYTES = {0, 1, 1000, 65_536, 70_000, 300_000};
    private static final int GARBAGE_PERCENT = 20;

    private final int number;
    private final Storage storage;
    private final BlobWritableStorage writable;
    private final BlobCapable blobs;
    private final Subjects subjects;
    private final SplittableRandom random;
    private final Consumer<String> journal;
    private final Map<Oid, State> states = new HashMap<>();

    /** What the objects of the last commit held before, empty if it cannot be taken back. */
    private Map<Oid, State> before = Map.of();

    private Tid last = Tid.NONE;

    /** A committer of some of the {@link Subjects}, which nobody else changes. */
    Committer(int number, Storage storage, Subjects subjects, SplittableRandom random, Consumer<String> journal)
            throws IOException {
        this.number = number;
        this.storage = storage;
        this.writable = storage.capability(BlobWritableStorage.class).orElseThrow();
        this.blobs = storage.capability(BlobCapable.class).orElseThrow();
        this.subjects = subjects;
        this.random = random;
        this.journal = journal;
        for (Oid oid : subjects.mappings()) {
            note(oid);
        }
        for (Oid oid : subjects.blobs()) {
            note(oid);
        }
    }

    /** Commits one transaction. */
    void commit() throws IOException {
        int sort = random.nextInt(100);
        if (sort < UNDO_PERCENT && !before.isEmpty()) {
            undo();
            return;
        }
        Map<Oid, byte[]> changes = new LinkedHashMap<>();
        if (sort < UNDO_PERCENT + SMALL_PERCENT) {
            addMappings(changes, 1 + random.nextInt(SMALL_RECORD_COUNT_MAX), SMALL_RECORD_BYTES);
        } else if (sort < UNDO_PERCENT + SMALL_PERCENT + LARGE_PERCENT) {
            addMappings(changes, 1 + random.nextInt(LARGE_RECORD_COUNT_MAX), LARGE_RECORD_BYTES);
        } else {
            addBlobs(changes, 1 + random.nextInt(BLOB_COUNT_MAX));
        }
        write(changes);
    }

    private void note(Oid oid) throws IOException {
        ObjectRevision revision = storage.load(oid);
        states.put(oid, new State(revision.tid(), Digests.of(revision.data(), oid, revision.tid(), blobs)));
    }

    private void addMappings(Map<Oid, byte[]> changes, int count, int size) {
        for (int i = 0; i < count; i++) {
            boolean isGarbage = random.nextInt(100) < GARBAGE_PERCENT;
            Oid oid = isGarbage
                    ? storage.capability(BlobWritableStorage.class)
                            .orElseThrow()
                            .newOid()
                    : subjects.mappings().get(random.nextInt(subjects.mappings().size()));
            changes.put(oid, bytes(1 + random.nextInt(size)));
        }
    }

    private void addBlobs(Map<Oid, byte[]> changes, int count) {
        for (int i = 0; i < count; i++) {
            Oid oid = subjects.blobs().get(random.nextInt(subjects.blobs().size()));
            changes.put(oid, bytes(BLOB_BYTES[random.nextInt(BLOB_BYTES.length)]));
        }
    }

    private void write(Map<Oid, byte[]> changes) throws IOException {
        Map<Oid, String> digests = new LinkedHashMap<>();
        changes.forEach((oid, bytes) -> digests.put(oid, digest(oid, bytes)));
        journal.accept(Chronicle.tries(number, digests));
        Tid tid;
        try (BlobTransaction transaction = writable.begin(TransactionMetadata.of("siege", "by " + number))) {
            for (Map.Entry<Oid, byte[]> change : changes.entrySet()) {
                store(transaction, change.getKey(), change.getValue());
            }
            transaction.vote();
            tid = transaction.finish();
        }
        journal.accept(Chronicle.done(number, tid));
        Map<Oid, State> previous = new HashMap<>();
        for (Map.Entry<Oid, String> change : digests.entrySet()) {
            State replaced = states.get(change.getKey());
            if (replaced != null) {
                previous.put(change.getKey(), replaced);
                states.put(change.getKey(), new State(tid, change.getValue()));
            }
        }
        last = tid;
        before = previous.size() == changes.size() ? previous : Map.of(); // what was made is not unmade
    }

    private void store(BlobTransaction transaction, Oid oid, byte[] bytes) throws IOException {
        State state = states.get(oid);
        Tid serial = state == null ? Tid.NONE : state.serial();
        if (subjects.blobs().contains(oid)) {
            Path file = Files.createTempFile(blobs.temporaryDirectory(), "siege", ".blob");
            Files.write(file, bytes);
            transaction.storeBlob(oid, serial, Records.blob(), file);
        } else {
            transaction.store(oid, serial, Records.mapping(bytes));
        }
    }

    private String digest(Oid oid, byte[] bytes) {
        return subjects.blobs().contains(oid)
                ? Digests.of(array(Records.blob()), bytes)
                : Digests.of(array(Records.mapping(bytes)));
    }

    private void undo() {
        Undoable undoable = storage.capability(Undoable.class).orElseThrow();
        Map<Oid, String> digests = new LinkedHashMap<>();
        before.forEach((oid, state) -> digests.put(oid, state.digest()));
        journal.accept(Chronicle.tries(number, digests));
        try (UndoTransaction transaction = undoable.beginUndo(TransactionMetadata.of("siege", "undo by " + number))) {
            transaction.undo(last);
            transaction.vote();
            Tid tid = transaction.finish();
            journal.accept(Chronicle.done(number, tid));
            digests.forEach((oid, digest) -> states.put(oid, new State(tid, digest)));
        } catch (UndoException e) {
            journal.accept(Chronicle.refused(number)); // a pack is running, or has packed it
        }
        before = Map.of();
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] array(ByteBuffer buffer) {
        byte[] array = new byte[buffer.remaining()];
        buffer.get(array);
        return array;
    }
}
