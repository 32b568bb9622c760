package io.zrs.secondary;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What has been received and not been applied yet, bounded in bytes: {@link #add} tells its caller to stop above {@code sizeMax}, and below
 * half of it he is told to go on. It can be exceeded by what a connection had read before it stopped, and by one record.
 *
 * <p>Threading: thread-safe; one thread adds, one takes.
 */
final class OperationQueue {
    private final long sizeMax;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Deque<Batch> batches = new ArrayDeque<>();

    /** Of all batches that are not done: those here, and the one that was taken last. */
    @GuardedBy("lock")
    private long size;

    @GuardedBy("lock")
    private long takenSize;

    @GuardedBy("lock")
    private boolean closed;

    /** Who has been told to stop. */
    @GuardedBy("lock")
    private Batch.@Nullable Source stopped;

    /** An empty queue; {@code sizeMax} in bytes. */
    OperationQueue(long sizeMax) {
        this.sizeMax = sizeMax;
    }

    /** Appends {@code batch}, or drops it if the queue is closed; tells whether there is room for more. */
    boolean add(Batch batch) {
        synchronized (lock) {
            if (closed) {
                return true;
            }
            batches.add(batch);
            size += batch.size();
            if (size <= sizeMax) {
                return true;
            }
            stopped = batch.source();
            return false;
        }
    }

    /** The next batch, null if there is none; the one taken before is done. */
    @Nullable
    Batch take() {
        Batch next;
        Batch.Source resumed = null;
        synchronized (lock) {
            next = batches.poll();
            size -= takenSize;
            takenSize = next == null ? 0 : next.size();
            if (size <= sizeMax / 2) {
                resumed = stopped;
                stopped = null;
            }
        }
        if (resumed != null) {
            resumed.roomAgain();
        }
        return next;
    }

    /** Memory held, in bytes. */
    long size() {
        synchronized (lock) {
            return size;
        }
    }

    /** Drops whatever is added from now on; what is there stays. */
    void close() {
        synchronized (lock) {
            closed = true;
        }
    }
}
