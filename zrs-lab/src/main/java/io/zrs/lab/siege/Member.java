package io.zrs.lab.siege;

import com.google.common.collect.ImmutableList;
import io.zrs.lab.Site;
import io.zrs.lab.Site.Content;
import io.zrs.lab.ZrsProcess;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A site, and the process that serves it or follows into it: one run after the other, with a log each.
 *
 * <p>Threading: confined to one thread.
 */
final class Member implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("(?m)^listening on \\S+:(\\d+)$");
    private static final Content NOTHING = new Content(Tid.NONE, 0, 0);

    private final String name;
    private final Path logs;
    private final Guard guard;
    private Site site;
    private @Nullable ZrsProcess process;
    private int runs;
    private @Nullable InetSocketAddress address;
    private boolean isSuspended;
    private Content known = NOTHING;

    /**
     * A member that has not run yet.
     *
     * @param logs where to put logs
     * @param guard ends the process if nobody else does
     */
    Member(String name, Site site, Path logs, Guard guard) {
        this.name = name;
        this.site = site;
        this.logs = logs;
        this.guard = guard;
    }

    String name() {
        return name;
    }

    Site site() {
        return site;
    }

    /** Takes the site of {@code other}, and gives its own; both must be down. */
    void swapSites(Member other) {
        Site own = site;
        Content ownKnown = known;
        site = other.site;
        known = other.known;
        other.site = own;
        other.known = ownKnown;
    }

    /** What the site held when it was looked at for the last time. */
    Content known() {
        return known;
    }

    /** Looks at the site. */
    Content look() throws IOException {
        known = site.content();
        return known;
    }

    /** The site has been emptied. */
    void forget() {
        known = NOTHING;
    }

    /** Where this run, or the last one, prints and logs. */
    Path log() {
        return logs.resolve(name + "-" + runs + ".log");
    }

    /** What this run, or the last one, has printed and logged. */
    String text() {
        return process == null ? "" : process.text();
    }

    /** This run, or the last one. */
    @Nullable
    ZrsProcess process() {
        return process;
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    boolean isSuspended() {
        return isSuspended;
    }

    /** Begins a run. */
    void start(Function<Site, List<String>> command) throws IOException {
        runs++;
        process = ZrsProcess.start(ImmutableList.copyOf(command.apply(site)), log());
        address = null;
        isSuspended = false;
        guard.began(process.pid());
    }

    /** Where it listens in this run; empty if it does not, or not yet. */
    Optional<InetSocketAddress> address() {
        if (!isAlive()) {
            return Optional.empty();
        }
        if (address == null) {
            Matcher matcher = LISTENING.matcher(text());
            address = matcher.find()
                    ? new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(matcher.group(1)))
                    : null;
        }
        return Optional.ofNullable(address);
    }

    /** Ends it by SIGKILL; false if it had ended before. */
    boolean kill() throws InterruptedException, TimeoutException {
        if (process == null) {
            return false;
        }
        boolean wasAlive = process.kill();
        ended(process);
        return wasAlive;
    }

    /** Ends it by SIGTERM; the exit status. */
    int stop() throws IOException, InterruptedException, TimeoutException {
        if (process == null) {
            return 0;
        }
        resume();
        int status = process.stop();
        ended(process);
        return status;
    }

    /** SIGSTOP. */
    void suspend() throws IOException, InterruptedException {
        isSuspended = signal("-STOP");
    }

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException {
        if (isSuspended) {
            signal("-CONT");
            isSuspended = false;
        }
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
            ended(process);
        }
    }

    private void ended(ZrsProcess gone) {
        isSuspended = false;
        guard.ended(gone.pid());
    }

    private boolean signal(String signal) throws IOException, InterruptedException {
        return process != null
                && new ProcessBuilder("kill", signal, String.valueOf(process.pid()))
                                .start()
                                .waitFor()
                        == 0;
    }
}
