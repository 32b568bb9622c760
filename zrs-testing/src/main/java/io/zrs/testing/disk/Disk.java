package io.zrs.testing.disk;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zrs.testing.disk.DiskOperation.Kind;
import java.io.IOException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.FileSystemException;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What all paths and channels of a file system share: its names and files, who may still use them, and what becomes of each operation.
 *
 * <p>Each operation asks first ({@link #ask}, without a lock: what decides may crash this disk), then takes this object's lock, looks
 * whether its process still lives ({@link #check}), and does what it has to do.
 *
 * <p>Threading: thread-safe; {@link #tree}, {@link #space} and all that hangs on them is guarded by the lock of this object.
 */
final class Disk {
    @GuardedBy("this")
    private final SplittableRandom random;

    private final Space space = new Space();
    private final Tree tree = new Tree(space);

    @GuardedBy("this")
    private final List<HeldLock> locks = new ArrayList<>();

    /** In the order in which they were put off. */
    @GuardedBy("this")
    private final Set<Node> postponed = new LinkedHashSet<>();

    private volatile DiskFaults faults = DiskFaults.NONE;

    @GuardedBy("this")
    private long operationCount;

    /** Which process this is: channels belong to one. */
    @GuardedBy("this")
    private int life;

    @GuardedBy("this")
    private int openHandles;

    @GuardedBy("this")
    private boolean down;

    @GuardedBy("this")
    private boolean closed;

    Disk(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** To be used with this object's lock. */
    Tree tree() {
        return tree;
    }

    /** To be used with this object's lock. */
    Space space() {
        return space;
    }

    void setFaults(DiskFaults faults) {
        this.faults = faults;
    }

    synchronized void setCapacity(long bytes) {
        checkArgument(bytes >= 0, "capacity %s", bytes);
        space.setCapacity(bytes);
    }

    synchronized long capacity() {
        return space.capacity();
    }

    synchronized long spaceLeft() {
        return space.left();
    }

    synchronized long operationCount() {
        return operationCount;
    }

    synchronized int openHandles() {
        return openHandles;
    }

    synchronized boolean isDown() {
        return down;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized void crash() {
        endLife();
        postponed.clear();
        tree.crash(new Survivors(random.split()));
    }

    synchronized void kill() {
        endLife();
    }

    synchronized void restart() {
        down = false;
    }

    synchronized void close() {
        endLife();
        closed = true;
    }

    synchronized void forcePostponed() {
        for (Node node : postponed) {
            if (node instanceof FileNode file) {
                file.content.forcePostponed();
            } else if (node instanceof DirectoryNode directory) {
                directory.forcePostponed();
            }
        }
        postponed.clear();
    }

    /**
     * Counts an operation and has it decided.
     *
     * @param lifeOfCaller as from {@link #life}
     * @return {@link Verdict#PROCEED}; for reads and writes also {@link Verdict#SHORT}, for writes {@link Verdict#FULL}, for forces {@link
     *     Verdict#IGNORE} and {@link Verdict#POSTPONE}
     * @throws IOException if the verdict is that it fails, or nothing can be done any more
     */
    Verdict ask(int lifeOfCaller, Kind kind, CrashingPath path, long position, long size) throws IOException {
        DiskFaults decider = faults;
        long number;
        synchronized (this) {
            check(lifeOfCaller);
            number = ++operationCount;
        }
        if (decider == DiskFaults.NONE) {
            return Verdict.PROCEED;
        }
        DiskOperation operation = new DiskOperation(number, kind, path.toAbsolutePath(), position, size);
        Verdict verdict = decider.decide(operation);
        return switch (verdict) {
            case PROCEED -> verdict;
            case FAIL -> throw new FileSystemException(path.toString(), null, "Input/output error");
            case SHORT -> kind == Kind.READ || kind == Kind.WRITE ? verdict : Verdict.PROCEED;
            case FULL -> full(kind, path);
            case IGNORE, POSTPONE -> kind.isForce() ? verdict : Verdict.PROCEED;
            case CRASH -> {
                crash();
                throw new PowerFailure(operation);
            }
            case KILL -> {
                kill();
                throw new IOException("the process was killed before " + operation + ", its machine is down");
            }
        };
    }

    static IOException fullException(CrashingPath path) {
        return new FileSystemException(path.toString(), null, "No space left on device");
    }

    /** What a new channel belongs to. */
    synchronized int life() throws IOException {
        checkUp();
        return life;
    }

    /** Refuses what can do nothing any more. */
    synchronized void check(int lifeOfCaller) throws IOException {
        checkUp();
        if (lifeOfCaller != life) {
            throw new IOException("was opened by a process that is dead");
        }
    }

    /** A part of {@code size} bytes: some of them but not all, if there are two or more. */
    synchronized int part(int size) {
        return size < 2 ? size : random.nextInt(1, size);
    }

    /** Between none and all of {@code size} bytes. */
    synchronized int upTo(int size) {
        return random.nextInt(size + 1);
    }

    /** There is no clock: the time is the number of operations, in milliseconds. */
    synchronized FileTime now() {
        return FileTime.fromMillis(operationCount);
    }

    synchronized int opened() throws IOException {
        checkUp();
        openHandles++;
        return life;
    }

    synchronized void closed(int lifeOfCaller) {
        if (lifeOfCaller == life) {
            openHandles--;
        }
    }

    /** What all locks are kept in, to be used with this object's lock. */
    @GuardedBy("this")
    List<HeldLock> locks() {
        return locks;
    }

    /** Puts a force off. */
    synchronized void postpone(Node node) {
        if (node instanceof FileNode file) {
            file.content.postponeForce();
        } else if (node instanceof DirectoryNode directory) {
            directory.postponeForce();
        }
        postponed.add(node);
    }

    private static Verdict full(Kind kind, CrashingPath path) throws IOException {
        return switch (kind) {
            case WRITE -> Verdict.FULL;
            case CREATE, CREATE_DIRECTORY, MOVE, FORCE -> throw fullException(path);
            default -> Verdict.PROCEED;
        };
    }

    @GuardedBy("this")
    private void checkUp() throws IOException {
        if (closed) {
            throw new ClosedFileSystemException();
        }
        if (down) {
            throw new IOException("the machine of this file system is down");
        }
    }

    @GuardedBy("this")
    private void endLife() {
        life++;
        openHandles = 0;
        locks.clear();
        down = true;
    }
}
