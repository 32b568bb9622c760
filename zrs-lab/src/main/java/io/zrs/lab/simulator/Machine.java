package io.zrs.lab.simulator;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.FileStorageOptions.CutTail;
import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.secondary.RetryPolicy;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.storage.PackException;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import io.zrs.testing.disk.CrashingFileSystem;
import io.zrs.testing.disk.DiskOperation;
import io.zrs.testing.disk.Verdict;
import io.zrs.testing.simulation.SimulatedProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A computer with a disk and, while it is up, one process: a primary, or a secondary that others can follow in turn.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Machine {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration DRAIN_MAX = Duration.ofSeconds(5);
    private static final Duration RETRY_MIN = Duration.ofMillis(100);
    private static final Duration RETRY_MAX = Duration.ofSeconds(20);

    /** Made once: looking for protocols takes longer than starting a machine. */
    private static final PrimarySettings PRIMARY = PrimarySettings.defaults();

    private static final SecondarySettings SECONDARY = SecondarySettings.standard(new SplittableRandom(0));

    private final World world;
    private final String host;
    private final Duration clockSkew;
    private final MachineLock lock;
    private CrashingFileSystem disk;
    private MachineDisk faults;

    /** Whom it follows, null for a primary. */
    private @Nullable Machine upstream;

    private @Nullable SimulatedProcess process;
    private @Nullable Running running;

    /** The newest transaction that it has told anybody of. */
    private Commit acknowledged;

    /** What is not later may have been packed away. */
    private Tid packTime = Tid.NONE;

    private boolean isPaused;

    /** How the process dies that is still to be told, {@code PROCEED} if it does not. */
    private Verdict deathOf = Verdict.PROCEED;

    /** A machine that is off, with an empty disk. */
    Machine(World world, int number) {
        this.world = world;
        this.host = "m" + number;
        // So different that no two machines ever make the same tid.
        this.clockSkew = Duration.ofNanos(100_003L * number);
        this.lock = new MachineLock(host);
        this.acknowledged = world.history().nothing();
        this.faults = newFaults();
        this.disk = newDisk();
    }

    String host() {
        return host;
    }

    CrashingFileSystem disk() {
        return disk;
    }

    Path dataFile() {
        return disk.getPath("/site/Data.fs");
    }

    MachineDisk faults() {
        return faults;
    }

    @Nullable
    Machine upstream() {
        return upstream;
    }

    /** Whom it follows from its next start on. */
    void setUpstream(@Nullable Machine machine) {
        upstream = machine;
    }

    Commit acknowledged() {
        return acknowledged;
    }

    Tid packTime() {
        return packTime;
    }

    /** What is not later than {@code time} may be packed away here. */
    void raisePackTime(Tid time) {
        packTime = packTime.compareTo(time) < 0 ? time : packTime;
    }

    /** Whether its process runs, and is not stopped. */
    boolean isWorking() {
        return isUp() && !isPaused;
    }

    boolean isUp() {
        return running != null && isAlive();
    }

    /** Whether its process has died, and nobody has looked after that yet. */
    boolean isDying() {
        return process != null && !isAlive();
    }

    boolean isPaused() {
        return isPaused;
    }

    /** What its process has open. */
    Running running() {
        Running present = running;
        if (present == null) {
            throw new Violation(host + " is not up");
        }
        return present;
    }

    /** The newest transaction that can be seen. */
    Commit head() {
        Tid last = running().view().lastTransaction();
        Commit head = world.history().find(last);
        if (head == null) {
            throw new Violation(host + " has a last transaction that nobody committed, " + last);
        }
        return head;
    }

    /** Somebody learns that {@code commit} is there. */
    void acknowledge(Commit commit) {
        commit.acknowledge();
        if (!acknowledged.isPartOf(commit)) {
            world.fail(host + " tells of " + commit + ", though it has told of " + acknowledged + " before");
        }
        acknowledged = commit;
    }

    /** Starts the process; tells whether it runs. */
    @CanIgnoreReturnValue
    boolean start() {
        if (disk.isDown()) {
            disk.restart();
        }
        faults.newLife();
        SimulatedProcess started = world.network().start(host);
        started.setClockSkew(clockSkew);
        process = started;
        isPaused = false;
        try {
            running = open(started);
        } catch (IOException | RuntimeException e) {
            failedStart(e);
            return false;
        }
        if (!isUp()) {
            buryIfDead();
            return false;
        }
        world.count(Happening.RESTART);
        checkAfterStart();
        return true;
    }

    /** Stops everything in the order in which an operator's command does; tells whether nothing went wrong. */
    @CanIgnoreReturnValue
    boolean stopInOrder() {
        goOn();
        Running present = running();
        if (!present.finishPack()) {
            kill(Happening.KILL);
            return false;
        }
        buryIfDead();
        if (!isUp()) {
            return false;
        }
        present.primary().close(world.chance().nextBoolean() ? Duration.ZERO : DRAIN_MAX);
        if (!world.await(() -> !isUp() || present.primary().close(DRAIN_MAX).isDone(), PATIENCE)) {
            throw new Violation(host + ": the primary does not close");
        }
        if (!isUp() || !closeStorage(present)) {
            buryIfDead();
            return false;
        }
        world.await(() -> !isUp(), Duration.ofMillis(1));
        if (!isUp()) {
            return false;
        }
        boolean trouble = faults.isTroubled();
        if (!trouble && disk.openHandles() != 0) {
            throw new Violation(host + ": " + disk.openHandles() + " files are open after closing in order");
        }
        if (!trouble && lock.isHeld()) {
            throw new Violation(host + ": the lock is held after closing in order");
        }
        world.count(Happening.ORDERLY_STOP);
        world.trace(this, "stopped in order");
        end();
        return !trouble;
    }

    /** The process ends by itself, or is killed. */
    void kill(Happening why) {
        world.count(why);
        world.trace(this, why.text());
        end();
    }

    void powerOff() {
        world.count(Happening.POWER_FAILURE);
        world.trace(this, "power failure");
        disk.crash();
        if (process != null) {
            process.powerOff();
        }
        buryIfDead();
    }

    /** SIGSTOP. */
    void pause() {
        world.count(Happening.STOP);
        world.trace(this, "SIGSTOP");
        requireProcess().pause();
        isPaused = true;
    }

    /** SIGCONT. */
    void goOn() {
        if (isPaused && process != null) {
            world.trace(this, "SIGCONT");
            process.resume();
            isPaused = false;
        }
    }

    /** Throws away everything and gets a new disk. */
    void replaceDisk() {
        world.count(Happening.NEW_DISK);
        world.trace(this, "gets a new disk");
        if (process != null) {
            end();
        }
        acknowledged = world.history().nothing();
        packTime = Tid.NONE;
        faults = newFaults();
        disk = newDisk();
    }

    /** Forgets a process that has died. */
    void buryIfDead() {
        endProcess();
        if (process != null && !isAlive()) {
            bury();
        }
    }

    /** Passes over what an injected fault explains; anything else is a violation. */
    void excuse(String what, Exception e) {
        if (!isAlive()) {
            world.trace(this, what + " was cut short: " + e.getMessage());
        } else if (faults.isTroubled() && isOrdinary(e)) {
            world.trace(this, what + " failed: " + e.getMessage());
        } else {
            throw new Violation(host + ": " + what + " failed", e);
        }
    }

    @Override
    public String toString() {
        return host;
    }

    private Running open(SimulatedProcess started) throws IOException {
        Storage storage = openStorage(started);
        Machine primary = upstream;
        Running opened;
        if (primary == null) {
            opened = new Running(world, this, storage, null, serve(storage, started));
        } else {
            SecondarySettings settings = SECONDARY.withRetry(new RetryPolicy(RETRY_MIN, RETRY_MAX, world.chance()));
            Secondary secondary = Secondary.start(
                    storage, world.network().address(primary.host), started, started.executor("applier", 2), settings);
            opened = new Running(world, this, storage, secondary, serve(secondary, started));
        }
        return opened;
    }

    private Storage openStorage(SimulatedProcess started) throws IOException {
        boolean drop = upstream != null || world.recipe().cutsTails();
        FileStorageOptions options =
                FileStorageOptions.of(started.clock()).withLock(lock).withCutTail(drop ? CutTail.DROP : CutTail.KEEP);
        FileStorage base = FileStorage.open(dataFile(), options);
        BlobStorage storage = null;
        try {
            base.addCommitListener(transaction -> told(transaction.tid()));
            storage = BlobStorage.wrap(
                    base, dataFile().resolveSibling("blobs"), world.recipe().layout());
            return storage;
        } finally {
            if (storage == null) {
                base.close();
            }
        }
    }

    private Primary serve(Storage storage, SimulatedProcess started) throws IOException {
        return Primary.start(storage, world.network().address(host), started, started.executor("reader", 2), PRIMARY);
    }

    private void told(Tid tid) {
        Commit commit = world.history().find(tid);
        if (commit == null) {
            world.fail(host + " tells of a transaction that nobody committed, " + tid);
        } else {
            world.trace(this, "tells of " + commit);
            acknowledge(commit);
        }
    }

    private void failedStart(Exception e) {
        excuse("starting", e);
        world.count(Happening.START_FAILED);
        if (isAlive()) {
            if (disk.openHandles() != 0) {
                throw new Violation(host + ": " + disk.openHandles() + " files are open though it did not start", e);
            }
            end();
        } else {
            bury();
        }
    }

    private void checkAfterStart() {
        Commit head = head();
        world.trace(this, "has started with " + head + (upstream == null ? "" : ", follows " + upstream));
        if (!acknowledged.isPartOf(head)) {
            throw new Violation(host + " has told of " + acknowledged + ", and has " + head + " after a restart");
        }
        head.acknowledge();
        acknowledged = head;
        Checker.checkAll(this);
    }

    private boolean closeStorage(Running present) {
        try {
            present.close();
            return isUp();
        } catch (RuntimeException e) {
            excuse("closing", e);
            if (isAlive()) {
                end();
            }
            return false;
        }
    }

    private boolean isAlive() {
        return process != null && process.isAlive() && !disk.isDown();
    }

    private void end() {
        disk.kill();
        requireProcess().kill();
        bury();
    }

    /** A process belongs to the simulator's thread. */
    private void endProcess() {
        if (process != null && deathOf == Verdict.CRASH) {
            process.powerOff();
        } else if (process != null && deathOf == Verdict.KILL) {
            process.kill();
        }
        deathOf = Verdict.PROCEED;
    }

    private void bury() {
        Running dead = running;
        if (dead != null) {
            dead.abandonPack();
        }
        running = null;
        process = null;
        isPaused = false;
        lock.free();
    }

    private SimulatedProcess requireProcess() {
        SimulatedProcess present = process;
        if (present == null) {
            throw new Violation(host + " is not up");
        }
        return present;
    }

    private MachineDisk newFaults() {
        return new MachineDisk(world.chance(), world.counts(), new DiskListener());
    }

    private CrashingFileSystem newDisk() {
        CrashingFileSystem made = CrashingFileSystem.create(world.chance().nextLong());
        try {
            Path directory = Files.createDirectory(made.getPath("/site"));
            Directories.force(directory);
            Directories.force(made.getPath("/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        made.setFaults(world.plantDefect(faults));
        return made;
    }

    private static boolean isOrdinary(Exception e) {
        return e instanceof IOException
                || e instanceof UncheckedIOException
                || e.getClass() == StorageException.class
                || e instanceof PackException;
    }

    private final class DiskListener implements MachineDisk.Listener {
        @Override
        public void dies(Verdict how, DiskOperation operation) {
            world.trace(Machine.this, (how == Verdict.CRASH ? "power failure before " : "killed before ") + operation);
            deathOf = how;
            Running present = running;
            if (present == null || !present.isPackCalling()) {
                endProcess();
            }
        }

        @Override
        public void fails(Verdict how, DiskOperation operation) {
            world.trace(Machine.this, how + " at " + operation);
        }

        @Override
        public void works(DiskOperation operation) {
            Running present = running;
            if (present != null) {
                present.pausePackSometimes();
            }
        }
    }
}
