package io.zrs.filestorage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes finished transactions durable, many at a time (group commit).
 *
 * <p>A transaction becomes durable in two forces of the log: after the first one its data are, then its status is written, and after the second
 * one the status is too. Every force serves two groups at once, the second step of one and the first step of the next. One of the threads that
 * wait does the work for all; when its own transaction is done another one goes on. Only transactions that somebody waits for, and
 * those before them, are taken along, since the files beside the log are not forced yet for others.
 *
 * <p>After a failed force or write no transaction is made durable any more, because nothing is known about what the disk has.
 *
 * <p>Threading: thread-safe. {@code visible} is called by the thread that does the work, in the order of the log, without a lock.
 */
final class CommitQueue {
    /** Belongs to the thread that leads. */
    private LogFile file;

    private final String name;
    private final Consumer<FinishedTransaction> visible;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stepDone = lock.newCondition();

    /** Finished, but not known to be durable. */
    @GuardedBy("lock")
    private final Deque<FinishedTransaction> finished = new ArrayDeque<>();

    /** Data durable, status written, but not known to be durable. Belongs to the thread that leads. */
    private List<FinishedTransaction> marked = List.of();

    @GuardedBy("lock")
    private long finishedCount;

    @GuardedBy("lock")
    private long awaitedCount;

    @GuardedBy("lock")
    private long takenCount;

    @GuardedBy("lock")
    private long visibleCount;

    @GuardedBy("lock")
    private boolean isLed;

    private volatile @Nullable Throwable failure;

    /**
     * An empty queue.
     *
     * @param visible told of each transaction as soon as it is durable
     */
    CommitQueue(LogFile file, Consumer<FinishedTransaction> visible) {
        this.file = file;
        this.name = file.name();
        this.visible = visible;
    }

    /** Appends a transaction; the caller sees to it that the order is that of the log. */
    long add(FinishedTransaction transaction) {
        lock.lock();
        try {
            finished.add(transaction);
            return ++finishedCount;
        } finally {
            lock.unlock();
        }
    }

    /** Returns when all transactions added before are visible. */
    void awaitAll() {
        long number;
        lock.lock();
        try {
            number = finishedCount;
        } finally {
            lock.unlock();
        }
        await(number);
    }

    /**
     * Returns when a transaction and all before it are visible.
     *
     * @param number as {@link #add} returned it
     * @throws UncheckedIOException if that will never be
     */
    void await(long number) {
        lock.lock();
        try {
            awaitedCount = Math.max(awaitedCount, number);
            while (visibleCount < number) {
                checkHealthy();
                if (isLed) {
                    stepDone.awaitUninterruptibly();
                } else {
                    lead();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the work because the disk can no longer be trusted. The first cause given counts. */
    void fail(Throwable cause) {
        lock.lock();
        try {
            if (failure == null) {
                failure = cause;
            }
            stepDone.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Why nothing can be made durable any more, null if it can. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /**
     * Waits for the thread that works on the log to end its step, and lets none begin another one before {@link #resume}.
     *
     * @return what is finished and not visible, in the order of the log
     */
    List<FinishedTransaction> pause() {
        lock.lock();
        try {
            while (isLed) {
                stepDone.awaitUninterruptibly();
            }
            isLed = true;
            List<FinishedTransaction> invisible = new ArrayList<>(marked);
            invisible.addAll(finished);
            return invisible;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Goes on with another log, while paused.
     *
     * @param invisible what {@link #pause} returned, as it stands in {@code newFile}, all data and every status durable
     */
    void exchange(LogFile newFile, List<FinishedTransaction> invisible) {
        lock.lock();
        try {
            file = newFile;
            int markedCount = marked.size();
            marked = List.copyOf(invisible.subList(0, markedCount));
            finished.clear();
            finished.addAll(invisible.subList(markedCount, invisible.size()));
        } finally {
            lock.unlock();
        }
    }

    /** Ends a pause. */
    void resume() {
        lock.lock();
        try {
            isLed = false;
            stepDone.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when no thread works on the log. */
    void awaitRest() {
        lock.lock();
        try {
            while (isLed) {
                stepDone.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void checkHealthy() {
        Throwable cause = failure;
        if (cause != null) {
            throw new UncheckedIOException(
                    name + ": the transaction could not be made durable",
                    cause instanceof UncheckedIOException unchecked ? unchecked.getCause() : new IOException(cause));
        }
    }

    /** One step, with the lock let go while the disk works. */
    @GuardedBy("lock")
    private void lead() {
        isLed = true;
        List<FinishedTransaction> group = takeAwaited();
        lock.unlock();
        try {
            file.force();
            showMarked();
            mark(group);
        } catch (RuntimeException | Error e) {
            fail(e);
        } finally {
            lock.lock();
            isLed = false;
            stepDone.signalAll();
        }
    }

    @GuardedBy("lock")
    private List<FinishedTransaction> takeAwaited() {
        List<FinishedTransaction> group = new ArrayList<>();
        while (takenCount < awaitedCount) {
            group.add(finished.remove());
            takenCount++;
        }
        return group;
    }

    private void showMarked() {
        marked.forEach(visible);
        lock.lock();
        try {
            visibleCount += marked.size();
            stepDone.signalAll();
        } finally {
            lock.unlock();
        }
        marked = List.of();
    }

    private void mark(List<FinishedTransaction> group) {
        for (FinishedTransaction transaction : group) {
            ByteBuffer status = ByteBuffer.allocate(1).put(0, (byte) transaction.status());
            file.write(status, transaction.offset() + TransactionRecordHeader.STATUS_OFFSET);
        }
        marked = group;
    }
}
