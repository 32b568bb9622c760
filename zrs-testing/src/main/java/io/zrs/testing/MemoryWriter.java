package io.zrs.testing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Bytes;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.MetadataTooLongException;
import io.zrs.storage.Oid;
import io.zrs.storage.PackException;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.StaleTidException;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoInfo;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the turn to write to one transaction after the other, with its tid, and passes the finished ones on.
 *
 * <p>Threading: thread-safe; one lock guards whose turn it is. It is not held while others are called, and readers never take it.
 */
final class MemoryWriter implements BlobWritableStorage, BlobRestorableStorage, Undoable {
    /** What the format of ZODB's file can hold, so that every history can be copied into one. */
    private static final int METADATA_SIZE_MAX = 0xffff;

    private final MemoryHistory history;
    private final MemoryCommits commits;
    private final @Nullable MemoryBlobs blobs;
    private final Clock clock;
    private final ConflictResolver resolver;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition turnOver = lock.newCondition();

    /** Somebody has the turn: the open transaction, or a pack. */
    @GuardedBy("lock")
    private boolean isTaken;

    @GuardedBy("lock")
    private @Nullable MemoryChanges open;

    /** Of all transactions begun here: an aborted one does not give its tid back. */
    @GuardedBy("lock")
    private Tid lastIssued;

    @GuardedBy("lock")
    private Oid highestOid;

    @GuardedBy("lock")
    private boolean isPacking;

    @GuardedBy("lock")
    private boolean isClosed;

    MemoryWriter(
            MemoryHistory history,
            MemoryCommits commits,
            @Nullable MemoryBlobs blobs,
            Clock clock,
            ConflictResolver resolver) {
        this.history = history;
        this.commits = commits;
        this.blobs = blobs;
        this.clock = clock;
        this.resolver = resolver;
        this.lastIssued = history.lastFinished();
        this.highestOid = history.highestOid();
    }

    @Override
    public Oid newOid() {
        lock.lock();
        try {
            checkOpen();
            Oid next = new Oid(highestOid.value() + 1);
            if (next.equals(Oid.ROOT)) {
                throw new StorageException("the last oid has been given out");
            }
            highestOid = next;
            return next;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public BlobTransaction begin(TransactionMetadata metadata) {
        return new MemoryStoreTransaction(this, beginNew(metadata));
    }

    @Override
    public UndoTransaction beginUndo(TransactionMetadata metadata) {
        return new MemoryStoreTransaction(this, beginNew(metadata));
    }

    @Override
    public BlobRestoreTransaction beginRestore(TransactionHeader header, PickleDialect dialect) {
        checkSizes(header.metadata());
        lock.lock();
        try {
            awaitTurn();
            Tid last = history.lastFinished();
            if (header.tid().compareTo(last) <= 0) {
                throw new StaleTidException(header.tid(), last);
            }
            return new MemoryRestoreTransaction(this, begin(header), dialect);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public List<UndoInfo> undoInfo(int first, int count, Predicate<UndoInfo> filter) {
        if (first < 0 || count < 0) {
            throw new IllegalArgumentException("not negative: first " + first + ", count " + count);
        }
        return history.announcedTransactions().descendingMap().values().stream()
                .takeWhile(each -> each.header().status() != TransactionHeader.PACKED)
                .filter(each -> each.header().status() == TransactionHeader.COMMITTED)
                .map(each -> new UndoInfo(each.tid(), each.header().metadata(), each.size()))
                .filter(filter)
                .skip(first)
                .limit(count)
                .toList();
    }

    @Override
    public void force() {
        history.checkOpen();
        commits.force();
    }

    /** Aborts the open transaction, lets none begin any more, and commits the finished ones. */
    void close() {
        lock.lock();
        try {
            isClosed = true;
            turnOver.signalAll();
            if (open != null) {
                abort(open);
            }
        } finally {
            lock.unlock();
        }
        commits.force();
    }

    /** From now on nothing can be undone, nor can another pack begin, until {@link #endPack}. */
    void beginPack() {
        lock.lock();
        try {
            checkOpen();
            if (isPacking) {
                throw new PackException("a pack is running already");
            }
            isPacking = true;
        } finally {
            lock.unlock();
        }
    }

    /** Runs {@code pack} when it is its turn: nobody writes meanwhile. */
    <T> T inTurn(Supplier<T> pack) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (isTaken && !isClosed) {
                turnOver.await();
            }
            if (isClosed) {
                throw new PackException("the storage was closed");
            }
            isTaken = true;
        } finally {
            lock.unlock();
        }
        try {
            return pack.get();
        } finally {
            giveTurnBack();
        }
    }

    private void giveTurnBack() {
        lock.lock();
        try {
            endTurn();
        } finally {
            lock.unlock();
        }
    }

    void endPack() {
        lock.lock();
        try {
            isPacking = false;
        } finally {
            lock.unlock();
        }
    }

    private MemoryChanges beginNew(TransactionMetadata metadata) {
        checkSizes(metadata);
        lock.lock();
        try {
            awaitTurn();
            Tid last = history.lastFinished();
            Tid notBefore = last.compareTo(lastIssued) > 0 ? last : lastIssued;
            lastIssued = Tid.of(clock.instant()).laterThan(notBefore);
            return begin(new TransactionHeader(lastIssued, TransactionHeader.COMMITTED, metadata));
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void awaitTurn() {
        while (isTaken && !isClosed) {
            turnOver.awaitUninterruptibly();
        }
        checkOpen();
    }

    @GuardedBy("lock")
    private MemoryChanges begin(TransactionHeader header) {
        MemoryChanges changes = new MemoryChanges(history, blobs, resolver, header);
        open = changes;
        isTaken = true;
        return changes;
    }

    /** Finishes a transaction and makes it durable. */
    Tid commit(MemoryChanges changes) {
        finish(changes, history.dialect());
        commits.force();
        return changes.tid();
    }

    /** Makes the transaction part of history, where it waits for {@link #force}, and ends its turn. */
    void finish(MemoryChanges changes, PickleDialect dialect) {
        lock.lock();
        try {
            checkOpen();
            history.addFinished(changes.finish(), dialect);
            endTurn();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the transaction, and its turn, unless both have ended. */
    void abort(MemoryChanges changes) {
        lock.lock();
        try {
            if (changes == open) {
                endTurn();
                changes.abort();
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void endTurn() {
        open = null;
        isTaken = false;
        turnOver.signalAll();
    }

    /** Keeps {@link #newOid} from giving out {@code oid}. */
    void noteOid(Oid oid) {
        lock.lock();
        try {
            highestOid = oid.compareTo(highestOid) > 0 ? oid : highestOid;
        } finally {
            lock.unlock();
        }
    }

    void checkNotPacking(Tid undone) {
        lock.lock();
        try {
            if (isPacking) {
                throw new UndoException(undone, "a pack is running");
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void checkOpen() {
        if (isClosed) {
            throw new IllegalStateException("the storage is closed");
        }
    }

    private static void checkSizes(TransactionMetadata metadata) {
        checkSize("user", metadata.user());
        checkSize("description", metadata.description());
        checkSize("extension", metadata.extension());
    }

    private static void checkSize(String field, Bytes value) {
        if (value.size() > METADATA_SIZE_MAX) {
            throw new MetadataTooLongException(field, value.size(), METADATA_SIZE_MAX);
        }
    }
}
