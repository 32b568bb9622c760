package example.folder;

import example.folder.Changes.State;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.StaleTidException;
import io.zrs.storage.StorageException;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Gives the turn to write to one transaction after the other, and makes finished ones durable. */
final class Writer implements WritableStorage, RestorableStorage {
    private final Folder folder;
    private final History history;
    private final Clock clock;
    private final ConflictResolver resolver;
    private final AtomicLong highestOid;
    private final Semaphore turn = new Semaphore(1);
    private final Queue<Commit> finished = new ConcurrentLinkedQueue<>();
    private final Object forcing = new Object();
    private volatile @Nullable Changes open;
    private volatile @Nullable IOException failure;
    private boolean closed;

    Writer(Folder folder, History history, Clock clock, ConflictResolver resolver) {
        this.folder = folder;
        this.history = history;
        this.clock = clock;
        this.resolver = resolver;
        this.highestOid = new AtomicLong(history.highestOid().value());
    }

    @Override
    public Oid newOid() {
        return new Oid(highestOid.incrementAndGet());
    }

    @Override
    public StorageTransaction begin(TransactionMetadata metadata) {
        turn.acquireUninterruptibly();
        Tid tid = Tid.of(clock.instant()).laterThan(history.last());
        return new Storing(begin(new TransactionHeader(tid, TransactionHeader.COMMITTED, metadata), history.dialect()));
    }

    @Override
    public RestoreTransaction beginRestore(TransactionHeader header, PickleDialect dialect) {
        turn.acquireUninterruptibly();
        Tid last = history.last();
        if (header.tid().compareTo(last) <= 0) {
            turn.release();
            throw new StaleTidException(header.tid(), last);
        }
        return new Restoring(begin(header, dialect));
    }

    /** Each transaction by itself, in order: the next one is not there before the one before it is durable. */
    @Override
    public void force() {
        synchronized (forcing) {
            for (Commit commit = finished.poll(); commit != null; commit = finished.poll()) {
                Tid tid = commit.tid();
                write(() -> folder.commit(tid));
                history.announce(commit);
            }
        }
    }

    void close() {
        Changes left;
        synchronized (this) {
            closed = true;
            left = open;
        }
        if (left != null) {
            abort(left);
        }
        if (failure == null) {
            force();
        }
    }

    /** Begins, or gives the turn to the next one who waits. */
    private synchronized Changes begin(TransactionHeader header, PickleDialect dialect) {
        if (closed || failure != null) {
            turn.release();
            throw closed
                    ? new IllegalStateException(folder.path() + " is closed")
                    : new StorageException(folder.path() + " takes no more writes, open it again", failure);
        }
        Changes changes = new Changes(history, resolver, header, dialect);
        open = changes;
        return changes;
    }

    private void vote(Changes changes) {
        changes.run(State.OPEN, State.VOTED, () -> write(() -> folder.write(changes.commit())));
    }

    /** The turn ends here, before the disk: what is queued becomes durable in this order. */
    private void finish(Changes changes) {
        changes.run(State.VOTED, State.ENDED, () -> {
            Commit commit = changes.commit();
            commit.records().forEach(record -> noteOid(record.oid()));
            history.add(commit);
            finished.add(commit);
            endTurn(changes);
        });
    }

    private void abort(Changes changes) {
        changes.end();
        if (open == changes) {
            try {
                write(() -> folder.delete(changes.tid()));
            } finally {
                endTurn(changes);
            }
        }
    }

    private synchronized void endTurn(Changes changes) {
        if (open == changes) {
            open = null;
            turn.release();
        }
    }

    private void noteOid(Oid oid) {
        highestOid.accumulateAndGet(oid.value(), (a, b) -> Long.compareUnsigned(a, b) > 0 ? a : b);
    }

    /** After a failure nobody knows what is on disk: what is opened next time does. */
    private void write(DiskAction action) {
        try {
            action.run();
        } catch (IOException e) {
            failure = e;
            throw new UncheckedIOException(e);
        }
    }

    /** Something that the disk may refuse. */
    private interface DiskAction {
        void run() throws IOException;
    }

    private final class Storing implements StorageTransaction {
        private final Changes changes;

        Storing(Changes changes) {
            this.changes = changes;
        }

        @Override
        public Tid tid() {
            return changes.tid();
        }

        @Override
        public void store(Oid oid, Tid oldSerial, ByteBuffer data) {
            changes.run(State.OPEN, State.OPEN, () -> changes.store(oid, oldSerial, data));
        }

        @Override
        public void deleteObject(Oid oid, Tid oldSerial) {
            changes.run(State.OPEN, State.OPEN, () -> changes.delete(oid, oldSerial));
        }

        @Override
        public void checkCurrentSerial(Oid oid, Tid serial) {
            changes.run(State.OPEN, State.OPEN, () -> changes.checkCurrent(oid, serial));
        }

        @Override
        public Set<Oid> vote() {
            Writer.this.vote(changes);
            return changes.merged();
        }

        @Override
        public Tid finish() {
            Writer.this.finish(changes);
            force();
            return tid();
        }

        @Override
        public void close() {
            abort(changes);
        }
    }

    private final class Restoring implements RestoreTransaction {
        private final Changes changes;

        Restoring(Changes changes) {
            this.changes = changes;
        }

        @Override
        public void restore(Oid oid, Tid serial, @Nullable ByteBuffer data, @Nullable Tid dataTid) {
            changes.run(State.OPEN, State.OPEN, () -> changes.restore(oid, serial, data));
        }

        @Override
        public void vote() {
            Writer.this.vote(changes);
        }

        @Override
        public void finish() {
            Writer.this.finish(changes);
        }

        @Override
        public void close() {
            abort(changes);
        }
    }
}
