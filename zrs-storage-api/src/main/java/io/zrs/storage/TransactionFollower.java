package io.zrs.storage;

/**
 * A walk over transactions that waits for new ones: {@link #next()} answers null when there is nothing yet.
 *
 * <p>To wait without a thread and without losing a wake-up: when {@code next()} gave null, call {@link #onCommit}, then {@code next()} again,
 * and rest only if that gave null too.
 */
public interface TransactionFollower extends TransactionCursor {
    /**
     * Has {@code wakeUp} run once, when the next transaction has become visible; replaces one that has not run yet.
     *
     * @param wakeUp runs on the committing thread and must not block; it may also run without need
     */
    void onCommit(Runnable wakeUp);
}
