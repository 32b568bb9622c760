package io.zrs.secondary;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Runs one task on an executor whenever there is work for it, never twice at a time, and something else once when all is over.
 *
 * <p>Threading: thread-safe. No lock is held while the task runs.
 */
final class SerialTask {
    private enum State {
        IDLE,
        SCHEDULED,
        RUNNING,
        ENDED
    }

    private final Executor executor;
    private final Runnable task;
    private final Runnable last;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();

    @GuardedBy("lock")
    private State state = State.IDLE;

    /** Whether work has come since the run in progress began. */
    @GuardedBy("lock")
    private boolean again;

    @GuardedBy("lock")
    private boolean ending;

    /** Who runs the task, or what comes last. */
    @GuardedBy("lock")
    private @Nullable Thread runner;

    /**
     * A task that waits for work.
     *
     * @param task does what work there is and returns
     * @param last see {@link #end}
     */
    SerialTask(Executor executor, Runnable task, Runnable last) {
        this.executor = executor;
        this.task = task;
        this.last = last;
    }

    /**
     * Has the task run once more after this call; does nothing after {@link #end}.
     *
     * @throws RejectedExecutionException if the executor takes no task; the task then does not run
     */
    void request() {
        lock.lock();
        try {
            again = true;
            if (state != State.IDLE) {
                return;
            }
            state = State.SCHEDULED;
        } finally {
            lock.unlock();
        }
        schedule();
    }

    /** Whether the task has nothing to do. */
    boolean isIdle() {
        lock.lock();
        try {
            return state == State.IDLE || state == State.ENDED;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Runs {@code last} in place of all further runs: after the run in progress, and on this thread if there is none, so that it needs
     * nothing of the executor. Returns when {@code last} has run; only when the task itself, or {@code last}, calls this, it returns at once.
     */
    void end() {
        lock.lock();
        try {
            ending = true;
            if (state == State.RUNNING) {
                while (runner != Thread.currentThread() && state != State.ENDED) {
                    ended.awaitUninterruptibly();
                }
                return;
            }
            if (state == State.ENDED) {
                return;
            }
            state = State.RUNNING;
            runner = Thread.currentThread();
        } finally {
            lock.unlock();
        }
        runLast();
    }

    private void schedule() {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException e) {
            lock.lock();
            try {
                if (state == State.SCHEDULED) {
                    state = State.IDLE;
                }
            } finally {
                lock.unlock();
            }
            throw e;
        }
    }

    private void run() {
        lock.lock();
        try {
            if (state != State.SCHEDULED) {
                return; // end() was quicker
            }
            state = State.RUNNING;
            runner = Thread.currentThread();
            again = false;
        } finally {
            lock.unlock();
        }
        try {
            task.run();
        } finally {
            afterRun();
        }
    }

    private void afterRun() {
        boolean over;
        lock.lock();
        try {
            over = ending;
            if (!over) {
                runner = null;
                state = again ? State.SCHEDULED : State.IDLE;
                if (!again) {
                    return;
                }
            }
        } finally {
            lock.unlock();
        }
        if (over) {
            runLast();
        } else {
            schedule();
        }
    }

    private void runLast() {
        try {
            last.run();
        } finally {
            lock.lock();
            try {
                state = State.ENDED;
                runner = null;
                ended.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
