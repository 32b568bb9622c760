package io.zrs.blob;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Forces many files, or many directories, side by side: a disk takes little longer for sixteen than for one.
 *
 * <p>The calling thread works like all others and waits only for what another one has begun, so that nothing hangs on an executor that is
 * busy, has ended, or has no thread but the calling one.
 *
 * <p>Threading: thread-safe; actions run on the calling thread and on those of the executor.
 */
final class GroupForce {
    /** Of the executor's threads, beside the calling one. */
    static final int HELPERS_MAX = 15;

    private final Executor executor;

    /** Forces one thing. */
    interface Action<T> {
        void force(T item) throws IOException;
    }

    GroupForce(Executor executor) {
        this.executor = executor;
    }

    /**
     * Returns when all is done.
     *
     * @param items does not change meanwhile
     * @throws IOException of the first action that failed, or its unchecked exception; nothing is running any more, what had not begun by then
     *     never will, and what failed later is suppressed
     */
    <T> void run(List<T> items, Action<? super T> action) throws IOException {
        if (items.isEmpty()) {
            return;
        }
        Round<T> round = new Round<>(items, action);
        try {
            for (int i = Math.min(HELPERS_MAX, items.size() - 1); i > 0; i--) {
                executor.execute(round);
            }
        } catch (RejectedExecutionException e) {
            // It helps no more: the calling thread does what is left.
        }
        round.run();
        round.await();
    }

    private static final class Round<T> implements Runnable {
        private final List<T> items;
        private final Action<? super T> action;
        private final AtomicInteger taken = new AtomicInteger();
        private final AtomicInteger left;
        private final CompletableFuture<Void> done = new CompletableFuture<>();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();

        Round(List<T> items, Action<? super T> action) {
            this.items = items;
            this.action = action;
            this.left = new AtomicInteger(items.size());
        }

        @Override
        public void run() {
            for (int i = taken.getAndIncrement(); i < items.size(); i = taken.getAndIncrement()) {
                force(items.get(i));
                if (left.decrementAndGet() == 0) {
                    done.complete(null);
                }
            }
        }

        /** Waits for what other threads have begun, even if this one is interrupted: it must not go on beside them. */
        void await() throws IOException {
            done.join();
            Throwable first = failure.get();
            if (first instanceof IOException e) {
                throw e;
            } else if (first instanceof RuntimeException e) {
                throw e;
            } else if (first instanceof Error e) {
                throw e;
            }
        }

        private void force(T item) {
            if (failure.get() != null) {
                return;
            }
            try {
                action.force(item);
            } catch (IOException | RuntimeException | Error e) {
                Throwable first = failure.compareAndExchange(null, e);
                if (first != null && first != e) {
                    first.addSuppressed(e);
                }
            }
        }
    }
}
