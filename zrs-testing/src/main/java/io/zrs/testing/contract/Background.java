package io.zrs.testing.contract;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Something that runs on a thread of its own while the test goes on. Threading: thread-safe. */
final class Background<T> {
    /** Only a storage that hangs takes that long. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String what;
    private final Thread thread;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    private Background(String what, Callable<T> task) {
        this.what = what;
        this.thread = new Thread(() -> run(task), what);
        thread.setDaemon(true);
    }

    /**
     * Starts.
     *
     * @param what names it in failures: "another thread's begin"
     */
    static <T> Background<T> start(String what, Callable<T> task) {
        Background<T> background = new Background<>(what, task);
        background.thread.start();
        return background;
    }

    /** Has another thread do something, and waits for it. */
    static <T> T await(String what, Callable<T> task) {
        return start(what, task).result();
    }

    /** As {@link #await}, for what has no result. */
    static void awaitRun(String what, Runnable task) {
        await(what, () -> {
            task.run();
            return true;
        });
    }

    /** Waits for the end; what was thrown there is thrown here. */
    T result() {
        try {
            return result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            AssertionError hangs = new AssertionError(what + " must not wait, but hangs");
            hangs.setStackTrace(thread.getStackTrace());
            throw hangs;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(what + " failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }

    boolean isDone() {
        return result.isDone();
    }

    /** Returns when the thread waits for something, or is done. */
    void awaitWaiting() {
        while (!isDone() && !isWaiting()) {
            Thread.onSpinWait();
        }
    }

    private boolean isWaiting() {
        return switch (thread.getState()) {
            case BLOCKED, WAITING, TIMED_WAITING -> true;
            default -> false;
        };
    }

    private void run(Callable<T> task) {
        try {
            result.complete(task.call());
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }
}
