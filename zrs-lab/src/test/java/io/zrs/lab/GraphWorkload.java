package io.zrs.lab;

import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.RecordScanner;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoInfo;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;

/** Lists and blobs that hang together from the root, and are added, changed, dropped for good, and undone. Threading: confined to one thread. */
final class GraphWorkload {
    private static final byte[] LIST = latin1("\u0080\3cpersistent.list\nPersistentList\n.\u0080\3}X\4\0\0\0data](");
    private static final byte[] REFERENCE = latin1("cpersistent.list\nPersistentList\n\u0086Q");
    private static final byte[] LIST_END = latin1("es.");
    private static final byte[] BLOB = latin1("\u0080\3cZODB.blob\nBlob\n.\u0080\3N.");

    private final Storage storage;
    private final RandomGenerator random;

    /** An empty root. */
    GraphWorkload(Storage storage, RandomGenerator random) {
        this.storage = storage;
        this.random = random;
        commit(transaction -> storeList(transaction, Oid.ROOT, Tid.NONE, List.of()));
    }

    private interface Change {
        void make(BlobTransaction transaction) throws IOException;
    }

    /** Commits one transaction. */
    Tid commit() throws IOException {
        Map<Oid, ObjectRevision> reachable = reachable(storage);
        List<Oid> blobs = reachable.keySet().stream()
                .filter(oid -> isBlob(get(reachable, oid)))
                .toList();
        List<Oid> lists =
                reachable.keySet().stream().filter(oid -> !blobs.contains(oid)).toList();
        Oid list = pick(lists);
        Tid before = get(reachable, list).tid();
        List<Oid> children = new ArrayList<>(references(get(reachable, list).data()));
        int sort = random.nextInt(6);
        if (sort == 0 && !children.isEmpty()) {
            children.remove(random.nextInt(children.size()));
            return commit(transaction -> storeList(transaction, list, before, children));
        } else if (sort <= 2 && !blobs.isEmpty()) {
            Oid blob = pick(blobs);
            return commit(transaction ->
                    storeBlob(transaction, blob, get(reachable, blob).tid()));
        }
        Oid child = storage.capability(BlobWritableStorage.class).orElseThrow().newOid();
        children.add(child);
        return commit(transaction -> {
            storeList(transaction, list, before, children);
            if (random.nextBoolean()) {
                storeBlob(transaction, child, Tid.NONE);
            } else {
                storeList(transaction, child, Tid.NONE, List.of());
            }
        });
    }

    /** Undoes the newest transaction, or the newest few, if they are newer than {@code limit}. */
    void undo(Tid limit) {
        Undoable undoable = storage.capability(Undoable.class).orElseThrow();
        List<UndoInfo> newest = undoable.undoInfo(
                0, 1 + random.nextInt(3), transaction -> transaction.tid().compareTo(limit) > 0);
        try (UndoTransaction transaction = undoable.beginUndo(TransactionMetadata.of("lab", "undo"))) {
            newest.forEach(undone -> transaction.undo(undone.tid()));
            transaction.vote();
            transaction.finish();
        }
    }

    /** The current revisions of all objects that can be reached from the root; each is to be had, or this fails. */
    static Map<Oid, ObjectRevision> reachable(Storage storage) {
        Map<Oid, ObjectRevision> reachable = new LinkedHashMap<>();
        Deque<Oid> left = new ArrayDeque<>(List.of(Oid.ROOT));
        for (Oid oid = left.poll(); oid != null; oid = left.poll()) {
            if (!reachable.containsKey(oid)) {
                ObjectRevision revision = storage.load(oid);
                reachable.put(oid, revision);
                left.addAll(references(revision.data()));
            }
        }
        return reachable;
    }

    /** Whether an object is a blob. */
    static boolean isBlob(ObjectRevision revision) {
        return RecordScanner.isBlob(ByteBuffer.wrap(revision.data()));
    }

    private static ObjectRevision get(Map<Oid, ObjectRevision> objects, Oid oid) {
        return Objects.requireNonNull(objects.get(oid));
    }

    private static Collection<Oid> references(byte[] data) {
        List<Oid> oids = new ArrayList<>();
        try {
            new RecordScanner(PickleLimits.RECORD).references(ByteBuffer.wrap(data), oid -> oids.add(new Oid(oid)));
        } catch (PickleException e) {
            throw new AssertionError(e);
        }
        return oids;
    }

    private Tid commit(Change change) {
        BlobWritableStorage writable =
                storage.capability(BlobWritableStorage.class).orElseThrow();
        try (BlobTransaction transaction = writable.begin(TransactionMetadata.of("lab", "change"))) {
            change.make(transaction);
            transaction.vote();
            return transaction.finish();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void storeList(BlobTransaction transaction, Oid oid, Tid before, List<Oid> children) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(LIST);
        for (Oid child : children) {
            record.writeBytes(ByteBuffer.allocate(10)
                    .put(latin1("C\10"))
                    .putLong(child.value())
                    .array());
            record.writeBytes(REFERENCE);
        }
        record.writeBytes(LIST_END);
        transaction.store(oid, before, ByteBuffer.wrap(record.toByteArray()));
    }

    private void storeBlob(BlobTransaction transaction, Oid oid, Tid before) throws IOException {
        Path temporary = storage.capability(BlobCapable.class).orElseThrow().temporaryDirectory();
        Path file = Files.writeString(
                Files.createTempFile(temporary, "lab", ".blob"),
                transaction.tid().toString());
        transaction.storeBlob(oid, before, ByteBuffer.wrap(BLOB), file);
    }

    private Oid pick(List<Oid> oids) {
        return oids.get(random.nextInt(oids.size()));
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
