package io.zrs.filestorage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zrs.storage.Bytes;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.MetadataTooLongException;
import io.zrs.storage.Oid;
import io.zrs.storage.PackException;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.StaleTidException;
import io.zrs.storage.StorageException;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.WritableStorage;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the turn to write to one transaction after the other, and hands finished ones to the {@link CommitQueue}.
 *
 * <p>Threading: thread-safe; one lock guards the open transaction and the end of the log. Readers never take it.
 */
final class LogWriter implements WritableStorage, RestorableStorage {
    /** As a signed number. */
    private static final long OID_MAX = -1;

    private final String name;
    private final LogFormat format;
    private final CommitQueue queue;
    private final Clock clock;
    private final ConflictResolver resolver;
    private final AtomicLong highestOid;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turnOver = lock.newCondition();

    @GuardedBy("lock")
    private Generation log;

    @GuardedBy("lock")
    private LogAppender appender;

    @GuardedBy("lock")
    private @Nullable OpenTransaction open;

    /** Where the finished transactions end. */
    @GuardedBy("lock")
    private long end;

    /** Of the finished transactions. */
    @GuardedBy("lock")
    private Tid lastTid;

    /** Of all transactions begun here: an aborted one does not give its tid back. */
    @GuardedBy("lock")
    private Tid lastIssued;

    /** Whether a pack has the turn. */
    @GuardedBy("lock")
    private boolean isHeld;

    /** The thread that packs. */
    private volatile @Nullable Thread packing;

    @GuardedBy("lock")
    private boolean closed;

    LogWriter(View view, LogFormat format, CommitQueue queue, Clock clock, ConflictResolver resolver) {
        this.log = view.log();
        this.name = log.file().name();
        this.format = format;
        this.queue = queue;
        this.clock = clock;
        this.resolver = resolver;
        this.appender = new LogAppender(log.file());
        this.highestOid = new AtomicLong(log.index().highestOid());
        this.end = view.end();
        this.lastTid = new Tid(view.lastTid());
        this.lastIssued = lastTid;
    }

    @Override
    public Oid newOid() {
        checkHealthy();
        long before = highestOid.getAndUpdate(highest -> highest == OID_MAX ? highest : highest + 1);
        if (before == OID_MAX) {
            throw new StorageException(name + " has given out the last oid");
        }
        return new Oid(before + 1);
    }

    @Override
    public StorageTransaction begin(TransactionMetadata metadata) {
        return beginUndo(metadata);
    }

