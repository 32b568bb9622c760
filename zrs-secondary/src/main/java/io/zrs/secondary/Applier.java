package io.zrs.secondary;

import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what was received into the storage, in turns on an executor. A turn applies what is there; when the queue is empty it has what is
 * whole forced, and ends. While the queue does not empty it ends all the same after {@link #TURN_SIZE_MAX}, and has it forced when
 * {@link #UNFORCED_TIME_MAX} or {@link #UNFORCED_SIZE_MAX} is reached. It never waits for more.
 *
 * <p>It goes on while the disk is forced, but for transactions with blobs: those of many transactions are forced together, which a
 * storage can only do if they are not finished in the middle of a force.
 *
 * <p>Threading: {@link #add}, {@link #size}, {@link #isIdle}, {@link #durable} and {@link #close} from any thread; the rest runs in turns.
 */
final class Applier {
    /** Bytes applied in one turn, after which others get the executor's thread. */
    static final long TURN_SIZE_MAX = 8 << 20;

    /** How long something whole may wait for a force while the queue does not empty; so much has to come again after a crash. */
    static final Duration UNFORCED_TIME_MAX = Duration.ofMillis(250);

    /** The same in bytes; as much again can be applied while a force is in progress. */
    static final long UNFORCED_SIZE_MAX = 256 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Secondary.class);

    private final Storage base;
    private final OperationQueue queue;
    private final TransactionWriter writer;
    private final Forcer forcer;
    private final SerialTask turns;
    private final Clock clock;

    /** Where the last batch came from. Set in turns only. */
    private volatile Batch.@Nullable Source source;

    /** Taken from the queue, to be applied when no force is in progress. */
    private @Nullable Batch held;

    /** Why nothing more is taken of that connection, null if all is well. */
    private @Nullable Throwable failure;

    private boolean connectionEnded;
    private long unforcedSize;
    private long unforcedSinceMs;
    private volatile Tid durable;

    /**
     * An applier with nothing to do.
     *
     * @param base the storage to close in the end
     * @param storage the same storage's ability to restore
     */
    Applier(Storage base, RestorableStorage storage, OperationQueue queue, Executor executor, Clock clock) {
        this.base = base;
        this.queue = queue;
        this.durable = base.lastTransaction();
        this.turns = new SerialTask(executor, this::turn, this::finish);
        this.forcer = new Forcer(base, storage, executor, this::announce, turns::request, turns::end);
        this.writer = new TransactionWriter(storage, forcer::finished);
        this.clock = clock;
    }

    /**
     * Takes over what has been received; tells whether there is room for more.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the executor takes no tasks
     */
    boolean add(Batch batch) {
        boolean room = queue.add(batch);
        turns.request();
        return room;
    }

    /** Bytes of memory that wait to be applied. */
    long size() {
        return queue.size();
    }

    /** Whether everything added is done: what was whole is on disk. */
    boolean isIdle() {
        return turns.isIdle() && forcer.isSettled();
    }

    /** The last transaction on disk. */
    Tid durable() {
        return durable;
    }

    /**
     * Takes nothing more, applies and forces what is there and whole, and closes the storage; on this thread, or in the turn that is running,
     * for which this waits unless it is called in it.
     */
    void close() {
        queue.close();
        forcer.end();
    }

    private void turn() {
        Throwable failedForce = forcer.takeFailure();
        if (failedForce != null) {
            fail(failedForce);
        }
        long size = 0;
        while (size < TURN_SIZE_MAX) {
            Batch batch = held == null ? queue.take() : held;
            held = null;
            if (batch == null) {
                settle();
                return;
            }
            if (mustWait(batch)) {
                held = batch;
                return;
            }
            source = batch.source();
            count(batch);
            apply(batch);
            size += batch.size();
        }
        if (isForceDue()) {
            requestForce();
        }
        turns.request();
    }

    /** All that is there has been applied: has it forced, or the connection ended that brought it. */
    private void settle() {
        if (!forcer.isSettled()) {
            requestForce();
        } else if (connectionEnded) {
            connectionEnded = false;
            endConnection();
        }
    }

    private boolean mustWait(Batch batch) {
        return forcer.isForcing() && (unforcedSize >= UNFORCED_SIZE_MAX || writer.hasBlob() || batch.hasBlob());
    }

    private void count(Batch batch) {
        if (unforcedSize == 0) {
            unforcedSinceMs = clock.millis();
        }
        unforcedSize += batch.size();
    }

    private boolean isForceDue() {
        return unforcedSize >= UNFORCED_SIZE_MAX || clock.millis() - unforcedSinceMs >= UNFORCED_TIME_MAX.toMillis();
    }

    /** Does nothing while there is a force in progress: when that is done there is another turn. */
    private void requestForce() {
        if (!forcer.isForcing()) {
            unforcedSize = 0;
            forcer.request();
        }
    }

    private void endConnection() {
        Batch.Source ended = source;
        source = null;
        failure = null;
        if (ended != null) {
            ended.drained();
        }
    }

    private void finish() {
        source = null;
        try {
            for (Batch batch = held == null ? queue.take() : held; batch != null; batch = queue.take()) {
                apply(batch);
            }
            attempt(writer::abort);
            attempt(forcer::force);
        } finally {
            base.close();
        }
    }

    private void apply(Batch batch) {
        if (failure == null) {
            attempt(() -> batch.operations().forEach(operation -> operation.applyTo(writer)));
        }
        if (batch.end() == Batch.End.ENDED) {
            attempt(writer::abort);
            connectionEnded = true;
        }
    }

    private void announce(Tid last) {
        if (last.equals(durable)) {
            return;
        }
        durable = last;
        Batch.Source told = source;
        if (told != null) {
            told.durable(last);
        }
    }

    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    /** Drops what else comes from this connection; the open transaction is aborted at its end, which the source sees to. */
    private void fail(Throwable cause) {
        if (failure != null) {
            return;
        }
        failure = cause;
        Batch.Source told = source;
        if (told == null) {
            LOG.error("{}: closing: {}", base.name(), cause.toString());
        } else {
            told.failed(cause);
        }
    }
}
