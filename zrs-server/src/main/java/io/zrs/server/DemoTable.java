package io.zrs.server;

import io.zrs.storage.Tid;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the demonstration shows: on a terminal a table that is written over, elsewhere a line a second.
 *
 * <p>Threading: confined to one thread.
 */
final class DemoTable {
    /**
     * One storage.
     *
     * @param last its last transaction
     * @param transactionsBehind transactions of the primary that it does not have
     * @param bytesBehind how much shorter its data file is than the primary's
     */
    record Row(String name, String state, Tid last, int transactionsBehind, long bytesBehind) {}

    private static final Duration TERMINAL_INTERVAL = Duration.ofMillis(150);
    private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(1);
    private static final String FORMAT = "  %-14s %-11s %-28s %14s %12s";

    private final PrintWriter out;
    private final boolean isTerminal;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private long shownNanos;
    private int linesShown;

    /** An empty table; time begins now. */
    DemoTable(PrintWriter out, boolean isTerminal, LongSupplier nanoTime) {
        this.out = out;
        this.isTerminal = isTerminal;
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        this.shownNanos = startNanos;
    }

    /** Shows where they stand, unless that was done just before. */
    void show(Supplier<List<Row>> rows) {
        Duration interval = isTerminal ? TERMINAL_INTERVAL : PLAIN_INTERVAL;
        if (nanoTime.getAsLong() - shownNanos >= interval.toNanos()) {
            draw(rows.get());
        }
    }

    /** Shows where they stand in the end, and leaves it there. */
    void finish(List<Row> rows) {
        draw(rows);
        linesShown = 0;
    }

    /** Says something that happens. */
    void say(String event) {
        clear();
        out.println(time() + "  " + event);
        out.flush();
    }

    /** Shows what is in one storage. */
    void prove(String name, Fingerprint fingerprint) {
        clear();
        out.println(String.format(
                Locale.ROOT,
                "  %-14s Data.fs  %12s bytes    SHA-256 %s",
                name,
                Quantities.count(fingerprint.file().size()),
                fingerprint.file().sha256()));
        out.println(String.format(
                Locale.ROOT,
                "  %-14s blobs    %12s bytes    SHA-256 %s, %s files",
                "",
                Quantities.count(fingerprint.blobSize()),
                fingerprint.blobDigest(),
                Quantities.count(fingerprint.blobCount())));
        out.flush();
    }

    private void draw(List<Row> rows) {
        shownNanos = nanoTime.getAsLong();
        if (isTerminal) {
            clear();
            out.println(String.format(FORMAT, "", "state", "last transaction", "behind by", ""));
            rows.forEach(row -> out.println(line(row)));
            linesShown = rows.size() + 1;
        } else {
            StringBuilder line = new StringBuilder(time());
            rows.forEach(row -> line.append("  ").append(brief(row)));
            out.println(line);
        }
        out.flush();
    }

    private static String line(Row row) {
        boolean isEqual = row.transactionsBehind() == 0;
        return String.format(
                Locale.ROOT,
                FORMAT,
                row.name(),
                row.state(),
                row.last().equals(Tid.NONE) ? "-" : row.last().toTimeString(),
                isEqual ? "-" : Quantities.count(row.transactionsBehind()) + " trans.",
                isEqual ? "" : Quantities.bytes(row.bytesBehind()));
    }

    private static String brief(Row row) {
        String lag = row.transactionsBehind() == 0
                ? ""
                : ", behind by " + Quantities.count(row.transactionsBehind()) + " ("
                        + Quantities.bytes(row.bytesBehind()) + ")";
        return row.name() + " " + row.state() + " at " + row.last() + lag + ";";
    }

    /** Makes room where the table was. */
    private void clear() {
        if (linesShown > 0) {
            out.print("\033[" + linesShown + "A\033[J");
            linesShown = 0;
        }
    }

    private String time() {
        return String.format(
                Locale.ROOT, "%6s", Quantities.seconds(Duration.ofNanos(nanoTime.getAsLong() - startNanos)));
    }
}
