package io.zrs.server;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How far long work is: a line that is written over on a terminal, a plain line now and then elsewhere.
 *
 * <p>Threading: confined to one thread.
 */
final class Progress {
    private static final Duration TERMINAL_INTERVAL = Duration.ofMillis(200);
    private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);
    private static final String START_OF_CLEARED_LINE = "\r\033[K";

    private final PrintWriter err;
    private final boolean isTerminal;
    private final LongSupplier nanoTime;
    private long shownNanos;
    private boolean isShown;

    /** Progress that begins now. */
    Progress(PrintWriter err, boolean isTerminal, LongSupplier nanoTime) {
        this.err = err;
        this.isTerminal = isTerminal;
        this.nanoTime = nanoTime;
        this.shownNanos = nanoTime.getAsLong();
    }

    /** Shows it, in bytes, unless that was done just before. */
    void show(String what, long done, long total) {
        show(what, done, total, Quantities.bytes(total));
    }

    /**
     * Shows it, unless that was done just before.
     *
     * @param whole {@code total}, as people read it
     */
    void show(String what, long done, long total, String whole) {
        long now = nanoTime.getAsLong();
        Duration interval = isTerminal ? TERMINAL_INTERVAL : PLAIN_INTERVAL;
        if (now - shownNanos < interval.toNanos()) {
            return;
        }
        shownNanos = now;
        String line = what + ": " + (total == 0 ? 100 : done * 100 / total) + " % of " + whole;
        if (isTerminal) {
            err.print(START_OF_CLEARED_LINE + line);
            isShown = true;
        } else {
            err.println(line);
        }
        err.flush();
    }

    /** Clears the line, before something else is written. */
    void clear() {
        if (isShown) {
            err.print(START_OF_CLEARED_LINE);
            err.flush();
            isShown = false;
        }
    }
}
