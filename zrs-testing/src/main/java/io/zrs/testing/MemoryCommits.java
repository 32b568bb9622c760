package io.zrs.testing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zrs.storage.CommitListener;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes finished transactions durable and visible, one after the other, and tells who wants to know: first one can be loaded, then commit listeners
 * are called, then it is the last transaction, then followers are woken.
 *
 * <p>Threading: thread-safe. No lock is held while others are called.
 */
final class MemoryCommits {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryCommits.class);

    private final MemoryHistory history;
    private final List<Registration> listeners = new CopyOnWriteArrayList<>();
    private final Map<Object, Runnable> wakeUps = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition committed = lock.newCondition();

    /** Somebody is at it; without the lock, so this keeps the others away. */
    @GuardedBy("lock")
    private boolean isCommitting;

    MemoryCommits(MemoryHistory history) {
        this.history = history;
    }

    Subscription add(CommitListener listener) {
        history.checkOpen();
        Registration registration = new Registration(listener);
        listeners.add(registration);
        return registration;
    }

    /** Runs {@code wakeUp} once after the next transaction, in place of an earlier one of the same {@code waiter}. */
    void wakeOnCommit(Object waiter, Runnable wakeUp) {
        wakeUps.put(waiter, wakeUp);
    }

    void forget(Object waiter) {
        wakeUps.remove(waiter);
    }

    /** Returns when all that was finished before is announced, whether by this thread or by another one. */
    void force() {
        Tid last = history.lastFinished();
        lock.lock();
        try {
            while (!history.isAnnounced(last)) {
                if (isCommitting) {
                    committed.awaitUninterruptibly();
                } else {
                    commitNext();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private void commitNext() {
        isCommitting = true;
        lock.unlock();
        try {
            MemoryTransaction transaction = history.makeDurable();
            if (transaction != null) {
                announce(transaction);
            }
        } finally {
            lock.lock();
            isCommitting = false;
            committed.signalAll();
        }
    }

    private void announce(MemoryTransaction transaction) {
        for (Registration registration : listeners) {
            registration.call(transaction);
        }
        history.announce(transaction);
        // A copy: who is woken may want to be woken again.
        for (Object waiter : List.copyOf(wakeUps.keySet())) {
            wake(wakeUps.remove(waiter));
        }
    }

    private static void wake(@Nullable Runnable wakeUp) {
        try {
            if (wakeUp != null) {
                wakeUp.run();
            }
        } catch (RuntimeException | Error e) {
            LOG.error("waking a follower failed", e);
        }
    }

    private final class Registration implements Subscription {
        private final CommitListener listener;
        private volatile boolean isEnded;

        Registration(CommitListener listener) {
            this.listener = listener;
        }

        void call(MemoryTransaction transaction) {
            if (isEnded) {
                return;
            }
            try {
                listener.committed(transaction);
            } catch (RuntimeException | Error e) {
                LOG.error("a commit listener failed for transaction {}", transaction.tid(), e);
            }
        }

        @Override
        public void close() {
            isEnded = true;
            listeners.remove(this);
        }
    }
}
