package io.zrs.lab;

import io.zrs.lab.Site.Content;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * The lives of one secondary, one after the other, and what must be true between them.
 *
 * <p>Threading: confined to one thread.
 */
final class FollowerRuns {
    private static final Pattern BEGINNING = Pattern.compile("following from (\\S+) \\(");

    private final List<String> zrs;
    private final String primary;
    private final Site original;
    private final Site copy;
    private final KillReport report;
    private Content content;
    private int count;

    /**
     * A secondary that has not been started yet.
     *
     * @param zrs what starts {@code zrs}
     * @param primary address
     */
    FollowerRuns(List<String> zrs, String primary, Site original, Site copy, KillReport report) throws IOException {
        this.zrs = zrs;
        this.primary = primary;
        this.original = original;
        this.copy = copy;
        this.report = report;
        this.content = copy.content();
    }

    /** What the copy holds now. */
    Content content() {
        return content;
    }

    /** Starts the secondary and kills it. */
    void runAndKill(KillMoment moment) throws IOException, InterruptedException, TimeoutException {
        boolean killed;
        Optional<Tid> beginning;
        try (ZrsProcess process = start()) {
            moment.await(process, copy, report.end());
            killed = process.kill();
            beginning = beginning(process);
        }
        if (!killed) {
            report.fault("the secondary ended by itself, see " + log());
        }
        checkContinues(beginning);
        checkHoldsPrefix();
        report.kill(moment.kind(), content, copy.uncommitted().size(), beginning);
    }

    /** Starts the secondary and lets it run until nothing is missing. */
    void finish() throws IOException, InterruptedException, TimeoutException {
        try (ZrsProcess process = start("--exit-when-idle", "2")) {
            int status = process.awaitEnd();
            if (status != 0) {
                report.fault("the secondary ended with status " + status + ", see " + log());
            }
            Optional<Tid> beginning = beginning(process);
            checkContinues(beginning);
            report.restart(beginning);
        }
    }

    private ZrsProcess start(String... more) throws IOException {
        count++;
        String[] arguments = {
            "secondary", copy.file().toString(), "--blobs", copy.blobs().toString(), "--from", primary
        };
        return ZrsProcess.start(zrs, log(), concat(arguments, more));
    }

    private Path log() {
        return copy.directory().resolveSibling("secondary-" + count + ".log");
    }

    private static Optional<Tid> beginning(ZrsProcess process) {
        return process.find(BEGINNING).map(Tid::parse);
    }

    private void checkContinues(Optional<Tid> beginning) {
        beginning
                .filter(tid -> !tid.equals(content.last()))
                .ifPresent(tid -> report.fault("the secondary began from " + tid + ", but its file ended with "
                        + content.last() + ", see " + log()));
    }

    private void checkHoldsPrefix() throws IOException {
        Content now = copy.content();
        if (now.last().compareTo(content.last()) < 0 || now.committedSize() < content.committedSize()) {
            report.fault("the file had " + content + ", now it has " + now + ", see " + log());
        }
        if (!copy.sharesWith(original, now.committedSize())) {
            report.fault("the file is not the beginning of the primary's, see " + log());
        }
        content = now;
    }

    private static String[] concat(String[] first, String[] second) {
        String[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }
}
