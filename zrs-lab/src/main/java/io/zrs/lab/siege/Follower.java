package io.zrs.lab.siege;

import io.zrs.lab.Site;
import io.zrs.lab.siege.Mishap.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A member that follows another one through a {@link Proxy}.
 *
 * <p>Threading: confined to one thread.
 */
final class Follower implements AutoCloseable {
    /** How it is run. */
    interface Program {
        /** The command that lets it follow who listens at {@code primary}. */
        List<String> command(Site site, String primary);
    }

    private static final String DAMAGED = "input data error";
    private static final String REFUSED = "closed by the primary without a word";

    /** Of ours, and of the original. */
    private static final List<String> FOLLOWED = List.of("following from ", ": Connected");

    private final Member member;
    private final Judge.Kind kind;
    private final Program program;
    private final Member upstream;
    private final Proxy proxy;
    private final @Nullable SmallDisk disk;
    private int damagedBefore;
    private int fullSignsBefore;
    private boolean isDown = true;
    private @Nullable Long startAt;
    private @Nullable Long resumeAt;

    /**
     * A follower that has not run yet.
     *
     * @param upstream whom it follows
     * @param disk on which it lives, null if it has room enough
     */
    Follower(Member member, Judge.Kind kind, Program program, Member upstream, Proxy proxy, @Nullable SmallDisk disk) {
        this.member = member;
        this.kind = kind;
        this.program = program;
        this.upstream = upstream;
        this.proxy = proxy;
        this.disk = disk;
    }

    Member member() {
        return member;
    }

    Judge.Kind kind() {
        return kind;
    }

    Member upstream() {
        return upstream;
    }

    Proxy proxy() {
        return proxy;
    }

    /** The disk that may be full; null if it is none. */
    @Nullable
    SmallDisk disk() {
        return disk;
    }

    /** Begins a run. */
    void start() throws IOException {
        isDown = false;
        startAt = null;
        resumeAt = null;
        fullSignsBefore = 0;
        damagedBefore += damagedNow();
        member.start(site -> {
            List<String> command = program.command(site, proxy.address());
            return disk == null ? command : disk.confine(command);
        });
    }

    /** Ends it by SIGKILL, to stay down until it is started; false if it had ended before. */
    boolean kill() throws InterruptedException, TimeoutException {
        isDown = true;
        return member.kill();
    }

    /** Ends it by SIGTERM, to stay down until it is started; the exit status, 0 if it had ended before. */
    int stop() throws IOException, InterruptedException, TimeoutException {
        isDown = true;
        return member.isAlive() ? member.stop() : 0;
    }

    /** Has it started at that time, as {@link System#nanoTime}. */
    void startAt(long nanos) {
        startAt = nanos;
    }

    /** Suspends it until that time, as {@link System#nanoTime}. */
    void suspend(long until) throws IOException, InterruptedException {
        member.suspend();
        resumeAt = until;
    }

    /** Whether it is to be started now. */
    boolean isStartDue(long now) {
        return startAt != null && now - startAt >= 0;
    }

    /** Whether it is to go on now. */
    boolean isResumeDue(long now) {
        return resumeAt != null && now - resumeAt >= 0;
    }

    /** Goes on. */
    void resume() throws IOException, InterruptedException {
        resumeAt = null;
        member.resume();
    }

    /** Whether it has been ended, and not been started since. */
    boolean isDown() {
        return isDown;
    }

    /** Leads the proxy to where the one upstream listens now. */
    void connect() {
        Optional<InetSocketAddress> address = upstream.address();
        proxy.lead(address.orElse(null));
    }

    /** How many streams it has refused as damaged, in all its runs. */
    int damaged() {
        return damagedBefore + damagedNow();
    }

    /** How many bits were turned on the way to it, and from it. */
    int corrupted() {
        return proxy.count(Direction.DOWN, Mishap.Kind.CORRUPTION) + proxy.count(Direction.UP, Mishap.Kind.CORRUPTION);
    }

    /** Whether it has been connected in this run. */
    boolean hasFollowed() {
        return member.isAlive() && FOLLOWED.stream().anyMatch(member.text()::contains);
    }

    /** Whether this run says that it was refused. */
    boolean saysRefused() {
        return member.text().contains(REFUSED);
    }

    /** Whether its disk has been full in this run, since {@link #relieved}. */
    boolean isFull() {
        return fullSigns() > fullSignsBefore;
    }

    /** There is more room on its disk. */
    void relieved() {
        fullSignsBefore = fullSigns();
    }

    @Override
    public void close() throws IOException {
        member.close();
        proxy.close();
        if (disk != null) {
            disk.close();
        }
    }

    private int damagedNow() {
        return member.text().split(DAMAGED, -1).length - 1;
    }

    private int fullSigns() {
        return disk == null ? 0 : SmallDisk.fullSigns(member.text());
    }
}
