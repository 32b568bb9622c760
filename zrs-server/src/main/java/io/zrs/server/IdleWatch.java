package io.zrs.server;

import io.zrs.secondary.Disconnection;
import io.zrs.secondary.SecondaryStatus;
import io.zrs.storage.Tid;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides when a secondary has come to rest, and how: {@code --exit-when-idle}. The first connection that comes about counts: a script
 * that wants another one starts again, and loses nothing.
 *
 * <pre>
 * no connection for the limit                                 NEVER_CONNECTED
 * the connection ended                                        at once, by its reason
 * connected, nothing new for the limit, all on disk           OK
 * connected, nothing new for longer, in a transaction         CLOSED_BY_PRIMARY
 * </pre>
 *
 * <p>Threading: confined to one thread.
 */
final class IdleWatch {
    /** What a primary gets, beyond the limit, that has sent a part of a transaction. */
    static final Duration STALL = Duration.ofSeconds(10);

    private final long limitNanos;

    /** When something new came, or the connection that it may come by. */
    private long newsNanos;

    private long connectCount;
    private long byteCount;
    private long queueSize;
    private Tid lastTransaction = Tid.NONE;

    /**
     * A watch that starts now.
     *
     * @param limit positive
     * @param nowNanos as {@link System#nanoTime}
     */
    IdleWatch(Duration limit, long nowNanos) {
        this.limitNanos = limit.toNanos();
        this.newsNanos = nowNanos;
    }

    /** Takes notice; says how to end, if it is time. */
    Optional<ExitCode> observe(SecondaryStatus status, long nowNanos) {
        note(status, nowNanos);
        Optional<ExitCode> ended =
                status.lastDisconnection().map(Disconnection::reason).flatMap(IdleWatch::code);
        if (ended.isPresent()) {
            return ended;
        }
        long quiet = nowNanos - newsNanos;
        if (quiet < limitNanos) {
            return Optional.empty();
        }
        if (connectCount == 0) {
            return Optional.of(ExitCode.NEVER_CONNECTED);
        }
        if (status.allOnDisk()) {
            return Optional.of(ExitCode.OK);
        }
        boolean isStalled = queueSize == 0 && quiet >= limitNanos + STALL.toNanos();
        return isStalled ? Optional.of(ExitCode.CLOSED_BY_PRIMARY) : Optional.empty();
    }

    private void note(SecondaryStatus status, long nowNanos) {
        boolean isNews = status.connectCount() != connectCount
                || status.byteCount() != byteCount
                || status.queueSize() != queueSize
                || !status.lastTransaction().equals(lastTransaction);
        if (isNews) {
            newsNanos = nowNanos;
        }
        connectCount = status.connectCount();
        byteCount = status.byteCount();
        queueSize = status.queueSize();
        lastTransaction = status.lastTransaction();
    }

    private static Optional<ExitCode> code(Disconnection.Reason reason) {
        return Optional.ofNullable(
                switch (reason) {
                    case NOT_CONNECTED -> null; // it may listen later
                    case REFUSED -> ExitCode.REFUSED;
                    case CLOSED, LOST -> ExitCode.CLOSED_BY_PRIMARY;
                    case DAMAGED_STREAM -> ExitCode.DAMAGED_STREAM;
                    case LOCAL_FAILURE -> ExitCode.CANNOT_STORE;
                });
    }
}
