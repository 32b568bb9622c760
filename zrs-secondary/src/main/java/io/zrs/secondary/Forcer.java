package io.zrs.secondary;

import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes durable what has been finished, in a task beside the applier's, so that the disk can be written while it is forced.
 *
 * <p>Threading: thread-safe; forces are made one at a time, and by the last turn of the applier when no other can be.
 */
final class Forcer {
    private final Storage base;
    private final RestorableStorage storage;
    private final Consumer<Tid> durable;
    private final Runnable done;
    private final SerialTask forces;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    private final AtomicLong finishedCount = new AtomicLong();

    /** Written by whoever forces. */
    private volatile long forcedCount;

    private volatile boolean isForcing;

    /**
     * A forcer with nothing to do.
     *
     * @param base the storage whose last transaction is told
     * @param storage the same storage's ability to restore
     * @param durable told of the last transaction after each force
     * @param done called after each force, when there is no force in progress
     * @param last see {@link #end}
     */
    Forcer(
            Storage base,
            RestorableStorage storage,
            Executor executor,
            Consumer<Tid> durable,
            Runnable done,
            Runnable last) {
        this.base = base;
        this.storage = storage;
        this.durable = durable;
        this.done = done;
        this.forces = new SerialTask(executor, this::run, last);
    }

    /** A transaction has been finished. */
    void finished() {
        finishedCount.incrementAndGet();
    }

    /** Has a force made soon. */
    void request() {
        forces.request();
    }

    /** Whether everything that was finished has been forced, or never will be since that failed. */
    boolean isSettled() {
        return forcedCount == finishedCount.get();
    }

    /** Whether a force is in progress. */
    boolean isForcing() {
        return isForcing;
    }

    /** Why a force failed since the last call, null if none did. */
    @Nullable
    Throwable takeFailure() {
        return failure.getAndSet(null);
    }

    /** Forces on this thread, unless there is nothing to force. If it fails it is not tried again: nobody knows what is on disk then. */
    void force() {
        long count = finishedCount.get();
        if (count == forcedCount) {
            return;
        }
        try {
            storage.force();
        } finally {
            try {
                durable.accept(base.lastTransaction());
            } finally {
                forcedCount = count;
            }
        }
    }

    /** Lets no force begin any more, and runs {@code last} when there is none in progress, as {@link SerialTask#end} does. */
    void end() {
        forces.end();
    }

    private void run() {
        isForcing = true;
        try {
            force();
        } catch (RuntimeException | Error e) {
            failure.set(e);
        } finally {
            isForcing = false;
            done.run();
        }
    }
}
