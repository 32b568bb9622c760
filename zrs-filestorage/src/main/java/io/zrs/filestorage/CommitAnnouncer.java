package io.zrs.filestorage;

import com.google.common.collect.AbstractIterator;
import io.zrs.storage.CommitListener;
import io.zrs.storage.CommittedTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes durable transactions visible and tells who wants to know: first they can be loaded, then commit listeners are called, then they are
 * the last transaction, then followers are woken.
 *
 * <p>Threading: thread-safe, but only one thread at a time may {@link #announce}. No lock is held while others are called.
 */
final class CommitAnnouncer {
    private static final Logger LOG = LoggerFactory.getLogger(CommitAnnouncer.class);
    private static final int READ_BYTES_MAX = 1 << 15;

    private final List<Registration> listeners = new CopyOnWriteArrayList<>();

    /** By the numbers of those who wait, so that they are woken in one order, always. */
    private final Map<Long, Runnable> wakeUps = new ConcurrentSkipListMap<>();

    private final AtomicLong lastWaiter = new AtomicLong();

    private final Collection<Generation> retired = new ConcurrentLinkedQueue<>();

    private volatile View loadable;
    private volatile View announced;

    /** Begins with what is visible when the log has been opened. */
    CommitAnnouncer(View view) {
        this.loadable = view;
        this.announced = view;
    }

    /** What can be loaded. */
    View loadable() {
        return loadable;
    }

    /** What listeners have been told of. */
    View announced() {
        return announced;
    }

    /** What listeners have been told of, its log pinned. */
    View pinned() {
        View view = announced;
        while (!view.log().pin()) {
            view = announced;
        }
        return view;
    }

    /** What a reading of all that can be loaded gives; read again if another log took the place of the one that was read. */
    <T extends @Nullable Object> T reading(Function<View, T> read) {
        View view = loadable;
        while (true) {
            try {
                return read.apply(view);
            } catch (IllegalStateException e) {
                View current = loadable;
                if (current.log() == view.log()) {
                    throw e;
                }
                view = current;
            }
        }
    }

    Subscription add(CommitListener listener) {
        Registration registration = new Registration(listener);
        listeners.add(registration);
        return registration;
    }

    /** A number for somebody who is going to wait. */
    long newWaiter() {
        return lastWaiter.incrementAndGet();
    }

    /** Runs {@code wakeUp} once after the next transaction, in place of an earlier one of the same {@code waiter}. */
    void wakeOnCommit(long waiter, Runnable wakeUp) {
        wakeUps.put(waiter, wakeUp);
    }

    void forget(long waiter) {
        wakeUps.remove(waiter);
    }

    /** Makes the next transaction of the log visible. */
    void announce(FinishedTransaction transaction) {
        Generation log = loadable.log();
        View view = new View(log, transaction.end(), transaction.tid(), transaction.objectCount());
        loadable = view;
        Committed committed = new Committed(log.file(), transaction);
        for (Registration registration : listeners) {
            registration.call(committed);
        }
        announced = view;
        // A copy: who is woken may want to be woken again.
        for (Long waiter : List.copyOf(wakeUps.keySet())) {
            Runnable wakeUp = wakeUps.remove(waiter);
            if (wakeUp != null) {
                run(wakeUp);
            }
        }
    }

    /**
     * Puts another log in the place of the current one, with the same transactions as far as they are visible. Nobody may {@link #announce}
     * meanwhile.
     *
     * @param end where in {@code log} the last visible transaction ends
     * @param objectCount objects of the visible transactions of {@code log}
     */
    void exchange(Generation log, long end, long objectCount) {
        View old = announced;
        View view = new View(log, end, old.lastTid(), objectCount);
        loadable = view;
        announced = view;
        retired.removeIf(Generation::isClosed);
        retired.add(old.log());
        old.log().unpin();
    }

    /** Closes the files of the current log and of those that are still in use. */
    void closeFiles() {
        retired.forEach(log -> log.file().close());
        announced.log().file().close();
    }

    private static void run(Runnable wakeUp) {
        try {
            wakeUp.run();
        } catch (RuntimeException | Error e) {
            LOG.error("waking a follower failed", e);
        }
    }

    private final class Registration implements Subscription {
        private final CommitListener listener;
        private volatile boolean ended;

        Registration(CommitListener listener) {
            this.listener = listener;
        }

        void call(Committed transaction) {
            if (ended) {
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
            ended = true;
            listeners.remove(this);
        }
    }

    private static final class Committed implements CommittedTransaction {
        private final LogFile file;
        private final FinishedTransaction transaction;

        Committed(LogFile file, FinishedTransaction transaction) {
            this.file = file;
            this.transaction = transaction;
        }

        @Override
        public Tid tid() {
            return new Tid(transaction.tid());
        }

        @Override
        public Iterable<Oid> oids() {
            return () -> new OidIterator(file, transaction.offset(), transaction.end());
        }
    }

    private static final class OidIterator extends AbstractIterator<Oid> {
        private final LogReader reader;
        private final long transaction;
        private final long end;
        private long next;

        OidIterator(LogFile file, long transaction, long end) {
            int readBytes = (int) Math.min(READ_BYTES_MAX, end - transaction);
            this.reader = new LogReader(file, ByteBuffer.allocate(readBytes), end);
            TransactionRecordHeader header = LogStructure.transaction(reader, transaction);
            this.transaction = transaction;
            this.end = header.trailer(transaction);
            this.next = transaction + header.headerSize();
        }

        @Override
        protected @Nullable Oid computeNext() {
            if (next >= end) {
                return endOfData();
            }
            DataRecordHeader record = LogStructure.record(reader, next, transaction, end);
            next = record.next(next);
            return new Oid(record.oid());
        }
    }
}
