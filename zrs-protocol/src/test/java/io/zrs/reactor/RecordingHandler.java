package io.zrs.reactor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Remembers what happens on a connection, for a test that waits for it on its own thread. */
final class RecordingHandler implements ConnectionHandler {
    /** Only a test that fails waits so long. */
    static final long TIMEOUT_SECONDS = 30;

    final CompletableFuture<Transport> connected = new CompletableFuture<>();
    final CompletableFuture<IOException> connectFailed = new CompletableFuture<>();
    final CompletableFuture<Optional<Throwable>> disconnected = new CompletableFuture<>();
    final Semaphore writable = new Semaphore(0);

    /** Called with each piece received; what it throws is the handler's. */
    volatile Consumer<ByteBuffer> onReceived = bytes -> {};

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    static <T> T await(CompletableFuture<T> future) throws InterruptedException, ExecutionException, TimeoutException {
        return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    Transport transport() throws InterruptedException, ExecutionException, TimeoutException {
        return await(connected);
    }

    byte[] receivedBytes() {
        synchronized (received) {
            return received.toByteArray();
        }
    }

    /** Waits until there are {@code size} bytes. */
    byte[] receivedBytes(int size) throws InterruptedException, TimeoutException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        synchronized (received) {
            while (received.size() < size) {
                long restMs = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (restMs <= 0) {
                    throw new TimeoutException("got " + received.size() + " of " + size + " bytes");
                }
                received.wait(restMs);
            }
            return received.toByteArray();
        }
    }

    @Override
    public void connected(Transport transport) {
        connected.complete(transport);
    }

    @Override
    public void connectFailed(IOException cause) {
        connectFailed.complete(cause);
    }

    @Override
    public void received(ByteBuffer bytes) {
        onReceived.accept(bytes);
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        synchronized (received) {
            received.writeBytes(copy);
            received.notifyAll();
        }
    }

    @Override
    public void writable() {
        writable.release();
    }

    @Override
    public void disconnected(@Nullable Throwable cause) {
        if (!disconnected.complete(Optional.ofNullable(cause))) {
            throw new AssertionError("disconnected twice");
        }
    }
}