    /** A transaction that can store and undo. */
    UndoTransaction beginUndo(TransactionMetadata metadata) {
        checkSizes(metadata);
        lock.lock();
        try {
            awaitTurn();
            lastIssued = Tid.of(clock.instant()).laterThan(lastIssued);
            return new Storing(begin(
                    new TransactionHeader(lastIssued, TransactionHeader.COMMITTED, metadata), FileStorageFormat.FS30));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public RestoreTransaction beginRestore(TransactionHeader header, PickleDialect dialect) {
        checkSizes(header.metadata());
        if (header.status() == TransactionRecordHeader.UNFINISHED) {
            throw new IllegalArgumentException("a transaction of status 'c' is not finished, it cannot be restored");
        }
        lock.lock();
        try {
            awaitTurn();
            if (header.tid().compareTo(lastTid) <= 0) {
                throw new StaleTidException(header.tid(), lastTid);
            }
            return new Restoring(begin(header, FileStorageFormat.of(dialect)));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void force() {
        lock.lock();
        try {
            checkOpen();
        } finally {
            lock.unlock();
        }
        queue.awaitAll();
    }

    /** Whether all that was finished is or can be made durable. */
    boolean isHealthy() {
        return queue.failure() == null;
    }

    /** Whether a pack runs: what it drops must not be referred to. */
    boolean isPacking() {
        return packing != null;
    }

    /** Checks that it is not the listener of a pack that wants to close: that would wait for itself. */
    void checkMayClose() {
        if (packing == Thread.currentThread()) {
            throw new IllegalStateException(name + " cannot be closed by the thread that packs it");
        }
    }

    /**
     * Waits until nobody writes, and lets no other pack begin before {@link #endPack}.
     *
     * @return where the finished transactions end
     * @throws PackException if a pack is running, or the thread is interrupted meanwhile
     */
    long beginPack() {
        lock.lock();
        try {
            checkNotPacking();
            awaitTurnToPack();
            checkNotPacking();
            packing = Thread.currentThread();
            return end;
        } finally {
            lock.unlock();
        }
    }

    void endPack() {
        lock.lock();
        try {
            packing = null;
            turnOver.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Checks that nobody wants the pack to end. */
    void checkPackGoesOn() {
        if (Thread.currentThread().isInterrupted()) {
            throw new PackException("the pack of " + name + " was interrupted");
        }
        lock.lock();
        try {
            if (closed) {
                throw new PackException(name + " was closed while it was packed");
            }
        } finally {
            lock.unlock();
        }
        checkHealthy();
    }

    /** Takes the turn, so that nobody else can write before {@link #letGo}; only for a pack. */
    void hold() {
        lock.lock();
        try {
            awaitTurnToPack();
            isHeld = true;
        } finally {
            lock.unlock();
        }
    }

    void letGo() {
        lock.lock();
        try {
            isHeld = false;
            turnOver.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Goes on at the end of another log with the same transactions; only while the turn is held. */
    void exchange(Generation newLog, long newEnd) {
        lock.lock();
        try {
            log = newLog;
            appender = new LogAppender(newLog.file());
            end = newEnd;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Aborts the open transaction, lets none begin any more, ends a pack, and makes the finished transactions durable. Not to be called by
     * the thread that packs.
     */
    void close() {
        lock.lock();
        try {
            closed = true;
            turnOver.signalAll();
            if (open != null) {
                abort(open);
            }
            while (packing != null) {
                turnOver.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
        try {
            if (queue.failure() == null) {
                queue.awaitAll();
            }
        } finally {
            queue.awaitRest();
        }
    }

    @GuardedBy("lock")
    private void awaitTurn() {
        while ((open != null || isHeld) && !closed) {
            turnOver.awaitUninterruptibly();
        }
        checkOpen();
        checkHealthy();
    }

    @GuardedBy("lock")
    private void awaitTurnToPack() {
        try {
            while (open != null && !closed) {
                turnOver.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        checkPackGoesOn();
    }

    private void checkNotPacking() {
        if (packing != null) {
            throw new PackException(name + " is being packed already");
        }
    }

    @GuardedBy("lock")
    private OpenTransaction begin(TransactionHeader header, FileStorageFormat formatIfNew) {
        settleFormat(formatIfNew);
        OpenTransaction transaction = new OpenTransaction(log, resolver, appender, header, end);
        transaction.begin();
        open = transaction;
        return transaction;
    }

    @GuardedBy("lock")
    private void settleFormat(FileStorageFormat formatIfNew) {
        try {
            format.settle(formatIfNew);
        } catch (RuntimeException e) {
            queue.fail(e);
            throw e;
        }
    }

    private void locked(Runnable action) {
        locked(() -> {
            action.run();
            return this;
        });
    }

    private <T extends @Nullable Object> T locked(Supplier<T> action) {
        lock.lock();
        try {
            checkOpen();
            checkHealthy();
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the turn; returns the number to wait for. */
    private long finish(OpenTransaction transaction) {
        lock.lock();
        try {
            checkOpen();
            checkHealthy();
            FinishedTransaction finished = transaction.finish();
            end = finished.end();
            lastTid = transaction.tid();
            lastIssued = lastIssued.compareTo(lastTid) > 0 ? lastIssued : lastTid;
            log.finder().note(finished.tid(), finished.offset());
            long number = queue.add(finished);
            open = null;
            turnOver.signalAll();
            return number;
        } finally {
            lock.unlock();
        }
    }

    private void abort(OpenTransaction transaction) {
        lock.lock();
        try {
            if (transaction == open) {
                open = null;
                turnOver.signalAll();
                transaction.abort();
            }
        } catch (RuntimeException e) {
            // The remains could end up behind the next transaction.
            queue.fail(e);
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private void noteOid(Oid oid) {
        if (Long.compareUnsigned(oid.value(), highestOid.get()) > 0) {
            highestOid.accumulateAndGet(oid.value(), (a, b) -> Long.compareUnsigned(a, b) > 0 ? a : b);
        }
    }

    private static void checkSizes(TransactionMetadata metadata) {
        checkSize("user", metadata.user());
        checkSize("description", metadata.description());
        checkSize("extension", metadata.extension());
    }

    private static void checkSize(String field, Bytes value) {
        if (value.size() > TransactionRecordHeader.METADATA_SIZE_MAX) {
            throw new MetadataTooLongException(field, value.size(), TransactionRecordHeader.METADATA_SIZE_MAX);
        }
    }

    @GuardedBy("lock")
    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
    }

    private void checkHealthy() {
        Throwable failure = queue.failure();
        if (failure != null) {
            throw new StorageException(name + " takes no more writes, because one failed; open it again", failure);
        }
    }

    private final class Restoring implements RestoreTransaction {
        private final OpenTransaction transaction;

        Restoring(OpenTransaction transaction) {
            this.transaction = transaction;
        }

        @Override
        public void restore(Oid oid, Tid serial, @Nullable ByteBuffer data, @Nullable Tid dataTid) {
            locked(() -> transaction.restore(oid, serial, data, dataTid));
            noteOid(oid);
        }

        @Override
        public void vote() {
            locked(transaction::vote);
        }

        @Override
        public void finish() {
            LogWriter.this.finish(transaction);
        }

        @Override
        public void close() {
            abort(transaction);
        }
    }

    private final class Storing implements UndoTransaction {
        private final OpenTransaction transaction;

        Storing(OpenTransaction transaction) {
            this.transaction = transaction;
        }

        @Override
        public Tid tid() {
            return transaction.tid();
        }

        @Override
        public void store(Oid oid, Tid oldSerial, ByteBuffer data) {
            Tid committed = locked(() -> transaction.store(oid, oldSerial, data));
            if (committed != null) {
                ByteBuffer merged = transaction.merge(oid, committed, oldSerial, data);
                locked(() -> transaction.storeMerged(oid, merged));
            }
            noteOid(oid);
        }

        @Override
        public void deleteObject(Oid oid, Tid oldSerial) {
            locked(() -> transaction.deleteObject(oid, oldSerial));
        }

        @Override
        public void checkCurrentSerial(Oid oid, Tid serial) {
            locked(() -> transaction.checkCurrentSerial(oid, serial));
        }

        @Override
        public Set<Oid> undo(Tid undone) {
            Undo undo = locked(() -> beginUndo(undone));
            // Not locked: it may read much, and ask the conflict resolver.
            Set<Oid> changed = undo.run(undone);
            locked(transaction::endUndo);
            return changed;
        }

        @Override
        public Set<Oid> vote() {
            return locked(transaction::vote);
        }

        @Override
        public Tid finish() {
            queue.await(LogWriter.this.finish(transaction));
            return transaction.tid();
        }

        @Override
        public void close() {
            abort(transaction);
        }

        private Undo beginUndo(Tid undone) {
            Undo undo =
                    transaction.beginUndo((oid, data, back) -> locked(() -> transaction.appendUndone(oid, data, back)));
            if (isPacking()) {
                throw new UndoException(undone, "a pack is running");
            }
            return undo;
        }
    }
}
