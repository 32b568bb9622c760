package io.zrs.blob;

import io.zrs.storage.CommitListener;
import io.zrs.storage.CommittedTransaction;
import io.zrs.storage.ConflictException;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.StaleTidException;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoInfo;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import io.zrs.storage.WritableStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A base storage without blobs: records in memory, with a queue that is forced, a disk that can fail and a crash that it survives. */
final class MemoryStorage implements Storage, WritableStorage, RestorableStorage, Undoable, Packable {
    /** Runs at each instant of a commit at which a machine can stop. */
    Runnable instant = () -> {};

    boolean closed;
    Set<Class<?>> capabilities = Set.of(WritableStorage.class, RestorableStorage.class, Undoable.class, Packable.class);

    /** Objects that a pack with garbage collection removes. */
    final Set<Oid> unreachable = new HashSet<>();

    final Map<Class<?>, Object> more = new HashMap<>();

    private final List<Transaction> durable = new ArrayList<>();
    private final List<Transaction> queue = new ArrayList<>();
    private final Map<Oid, NavigableMap<Tid, byte[]>> visible = new HashMap<>();
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
    private final Object forcing = new Object();
    private final Semaphore turn = new Semaphore(1);
    private Tid last = Tid.NONE;
    private Tid newest = Tid.NONE;
    private long lastOid;

    record Revision(Oid oid, Tid tid) {}

    /** What a storage that is opened after a crash has: whatever was durable, announced or not. */
    synchronized MemoryStorage surviving() {
        MemoryStorage survivor = new MemoryStorage();
        for (Transaction transaction : durable) {
            survivor.durable.add(transaction);
            survivor.show(transaction);
            survivor.newest = transaction.tid;
        }
        return survivor;
    }

    @Override
    public Oid newOid() {
        return new Oid(++lastOid);
    }

    @Override
    public StorageTransaction begin(TransactionMetadata metadata) {
        turn.acquireUninterruptibly();
        return new Transaction(new Tid(newest.value() + 1));
    }

    @Override
    public List<UndoInfo> undoInfo(int first, int count, Predicate<UndoInfo> filter) {
        return List.of(new UndoInfo(newest, TransactionMetadata.EMPTY, 0));
    }

    @Override
    public UndoTransaction beginUndo(TransactionMetadata metadata) {
        turn.acquireUninterruptibly();
        return new Transaction(new Tid(newest.value() + 1));
    }

    @Override
    public PackResult pack(Tid time, Garbage garbage, PackListener listener) {
        List<BlobRevision> removed = packedAway(time, garbage);
        listener.progress(PackListener.Phase.COPY, 0, removed.size());
        removed.forEach(revision -> {
            instant.run();
            listener.removesBlob(revision.oid(), revision.tid());
        });
        listener.progress(PackListener.Phase.COPY, removed.size(), removed.size());
        instant.run();
        listener.beforeSwitch();
        instant.run();
        // A pack that makes durable, and shows, whatever is finished by then.
        force();
        synchronized (this) {
            for (BlobRevision revision : removed) {
                durable.forEach(
                        transaction -> transaction.records.remove(new Revision(revision.oid(), revision.tid())));
                visible.computeIfPresent(revision.oid(), (oid, revisions) -> {
                    revisions.remove(revision.tid());
                    return revisions.isEmpty() ? null : revisions;
                });
            }
        }
        instant.run();
        listener.progress(PackListener.Phase.CLEAN_UP, 1, 1);
        return new PackResult(removed.size(), 0, 0, 0);
    }

    private synchronized List<BlobRevision> packedAway(Tid time, Garbage garbage) {
        List<BlobRevision> removed = new ArrayList<>();
        visible.forEach((oid, revisions) -> {
            NavigableMap<Tid, byte[]> old = revisions.headMap(time, true);
            boolean keepsLast = garbage == Garbage.KEEP || !unreachable.contains(oid);
            old.keySet().stream()
                    .filter(tid -> !keepsLast || !tid.equals(old.lastKey()))
                    .forEach(tid -> removed.add(new BlobRevision(oid, tid)));
        });
        return removed;
    }

    @Override
    public RestoreTransaction beginRestore(TransactionHeader header, PickleDialect dialect) {
        turn.acquireUninterruptibly();
        if (header.tid().compareTo(newest) <= 0) {
            turn.release();
            throw new StaleTidException(header.tid(), newest);
        }
        Transaction transaction = new Transaction(header.tid());
        return new RestoreTransaction() {
            @Override
            public void restore(Oid oid, Tid serial, @Nullable ByteBuffer data, @Nullable Tid dataTid) {
                transaction.put(oid, serial, data);
            }

            @Override
            public void vote() {
                transaction.vote();
            }

            @Override
            public void finish() {
                transaction.queueUp();
            }

            @Override
            public void close() {
                transaction.close();
            }
        };
    }

    @Override
    public void force() {
        synchronized (forcing) {
            forceQueue();
        }
    }

    private void forceQueue() {
        List<Transaction> group;
        synchronized (this) {
            group = List.copyOf(queue);
            queue.clear();
        }
        for (Transaction transaction : group) {
            instant.run();
            synchronized (this) {
                durable.add(transaction);
            }
        }
        instant.run();
        group.forEach(this::announce);
    }

