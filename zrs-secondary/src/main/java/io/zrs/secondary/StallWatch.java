package io.zrs.secondary;

import io.zrs.reactor.Cancellable;
import io.zrs.reactor.Reactor;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Notices that what has begun to come does not come to its end. Whoever has nothing to say says nothing, but not in the middle of a
 * transaction; a damaged length, though, lets this side wait there for bytes that nobody will send.
 *
 * <p>Threading: confined to the reactor thread.
 */
final class StallWatch {
    /** How long something may take in any case. */
    static final Duration GRACE = Duration.ofSeconds(60);

    /** What it has to bring on average, to take longer. */
    static final int BYTES_PER_SECOND_MIN = 4096;

    private final Reactor reactor;
    private final Runnable stalled;
    private Instant begun = Instant.MIN;
    private long size;
    private @Nullable Cancellable look;

    /**
     * A watch that rests.
     *
     * @param stalled called once when too little comes
     */
    StallWatch(Reactor reactor, Runnable stalled) {
        this.reactor = reactor;
        this.stalled = stalled;
    }

    /** Something has begun, or a part of it did not count. */
    void restart() {
        begun = reactor.clock().instant();
        size = 0;
        if (look == null) {
            look = reactor.callLater(GRACE, this::look);
        }
    }

    /** More of it has come. */
    void received(int byteCount) {
        size += byteCount;
    }

    /** It is whole, or of no interest any more. */
    void rest() {
        if (look != null) {
            look.cancel();
            look = null;
        }
    }

    boolean isResting() {
        return look == null;
    }

    private void look() {
        Instant end = begun.plus(GRACE).plusSeconds(size / BYTES_PER_SECOND_MIN);
        Duration left = Duration.between(reactor.clock().instant(), end);
        if (left.isZero() || left.isNegative()) {
            look = null;
            stalled.run();
        } else {
            look = reactor.callLater(left, this::look);
        }
    }
}
