package io.zrs.testing;

import io.zrs.storage.HistoryMatch;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * The announced transactions.
 *
 * <p>A cursor walks over what was there when it began. A follower remembers nothing but the tid that it has come to, and asks for the next one; so
 * a pack does not disturb it.
 *
 * <p>Threading: thread-safe.
 */
final class MemoryTransactionLog implements TransactionLog {
    private final MemoryHistory history;
    private final MemoryCommits commits;

    MemoryTransactionLog(MemoryHistory history, MemoryCommits commits) {
        this.history = history;
        this.commits = commits;
    }

    @Override
    public TransactionCursor iterate(Tid start, Order order) {
        NavigableMap<Tid, MemoryTransaction> all = history.announcedTransactions();
        return new Cursor(
                order == Order.OLDEST_FIRST
                        ? all.tailMap(start, true)
                        : all.headMap(start, true).descendingMap());
    }

    @Override
    public TransactionFollower follow(Tid after) {
        history.checkOpen();
        return new Follower(after);
    }

    @Override
    public HistoryMatch matchHistory(Tid last) {
        NavigableMap<Tid, MemoryTransaction> all = history.announcedTransactions();
        if (last.equals(Tid.NONE) || all.containsKey(last)) {
            return HistoryMatch.SHARED;
        }
        Map.Entry<Tid, MemoryTransaction> next = all.higherEntry(last);
        if (next == null) {
            return HistoryMatch.AHEAD;
        }
        boolean isPacked = next.getValue().header().status() == TransactionHeader.PACKED;
        return isPacked ? HistoryMatch.PACKED_AWAY : HistoryMatch.FORKED;
    }

    @Override
    public PickleDialect dialect() {
        return history.dialect();
    }

    /** Threading: confined to one thread at a time. */
    private final class Cursor implements TransactionCursor {
        private final Iterator<MemoryTransaction> rest;

        Cursor(NavigableMap<Tid, MemoryTransaction> transactions) {
            this.rest = transactions.values().iterator();
        }

        @Override
        public @Nullable LogTransaction next() {
            history.checkOpen();
            return rest.hasNext() ? rest.next().read() : null;
        }

        @Override
        public void close() {}
    }

    /** Threading: confined to one thread at a time. */
    private final class Follower implements TransactionFollower {
        private Tid position;

        Follower(Tid after) {
            this.position = after;
        }

        @Override
        public @Nullable LogTransaction next() {
            MemoryTransaction next = history.announcedAfter(position);
            if (next == null) {
                return null;
            }
            position = next.tid();
            return next.read();
        }

        @Override
        public void onCommit(Runnable wakeUp) {
            commits.wakeOnCommit(this, wakeUp);
        }

        @Override
        public void close() {
            commits.forget(this);
        }
    }
}
