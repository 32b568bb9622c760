package io.zrs.primary;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A task that runs on an executor after each {@link #wake()}, never twice at a time. It runs at least once after the last wake-up; many
 * wake-ups may be answered by one run.
 *
 * <p>Threading: thread-safe. Each run sees what the runs before it did.
 */
final class SerialTask {
    private final Executor executor;
    private final Runnable body;
    private final Consumer<RejectedExecutionException> rejected;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

    /**
     * A task that has nothing to do yet.
     *
     * @param executor must not run tasks inside {@code execute}
     * @param body must not throw
     * @param rejected called at most once, when the executor takes no more tasks; after that nothing runs, so that this may end what the
     *     body began
     */
    SerialTask(Executor executor, Runnable body, Consumer<RejectedExecutionException> rejected) {
        this.executor = executor;
        this.body = body;
        this.rejected = rejected;
    }

    /** Has the task run from here on, if it is running already once more. */
    void wake() {
        if (state.getAndUpdate(State::woken) == State.IDLE) {
            submit();
        }
    }

    private void run() {
        // Reads too: this run sees what was done before each wake-up that found it queued.
        state.getAndSet(State.RUNNING);
        try {
            body.run();
        } finally {
            if (!state.compareAndSet(State.RUNNING, State.IDLE)) {
                // Woken meanwhile. To the end of the executor's queue, so that others get their turn.
                state.set(State.QUEUED);
                submit();
            }
        }
    }

    private void submit() {
        try {
            executor.execute(this::run);
        } catch (RejectedExecutionException e) {
            rejected.accept(e);
        }
    }

    private enum State {
        IDLE,
        QUEUED,
        RUNNING,
        WOKEN;

        private State woken() {
            return switch (this) {
                case IDLE, QUEUED -> QUEUED;
                case RUNNING, WOKEN -> WOKEN;
            };
        }
    }
}
