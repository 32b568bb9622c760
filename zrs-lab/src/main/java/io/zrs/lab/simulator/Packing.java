package io.zrs.lab.simulator;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A pack that goes on a little at a time, while others commit, read and follow: on a thread of its own, but never more than one of the two
 * threads runs, and the seed says when they change.
 *
 * <p>Threading: confined to the simulator's thread, but for {@link #pause}.
 */
final class Packing {
    private static final long PATIENCE_S = 600;

    private final Semaphore turnOfPack = new Semaphore(0);
    private final Semaphore turnOfOthers = new Semaphore(0);
    private final Thread thread;
    private boolean mayPause = true;
    private boolean isDone;
    private @Nullable Throwable failure;

    /** A pack that has not begun. */
    Packing(Runnable pack) {
        thread = new Thread(() -> run(pack), "pack");
        thread.setDaemon(true);
        thread.start();
    }

    /** Lets the pack go on until it pauses or ends. */
    void goOn() {
        if (isDone) {
            return;
        }
        turnOfPack.release();
        try {
            if (!turnOfOthers.tryAcquire(PATIENCE_S, TimeUnit.SECONDS)) {
                Violation violation = new Violation("a pack hangs");
                violation.setStackTrace(thread.getStackTrace());
                throw violation;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Violation("the simulator was interrupted", e);
        }
    }

    /** Lets the pack go on to its end. */
    void finish() {
        mayPause = false;
        goOn();
    }

    /** As {@link #finish}, when its process is dead, and so is everybody whom the pack might wait for. */
    void abandon() {
        thread.interrupt();
        finish();
    }

    boolean isDone() {
        return isDone;
    }

    /** What ended the pack, null if it came to its end. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** Whether the pack itself calls this. */
    boolean isCaller() {
        return Thread.currentThread() == thread;
    }

    /** Lets others go on; to be called by the pack. */
    void pause() {
        if (mayPause) {
            turnOfOthers.release();
            turnOfPack.acquireUninterruptibly();
        }
    }

    private void run(Runnable pack) {
        turnOfPack.acquireUninterruptibly();
        try {
            pack.run();
        } catch (RuntimeException | Error e) {
            failure = e;
        } finally {
            isDone = true;
            turnOfOthers.release();
        }
    }
}
