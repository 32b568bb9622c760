package io.zrs.primary;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.zrs.reactor.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** A transport whose peer takes nothing unless told to. */
final class SlowTransport implements Transport {
    private final long high;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private long backlog;
    private long backlogMax;
    private boolean isEndless;
    private Runnable duringNextWrite = () -> {};

    /** A transport whose backlog is high beyond {@code high} bytes. */
    SlowTransport(long high) {
        this.high = high;
    }

    /** Has the peer take everything from now on. */
    void takeEverything() {
        isEndless = true;
        backlog = 0;
    }

    /** Has the peer take what waits; tells whether that was more than nothing. */
    @CanIgnoreReturnValue
    boolean takeBacklog() {
        boolean wasWaiting = backlog > 0;
        backlog = 0;
        return wasWaiting;
    }

    /** Has {@code meanwhile} happen while the next write has found out how high the backlog is, but not returned yet. */
    void duringNextWrite(Runnable meanwhile) {
        duringNextWrite = meanwhile;
    }

    /** All bytes so far. */
    byte[] written() {
        return written.toByteArray();
    }

    long backlogMax() {
        return backlogMax;
    }

    @Override
    public String peer() {
        return "slow peer";
    }

    @Override
    public boolean write(ByteBuffer bytes) {
        backlog += isEndless ? 0 : bytes.remaining();
        backlogMax = Math.max(backlog, backlogMax);
        while (bytes.hasRemaining()) {
            written.write(bytes.get());
        }
        boolean isLow = backlog <= high;
        Runnable meanwhile = duringNextWrite;
        duringNextWrite = () -> {};
        meanwhile.run();
        return isLow;
    }

    @Override
    public void pauseReading() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void resumeReading() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void abort() {
        throw new UnsupportedOperationException();
    }
}
