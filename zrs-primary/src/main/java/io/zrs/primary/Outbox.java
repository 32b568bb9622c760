package io.zrs.primary;

import io.zrs.reactor.Transport;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Hands a session's bytes to its transport, counts them, and knows when to stop.
 *
 * <p>Threading: {@link #writable} on the reactor thread; {@link #accept} and {@link #isFull} on the thread that feeds; the rest on any.
 */
final class Outbox implements Consumer<ByteBuffer> {
    private static final long NOT_FULL = -1;

    private final Transport transport;
    private final AtomicLong bytesSent = new AtomicLong();

    /** How often the backlog has become low again. */
    private volatile long lowCount;

    /** The count before the write that found the backlog high: once the count moves on, that is over. */
    private long fullAtLowCount = NOT_FULL;

    Outbox(Transport transport) {
        this.transport = transport;
    }

    @Override
    public void accept(ByteBuffer bytes) {
        // Read first, as the backlog may be low again before the write returns.
        long count = lowCount;
        bytesSent.addAndGet(bytes.remaining());
        fullAtLowCount = transport.write(bytes) ? NOT_FULL : count;
    }

    /** Whether nothing more should be written until {@link #writable}. */
    boolean isFull() {
        return fullAtLowCount == lowCount;
    }

    /** The backlog is low again. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the reactor thread writes
    void writable() {
        lowCount++;
    }

    /** Bytes given to the transport so far. */
    long bytesSent() {
        return bytesSent.get();
    }
}
