package io.zrs.lab.siege;

import io.zrs.lab.Site;
import io.zrs.lab.Site.Content;
import io.zrs.lab.siege.Tally.Event;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A primary that commits and those that follow it, what is known to be committed, and what must be true whenever one of them has ended.
 *
 * <p>Threading: confined to one thread.
 */
final class Company implements AutoCloseable {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** How an end in order looks from outside: our commands end with 0, a Java program that handles no signal does with this. */
    private static final int TERMINATED = 128 + 15;

    private final Member primary;
    private final List<Follower> followers;
    private final Commands commands;
    private final Chronicle chronicle;
    private final Judge judge;
    private final Regime regime;
    private final SplittableRandom random;
    private final Minutes minutes;
    private final Tally tally;
    private final Tid beginning;
    private int committedBefore;

    /**
     * A company of which nobody has been started.
     *
     * @param primary has a site with {@link Subjects}
     */
    Company(
            Member primary,
            List<Follower> followers,
            Commands commands,
            Regime regime,
            SplittableRandom random,
            Minutes minutes,
            Tally tally)
            throws IOException {
        this.primary = primary;
        this.followers = followers;
        this.commands = commands;
        this.chronicle = new Chronicle(primary.log());
        this.judge = new Judge(chronicle, regime == Regime.PACKING);
        this.regime = regime;
        this.random = random;
        this.minutes = minutes;
        this.tally = tally;
        judge.trust(primary.site());
        this.beginning = chronicle.last();
    }

    Member primary() {
        return primary;
    }

    List<Follower> followers() {
        return followers;
    }

    Commands commands() {
        return commands;
    }

    Chronicle chronicle() {
        return chronicle;
    }

    Minutes minutes() {
        return minutes;
    }

    Tally tally() {
        return tally;
    }

    /** The last transaction of those that make the {@link Subjects}. */
    Tid beginning() {
        return beginning;
    }

    Regime regime() {
        return regime;
    }

    /** Whether the files can be compared byte by byte. */
    boolean isByteIdentical() {
        return regime != Regime.PACKING;
    }

    /** Starts all. */
    void start() throws IOException {
        startPrimary();
        for (Follower follower : followers) {
            start(follower);
        }
    }

    /** Keeps all files that would be lost with their disk, after all have ended. */
    void rescue() throws InterruptedException {
        primary.close();
        for (Follower follower : followers) {
            SmallDisk disk = follower.disk();
            if (disk != null) {
                follower.member().close();
                disk.rescue();
            }
        }
    }

    /** Starts the primary. */
    void startPrimary() throws IOException {
        long seed = random.nextLong(Long.MAX_VALUE);
        primary.start(site -> commands.commit(site, seed, regime));
        chronicle.follow(primary.log());
        committedBefore = chronicle.acknowledged();
        started(primary);
    }

    /** Starts a follower. */
    void start(Follower follower) throws IOException {
        follower.start();
        started(follower.member());
    }

    /** Ends the primary by SIGKILL, and judges what it leaves. */
    void killPrimary() throws IOException, InterruptedException, TimeoutException {
        if (!primary.kill()) {
            minutes.fault("the primary had ended by itself, see " + primary.log());
        }
        tally.add(Event.PRIMARY_KILL);
        minutes.note("killed the primary");
        judgePrimary();
    }

    /** Ends the primary by SIGTERM, and judges what it leaves. */
    void stopPrimary() throws IOException, InterruptedException, TimeoutException {
        endedInOrder(primary, primary.stop());
        judgePrimary();
    }

    /** Ends a follower by SIGKILL, and judges what it leaves. */
    void kill(Follower follower) throws IOException, InterruptedException, TimeoutException {
        Member member = follower.member();
        boolean isExplained = follower.isFull();
        if (!follower.kill() && !isExplained) {
            minutes.fault(member.name() + " had ended by itself, see " + member.log());
        }
        tally.add(follower.kind() == Judge.Kind.JAVA ? Event.SECONDARY_KILL : Event.PYTHON_KILL);
        minutes.note("killed " + member.name());
        judge(follower);
    }

    /** Ends a follower by SIGTERM, and judges what it leaves. */
    void stop(Follower follower) throws IOException, InterruptedException, TimeoutException {
        endedInOrder(follower.member(), follower.stop());
        judge(follower);
    }

    /** The primary must run, and its committers must not have failed. */
    void checkPrimary() throws IOException {
        chronicle.read();
        if (!primary.isAlive()) {
            minutes.fault("the primary has ended by itself, see " + primary.log());
        }
        chronicle.takeFaults().forEach(fault -> minutes.fault("the primary says " + fault));
    }

    /** How much has been committed since the primary was started. */
    int committed() throws IOException {
        chronicle.read();
        return chronicle.acknowledged() - committedBefore;
    }

