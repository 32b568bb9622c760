package io.zrs.lab.siege;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What was done, with times, in a file; and what went wrong, which is printed too.
 *
 * <p>Threading: confined to one thread.
 */
final class Minutes implements AutoCloseable {
    private final PrintWriter out;
    private final PrintWriter file;
    private final List<String> faults = new ArrayList<>();
    private final long start = System.nanoTime();

    private Minutes(PrintWriter out, PrintWriter file) {
        this.out = out;
        this.file = file;
    }

    /** Minutes of what begins now. */
    static Minutes take(PrintWriter out, Path file) throws IOException {
        return new Minutes(out, new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8), true));
    }

    /** Something is done. */
    void note(String text) {
        file.println(time() + text);
    }

    /** Something that who looks on wants to know. */
    void announce(String text) {
        note(text);
        out.println(time() + text);
        out.flush();
    }

    /** Something is not as it should be. */
    void fault(String text) {
        faults.add(text);
        announce("FAULT: " + text);
    }

    /** How often something was not. */
    int faultCount() {
        return faults.size();
    }

    @Override
    public void close() {
        file.close();
    }

    private String time() {
        double seconds = (double) (System.nanoTime() - start) / TimeUnit.SECONDS.toNanos(1);
        return String.format(Locale.ROOT, "%8.2f s  ", seconds);
    }
}
