package io.zrs.primary;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.Bytes;
import io.zrs.storage.CommitListener;
import io.zrs.storage.DataRecord;
import io.zrs.storage.HistoryMatch;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A log in memory, that fails on demand and knows what of it is open. */
final class MemoryStorage implements Storage, TransactionLog, BlobCapable {
    private final List<Committed> committed = new ArrayList<>();
    private final Map<BlobKey, Supplier<SeekableByteChannel>> blobs = new HashMap<>();
    private final Set<Follower> open = new HashSet<>();
    private final boolean hasBlobs;
    private @Nullable HistoryMatch match;
    private @Nullable RuntimeException failure;
    private Tid failureAt = Tid.MAX;
    private volatile Runnable beforeOnCommit = () -> {};

    MemoryStorage(boolean hasBlobs) {
        this.hasBlobs = hasBlobs;
    }

    /** Makes a transaction visible and wakes the followers. */
    void commit(Tid tid, DataRecord... records) {
        commit(new TransactionHeader(tid, TransactionHeader.COMMITTED, metadata("commit")), records);
    }

    void commit(TransactionHeader header, DataRecord... records) {
        List<Runnable> wakeUps = new ArrayList<>();
        synchronized (this) {
            committed.add(new Committed(header, List.of(records)));
            for (Follower follower : open) {
                Runnable wakeUp = follower.wakeUp;
                follower.wakeUp = null;
                if (wakeUp != null) {
                    wakeUps.add(wakeUp);
                }
            }
        }
        wakeUps.forEach(Runnable::run);
    }

    static TransactionMetadata metadata(String description) {
        return new TransactionMetadata(Bytes.utf8("user"), Bytes.utf8(description), Bytes.EMPTY);
    }

    static DataRecord record(long oid, Tid tid, int size) {
        byte[] data = new byte[size];
        for (int i = 0; i < size; i++) {
            data[i] = (byte) (i + oid);
        }
        return new DataRecord(new Oid(oid), tid, data, null);
    }

    static DataRecord blobRecord(long oid, Tid tid) {
        byte[] data = "cZODB.blob\nBlob\nq\u0001.N.".getBytes(StandardCharsets.ISO_8859_1);
        return new DataRecord(new Oid(oid), tid, data, null);
    }

    synchronized void putBlob(long oid, Tid tid, Supplier<SeekableByteChannel> channel) {
        blobs.put(new BlobKey(new Oid(oid), tid), channel);
    }

    /** Has {@code failure} thrown when the records of transaction {@code at} are read. */
    synchronized void failAt(Tid at, RuntimeException failure) {
        this.failure = failure;
        this.failureAt = at;
    }

    /** Has {@code race} happen once, when a follower has found nothing but has not asked to be woken yet. */
    void beforeNextOnCommit(Runnable race) {
        beforeOnCommit = race;
    }

    synchronized void answerMatch(HistoryMatch answer) {
        match = answer;
    }

    /** How many followers are not closed. */
    synchronized int openCount() {
        return open.size();
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public synchronized Tid lastTransaction() {
        return committed.isEmpty()
                ? Tid.NONE
                : committed.get(committed.size() - 1).header.tid();
    }

    @Override
    public long objectCount() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long sizeInBytes() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ObjectRevision load(Oid oid) {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable ObjectRevision loadBefore(Oid oid, Tid tid) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] loadSerial(Oid oid, Tid tid) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Subscription addCommitListener(CommitListener listener) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        boolean offered = type == TransactionLog.class || (hasBlobs && type == BlobCapable.class);
        return offered ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public void close() {}

    @Override
    public TransactionCursor iterate(Tid start, Order order) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized TransactionFollower follow(Tid after) {
        Follower follower = new Follower(after);
        open.add(follower);
        return follower;
    }

    @Override
    public synchronized HistoryMatch matchHistory(Tid last) {
        if (match != null) {
            return match;
        }
        if (last.compareTo(lastTransaction()) > 0) {
            return HistoryMatch.AHEAD;
        }
        boolean known = last.equals(Tid.NONE)
                || committed.stream().anyMatch(each -> each.header.tid().equals(last));
        return known ? HistoryMatch.SHARED : HistoryMatch.FORKED;
    }

    @Override
    public PickleDialect dialect() {
        return PickleDialect.PYTHON3;
    }

    @Override
    public Path loadBlob(Oid oid, Tid tid) {
        throw new UnsupportedOperationException();
    }

    @Override
    public synchronized SeekableByteChannel openBlob(Oid oid, Tid tid) {
        Supplier<SeekableByteChannel> blob = blobs.get(new BlobKey(oid, tid));
        if (blob == null) {
            throw new PosKeyException(oid, tid, "No blob file");
        }
        return blob.get();
    }

    @Override
    public Path temporaryDirectory() {
        throw new UnsupportedOperationException();
    }

    private synchronized @Nullable Committed after(Tid tid) {
        return committed.stream()
                .filter(each -> each.header.tid().compareTo(tid) > 0)
                .findFirst()
                .orElse(null);
    }

    private synchronized void checkReadable(Tid tid) {
        if (tid.equals(failureAt)) {
            throw Objects.requireNonNull(failure);
        }
    }

    private record BlobKey(Oid oid, Tid tid) {}

    private record Committed(TransactionHeader header, List<DataRecord> records) {}

    private final class Follower implements TransactionFollower {
        private Tid position;
        private @Nullable Runnable wakeUp;

        Follower(Tid position) {
            this.position = position;
        }

        @Override
        public void onCommit(Runnable runnable) {
            Runnable before = beforeOnCommit;
            beforeOnCommit = () -> {};
            before.run();
            synchronized (MemoryStorage.this) {
                wakeUp = runnable;
            }
        }

        @Override
        public @Nullable LogTransaction next() {
            Committed next = after(position);
            if (next == null) {
                return null;
            }
            position = next.header.tid();
            return new Reading(next);
        }

        @Override
        public void close() {
            synchronized (MemoryStorage.this) {
                open.remove(this);
            }
        }
    }

    private final class Reading implements LogTransaction {
        private final Committed transaction;
        private int index;

        Reading(Committed transaction) {
            this.transaction = transaction;
        }

        @Override
        public TransactionHeader header() {
            return transaction.header;
        }

        @Override
        public @Nullable DataRecord nextRecord() {
            checkReadable(transaction.header.tid());
            if (index == transaction.records.size()) {
                return null;
            }
            DataRecord record = transaction.records.get(index++);
            byte[] data = record.data();
            return new DataRecord(record.oid(), record.tid(), data == null ? null : data.clone(), record.dataTid());
        }
    }
}
