package io.zrs.primary;

import io.zrs.reactor.Cancellable;
import io.zrs.reactor.Reactor;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Logs connections that are closed because there are too many: the first at once, and how many more there were once a minute, so that a
 * flood does not fill the log.
 *
 * <p>Threading: confined to the reactor thread.
 */
final class RefusalLog {
    /** From one line to the next. */
    static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Reactor reactor;
    private long unlogged;
    private @Nullable Cancellable waiting;

    RefusalLog(Reactor reactor) {
        this.reactor = reactor;
    }

    /** {@code peer} is closed, because of {@code reason}. */
    void refused(String peer, String reason) {
        if (waiting != null) {
            unlogged++;
            return;
        }
        Primary.log.warn("{}: closed, as {}; more of the same will be counted for a minute", peer, reason);
        waitForMore();
    }

    /** Logs no more. */
    void close() {
        if (waiting != null) {
            waiting.cancel();
        }
    }

    private void waitForMore() {
        waiting = reactor.callLater(INTERVAL, this::sum);
    }

    private void sum() {
        waiting = null;
        if (unlogged > 0) {
            Primary.log.warn("{} more connections closed in the last minute, as there were too many", unlogged);
            unlogged = 0;
            waitForMore();
        }
    }
}
