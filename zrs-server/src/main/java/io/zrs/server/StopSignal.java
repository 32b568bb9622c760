package io.zrs.server;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The wish that a command that would run on ends in order.
 *
 * <p>A JVM that gets SIGTERM or SIGINT ends with status 143 or 130 as soon as its shutdown hooks have run. Ours lets the command end by itself,
 * and then ends the process with the command's own status.
 *
 * <p>Threading: thread-safe.
 */
final class StopSignal {
    private final Consumer<Thread> addShutdownHook;
    private final CountDownLatch requested = new CountDownLatch(1);
    private final CompletableFuture<Integer> status = new CompletableFuture<>();

    private StopSignal(Consumer<Thread> addShutdownHook) {
        this.addShutdownHook = addShutdownHook;
    }

    /** Given by the operating system, once {@link #listen} was called. */
    static StopSignal ofProcess() {
        return new StopSignal(Runtime.getRuntime()::addShutdownHook);
    }

    /** Given by {@link #request} alone. */
    static StopSignal byRequest() {
        return new StopSignal(hook -> {});
    }

    /** From now on the process does not end at a signal, but waits for {@link #exit}. */
    void listen() {
        try {
            addShutdownHook.accept(new Thread(this::stopProcess, "zrs-stop"));
        } catch (IllegalStateException e) {
            request(); // the process is ending already
        }
    }

    /** Wishes it. */
    void request() {
        requested.countDown();
    }

    /** Whether the wish is there. */
    boolean isRequested() {
        return requested.getCount() == 0;
    }

    /** Waits for the wish; whether it is there. */
    boolean await(Duration limit) {
        try {
            return requested.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Ends the process; does not return. */
    void exit(int code) {
        status.complete(code);
        System.exit(code); // waits for stopProcess, if that is what brought us here
    }

    private void stopProcess() {
        if (!status.isDone()) {
            request();
            Runtime.getRuntime().halt(status.join());
        }
    }
}
