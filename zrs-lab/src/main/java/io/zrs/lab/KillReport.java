package io.zrs.lab;

import io.zrs.lab.KillMoment.Kind;
import io.zrs.lab.Site.Content;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Prints a line for each kill, a summary, and what was not as it should be.
 *
 * <p>Threading: confined to one thread.
 */
final class KillReport {
    private static final String ROW = "%5s  %-5s  %13s  %5s  %10s  %9s  %s%n";

    private final PrintWriter out;
    private final Content original;
    private final List<String> faults = new ArrayList<>();
    private final Set<Long> places = new TreeSet<>();
    private int kills;
    private int killsInTransaction;
    private int killsWithBlobs;
    private int continued;
    private int begun;

    /**
     * A report that says nothing yet.
     *
     * @param original what the primary has
     */
    KillReport(PrintWriter out, Content original) {
        this.out = out;
        this.original = original;
        out.printf(ROW, "kill", "when", "Data.fs", "", "unfinished", "blobs/tmp", "began from");
        out.flush();
    }

    /** Size of the data file when all is there. */
    long end() {
        return original.size();
    }

    /** Something is not as it should be. */
    void fault(String text) {
        faults.add(text);
        out.println("FAULT: " + text);
        out.flush();
    }

    /**
     * The secondary was killed.
     *
     * @param uncommitted how many files it left in its blobs' temporary directory
     * @param beginning from where it had followed, empty if it had not got so far
     */
    void kill(Kind kind, Content left, int uncommitted, Optional<Tid> beginning) {
        kills++;
        restart(beginning);
        places.add(left.size());
        long unfinished = left.size() - left.committedSize();
        killsInTransaction += unfinished > 0 ? 1 : 0;
        killsWithBlobs += uncommitted > 0 ? 1 : 0;
        out.printf(
                Locale.ROOT,
                ROW,
                kills,
                kind.name().toLowerCase(Locale.ROOT),
                String.format(Locale.ROOT, "%,d", left.size()),
                percent(left.size()),
                String.format(Locale.ROOT, "%,d", unfinished),
                uncommitted,
                beginning.map(Tid::toString).orElse("-"));
        out.flush();
    }

    /** The secondary was started; {@code beginning} as for {@link #kill}. */
    void restart(Optional<Tid> beginning) {
        if (beginning.isPresent()) {
            boolean isNew = beginning.get().equals(Tid.NONE);
            begun += isNew ? 1 : 0;
            continued += isNew ? 0 : 1;
        }
    }

    /** Sums up; tells whether all was as it should be. */
    boolean print(int transactions, Site primary, Site secondary) throws IOException {
        out.printf(
                Locale.ROOT,
                "%d transactions, Data.fs %,d bytes, %,d blobs with %,d bytes%n",
                transactions,
                secondary.size(),
                blobs(secondary).size(),
                size(blobs(secondary)));
        out.printf(
                "%d kills at %d sizes of Data.fs, %d with transactions to be cut off, %d with uncommitted blobs%n"
                        + "%d runs continued where the one before had ended, %d had nothing yet, the others did not get"
                        + " so far as to follow%n",
                kills, places.size(), killsInTransaction, killsWithBlobs, continued, begun);
        out.println(
                faults.isEmpty()
                        ? "identical, and no litter"
                        : faults.size() + " FAULTS, files left in "
                                + primary.directory().getParent());
        out.flush();
        return faults.isEmpty();
    }

    private String percent(long size) {
        return 100 * size / end() + " %";
    }

    private static List<Path> blobs(Site site) throws IOException {
        try (Stream<Path> entries = Files.walk(site.blobs())) {
            return entries.filter(path -> path.toString().endsWith(".blob")).toList();
        }
    }

    private static long size(List<Path> files) throws IOException {
        long size = 0;
        for (Path file : files) {
            size += Files.size(file);
        }
        return size;
    }
}