    private void announce(Transaction transaction) {
        synchronized (this) {
            show(transaction);
            last = transaction.before(last);
        }
        listeners.forEach(listener -> listener.committed(transaction));
        synchronized (this) {
            last = transaction.tid;
        }
    }

    private void show(Transaction transaction) {
        transaction.records.forEach((revision, data) ->
                visible.computeIfAbsent(revision.oid(), oid -> new TreeMap<>()).put(revision.tid(), data));
        last = transaction.tid;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public synchronized Tid lastTransaction() {
        return last;
    }

    @Override
    public synchronized long objectCount() {
        return visible.size();
    }

    @Override
    public long sizeInBytes() {
        return 0;
    }

    @Override
    public ObjectRevision load(Oid oid) {
        ObjectRevision revision = loadBefore(oid, Tid.MAX);
        if (revision == null) {
            throw new PosKeyException(oid, null, "no such object");
        }
        return revision;
    }

    @Override
    public synchronized @Nullable ObjectRevision loadBefore(Oid oid, Tid tid) {
        NavigableMap<Tid, byte[]> revisions = visible.get(oid);
        if (revisions == null) {
            throw new PosKeyException(oid, null, "no such object");
        }
        Map.Entry<Tid, byte[]> found = revisions.lowerEntry(tid);
        if (found != null && found.getValue().length == 0) {
            throw new PosKeyException(oid, found.getKey(), "deleted");
        }
        return found == null
                ? null
                : new ObjectRevision(found.getValue(), found.getKey(), revisions.higherKey(found.getKey()));
    }

    @Override
    public synchronized byte[] loadSerial(Oid oid, Tid tid) {
        byte[] data = visible.getOrDefault(oid, new TreeMap<>()).get(tid);
        if (data == null || data.length == 0) {
            throw new PosKeyException(oid, tid, "no such revision");
        }
        return data;
    }

    /** All revisions of all objects in which they exist. */
    synchronized List<BlobRevision> revisions() {
        List<BlobRevision> all = new ArrayList<>();
        visible.forEach((oid, revisions) -> revisions.forEach((tid, data) -> {
            if (data.length > 0) {
                all.add(new BlobRevision(oid, tid));
            }
        }));
        return all;
    }

    @Override
    public Subscription addCommitListener(CommitListener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        if (more.containsKey(type)) {
            return Optional.of(type.cast(more.get(type)));
        }
        return capabilities.contains(type) ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public void close() {
        if (!closed) {
            force();
            closed = true;
        }
    }

    private final class Transaction implements UndoTransaction, CommittedTransaction {
        private final Tid tid;
        private final Map<Revision, byte[]> records = new HashMap<>();
        private boolean hasTurn = true;
        private boolean voted;

        Transaction(Tid tid) {
            this.tid = tid;
        }

        Tid before(Tid previous) {
            return previous.compareTo(tid) < 0 ? previous : tid;
        }

        @Override
        public Tid tid() {
            return tid;
        }

        @Override
        public Iterable<Oid> oids() {
            return records.keySet().stream().map(Revision::oid).toList();
        }

        @Override
        public void store(Oid oid, Tid oldSerial, ByteBuffer data) {
            synchronized (MemoryStorage.this) {
                NavigableMap<Tid, byte[]> revisions = visible.get(oid);
                if (revisions != null && !revisions.lastKey().equals(oldSerial)) {
                    throw new ConflictException(oid, revisions.lastKey(), oldSerial);
                }
            }
            put(oid, tid, data);
        }

        void put(Oid oid, Tid serial, @Nullable ByteBuffer data) {
            byte[] copy = new byte[data == null ? 0 : data.remaining()];
            if (data != null) {
                data.get(copy);
            }
            records.put(new Revision(oid, serial), copy);
        }

        @Override
        public Set<Oid> undo(Tid transaction) {
            Set<Oid> undone = new HashSet<>();
            synchronized (MemoryStorage.this) {
                visible.forEach((oid, revisions) -> {
                    if (revisions.containsKey(transaction)) {
                        Map.Entry<Tid, byte[]> before = revisions.lowerEntry(transaction);
                        put(oid, tid, before == null ? null : ByteBuffer.wrap(before.getValue()));
                        undone.add(oid);
                    }
                });
            }
            if (undone.isEmpty()) {
                throw new UndoException(transaction, "no such transaction");
            }
            return undone;
        }

        @Override
        public void deleteObject(Oid oid, Tid oldSerial) {
            put(oid, tid, null);
        }

        @Override
        public void checkCurrentSerial(Oid oid, Tid serial) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<Oid> vote() {
            instant.run();
            voted = true;
            return Set.of();
        }

        void queueUp() {
            if (!voted || !hasTurn) {
                throw new IllegalStateException("not voted");
            }
            synchronized (MemoryStorage.this) {
                queue.add(this);
                newest = tid;
            }
            endTurn();
        }

        @Override
        public Tid finish() {
            queueUp();
            force();
            return tid;
        }

        @Override
        public void close() {
            endTurn();
        }

        private void endTurn() {
            if (hasTurn) {
                hasTurn = false;
                turn.release();
            }
        }
    }
}
