package io.zrs.primary;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.ForwardingStorage;
import io.zrs.storage.HistoryMatch;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import io.zrs.testing.MemoryStorage;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A storage in memory whose log and blobs fail on demand, and that knows how many follow it. */
final class FaultyStorage extends ForwardingStorage implements TransactionLog, BlobCapable {
    private final RestorableStorage restorable;
    private final TransactionLog log;
    private final Map<BlobKey, Supplier<SeekableByteChannel>> blobs = new HashMap<>();
    private final AtomicInteger openCount = new AtomicInteger();
    private final boolean hasBlobs;
    private @Nullable HistoryMatch match;
    private @Nullable RuntimeException failure;
    private Tid failureAt = Tid.MAX;
    private volatile Runnable beforeOnCommit = () -> {};

    FaultyStorage(boolean hasBlobs) {
        super(new MemoryStorage(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)));
        this.restorable = base().capability(RestorableStorage.class).orElseThrow();
        this.log = base().capability(TransactionLog.class).orElseThrow();
        this.hasBlobs = hasBlobs;
    }

    /** Makes a transaction visible and wakes the followers. */
    void commit(Tid tid, DataRecord... records) {
        commit(new TransactionHeader(tid, TransactionHeader.COMMITTED, metadata("commit")), records);
    }

    void commit(TransactionHeader header, DataRecord... records) {
        try (RestoreTransaction transaction = restorable.beginRestore(header, PickleDialect.PYTHON3)) {
            for (DataRecord record : records) {
                byte[] data = record.data();
                transaction.restore(
                        record.oid(), record.tid(), data == null ? null : ByteBuffer.wrap(data), record.dataTid());
            }
            transaction.vote();
            transaction.finish();
        }
        restorable.force();
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
    int openCount() {
        return openCount.get();
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        boolean offered = type == TransactionLog.class || (hasBlobs && type == BlobCapable.class);
        return offered ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public TransactionCursor iterate(Tid start, Order order) {
        return log.iterate(start, order);
    }

    @Override
    public TransactionFollower follow(Tid after) {
        openCount.incrementAndGet();
        return new Follower(log.follow(after));
    }

    @Override
    public synchronized HistoryMatch matchHistory(Tid last) {
        return match == null ? log.matchHistory(last) : match;
    }

    @Override
    public PickleDialect dialect() {
        return log.dialect();
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

    private synchronized void checkReadable(Tid tid) {
        if (tid.equals(failureAt)) {
            throw Objects.requireNonNull(failure);
        }
    }

    private record BlobKey(Oid oid, Tid tid) {}

    private final class Follower implements TransactionFollower {
        private final TransactionFollower follower;
        private boolean isClosed;

        Follower(TransactionFollower follower) {
            this.follower = follower;
        }

        @Override
        public void onCommit(Runnable wakeUp) {
            Runnable before = beforeOnCommit;
            beforeOnCommit = () -> {};
            before.run();
            follower.onCommit(wakeUp);
        }

        @Override
        public @Nullable LogTransaction next() {
            LogTransaction next = follower.next();
            return next == null ? null : new Reading(next);
        }

        @Override
        public void close() {
            if (!isClosed) {
                isClosed = true;
                openCount.decrementAndGet();
            }
            follower.close();
        }
    }

    private final class Reading implements LogTransaction {
        private final LogTransaction transaction;

        Reading(LogTransaction transaction) {
            this.transaction = transaction;
        }

        @Override
        public TransactionHeader header() {
            return transaction.header();
        }

        @Override
        public @Nullable DataRecord nextRecord() {
            checkReadable(header().tid());
            return transaction.nextRecord();
        }
    }
}
