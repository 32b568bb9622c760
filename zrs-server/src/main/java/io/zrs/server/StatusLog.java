package io.zrs.server;

import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a status line at each change of state, and once a minute.
 *
 * <p>Threading: thread-safe.
 */
final class StatusLog {
    private static final Logger log = LoggerFactory.getLogger(StatusLog.class);
    private static final Duration INTERVAL = Duration.ofMinutes(1);

    private final Supplier<StatusLine> status;
    private final LongSupplier nanoTime;
    private String lastState = "";
    private long lastLogged;

    StatusLog(Supplier<StatusLine> status, LongSupplier nanoTime) {
        this.status = status;
        this.nanoTime = nanoTime;
    }

    /** Looks whether there is something to log. */
    synchronized void update() {
        StatusLine line = status.get();
        long now = nanoTime.getAsLong();
        boolean isChanged = !line.state().equals(lastState);
        if (isChanged || now - lastLogged >= INTERVAL.toNanos()) {
            log.info("{}", line);
            lastState = line.state();
            lastLogged = now;
        }
    }

    /** Logs how it stands, whether or not that has changed. */
    synchronized void logNow() {
        log.info("{}", status.get());
    }
}
