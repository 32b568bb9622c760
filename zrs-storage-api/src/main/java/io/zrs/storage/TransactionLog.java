package io.zrs.storage;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Capability: the committed transactions in order. This is what a primary serves.
 *
 * <p>Threading: thread-safe; each cursor is confined to one thread at a time. All methods may read from disk.
 */
public interface TransactionLog {
    /** Which way a cursor goes. */
    enum Order {
        /** From old to new. */
        OLDEST_FIRST,
        /** From new to old. */
        NEWEST_FIRST
    }

    /**
     * Walks the transactions that are visible now.
     *
     * @param start with {@code OLDEST_FIRST} the first transaction has this tid or the next one after it, with {@code NEWEST_FIRST} this
     *     tid or the next one before it; no such transaction need exist
     */
    TransactionCursor iterate(Tid start, Order order);

    /**
     * Walks the transactions after {@code after} as they become visible, without end. A pack in between does not disturb it.
     *
     * @param after {@link Tid#NONE} for all; no such transaction need exist
     */
    TransactionFollower follow(Tid after);

    /** How a history that ends with {@code last} relates to this one. */
    HistoryMatch matchHistory(Tid last);

    /**
     * What the newest transactions changed, oldest first.
     *
     * @param count of how many transactions at most
     * @throws IllegalArgumentException if it is negative
     */
    default List<Invalidation> lastInvalidations(int count) {
        checkArgument(count >= 0, "a count is not negative: %s", count);
        Deque<Invalidation> newest = new ArrayDeque<>();
        try (TransactionCursor cursor = iterate(new Tid(-1), Order.NEWEST_FIRST)) {
            LogTransaction transaction = count == 0 ? null : cursor.next();
            while (transaction != null) {
                List<Oid> oids = new ArrayList<>();
                for (DataRecord record = transaction.nextRecord(); record != null; record = transaction.nextRecord()) {
                    oids.add(record.oid());
                }
                newest.addFirst(new Invalidation(transaction.header().tid(), oids));
                transaction = newest.size() < count ? cursor.next() : null;
            }
        }
        return List.copyOf(newest);
    }

    /** The Python version whose pickles the records and extensions are. */
    PickleDialect dialect();
}