    /**
     * Makes room on the disk of a follower that has met its end.
     *
     * @param byItself whether it is to find that out; else it is ended and started again
     */
    void enlarge(Follower follower, boolean byItself) throws IOException, InterruptedException, TimeoutException {
        SmallDisk disk = Objects.requireNonNull(follower.disk());
        Member member = follower.member();
        boolean hasMore = disk.enlarge(0, member.isAlive() ? member.process() : null);
        minutes.note("the disk of " + member.name() + " is enlarged: " + disk);
        follower.relieved();
        if (hasMore && byItself && member.isAlive()) {
            tally.add(Event.CONTINUED_BY_ITSELF);
            return;
        }
        if (!follower.isDown()) {
            kill(follower);
            start(follower);
        }
    }

    /** Ends the primary, and has its site served by {@code zrs primary}, where nothing is committed. */
    void serve() throws IOException, InterruptedException, TimeoutException {
        stopPrimary();
        primary.start(commands::serve);
        started(primary);
    }

    /** Judges what the primary, which is down, has left. */
    void judgePrimary() throws IOException {
        chronicle.read();
        chronicle.takeFaults().forEach(fault -> minutes.fault("the primary says " + fault));
        judge.faultsOfPrimary(primary.site()).forEach(minutes::fault);
        judged(primary, primary.known());
    }

    /** Judges what a follower, which is down, has left: it must be a prefix, and no shorter than before. */
    void judge(Follower follower) throws IOException {
        Member member = follower.member();
        Content before = member.known();
        chronicle.read();
        judge.faults(member.site(), follower.kind()).forEach(minutes::fault);
        judged(member, before);
        Content now = member.known();
        if (now.last().compareTo(before.last()) < 0) {
            minutes.fault(member.site().file() + " had " + before + ", now it has " + now + ", see " + member.log());
        }
        if (isByteIdentical() && !member.site().sharesWith(primary.site(), now.committedSize())) {
            minutes.fault(member.site().file() + " is not the beginning of "
                    + primary.site().file() + ", see " + member.log());
        }
        if (follower.kind() == Judge.Kind.PYTHON && now.size() > now.committedSize()) {
            cutTail(member.site(), now);
        }
        if (follower.kind() == Judge.Kind.JAVA && follower.damaged() > follower.corrupted()) {
            minutes.fault(member.name() + " has refused more streams than were corrupted, see " + member.log());
        }
    }

    /** Starts who is due, has go on who is due, leads the proxies to where others listen now. */
    void tick() throws IOException, InterruptedException, TimeoutException {
        long now = System.nanoTime();
        for (Follower follower : followers) {
            if (follower.isResumeDue(now)) {
                follower.resume();
            }
            if (follower.isStartDue(now)) {
                start(follower);
            } else if (!follower.isDown() && !follower.member().isAlive() && !follower.isFull()) {
                minutes.fault(follower.member().name() + " has ended by itself, see "
                        + follower.member().log());
                judge(follower);
                start(follower);
            }
            follower.connect();
        }
    }

    /** Lets time pass until {@code condition} holds; whether it does. */
    boolean await(BooleanSupplier condition, long seconds) throws IOException, InterruptedException, TimeoutException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(seconds)) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
            tick();
        }
        return true;
    }

    /** All that happens to connections ends; suspended ones go on. */
    void calm() throws IOException, InterruptedException {
        for (Follower follower : followers) {
            follower.proxy().calm();
            follower.resume();
        }
        primary.resume();
    }

    @Override
    public void close() throws IOException {
        primary.close();
        for (Follower follower : followers) {
            follower.close();
            tally.add(follower.proxy());
            tally.add(Event.REFUSED_STREAM, follower.damaged());
        }
        tally.add(Event.COMMIT, chronicle.acknowledged());
        tally.add(Event.PACK, chronicle.packs());
        tally.add(Event.COMPARED_TRANSACTION, judge.compared());
    }

    private void started(Member member) {
        tally.add(Event.START);
        minutes.note("started " + member.name() + ", see " + member.log().getFileName());
    }

    private void judged(Member member, Content before) throws IOException {
        Content now = member.look();
        tally.add(Event.JUDGEMENT);
        if (now.size() > now.committedSize()) {
            tally.add(Event.TORN_TAIL);
        }
        minutes.note(member.name() + " has " + now + ", before " + before);
    }

    private void endedInOrder(Member member, int status) {
        if (status != 0 && status != TERMINATED) {
            minutes.fault(member.name() + " ended with status " + status + ", see " + member.log());
        }
        tally.add(Event.ORDERLY_END);
        minutes.note("ended " + member.name());
    }

    /** The original, opening a file that ends with an unfinished transaction, cuts it off but believes to have it, and never asks for it again. */
    private static void cutTail(Site site, Content content) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(site.file().toFile(), "rw")) {
            file.setLength(content.last().equals(Tid.NONE) ? 0 : content.committedSize());
        }
        Files.deleteIfExists(site.directory().resolve("Data.fs.index"));
    }
}
