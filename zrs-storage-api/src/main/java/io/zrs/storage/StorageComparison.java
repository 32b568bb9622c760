package io.zrs.storage;

import io.zrs.storage.StorageDifference.Field;
import io.zrs.storage.TransactionLog.Order;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first difference between the histories of two storages, transaction by transaction, with blobs if both have them.
 *
 * <p>Threading: each call is confined to one thread. Memory goes to one record of each storage.
 */
public final class StorageComparison {
    private StorageComparison() {}

    /** Is told how far it is. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Called behind each transaction that both have.
         *
         * @param offset where it begins in the first storage, {@link LogTransaction#offset()}
         */
        void same(Tid tid, long offset);
    }

    /**
     * What was found.
     *
     * @param difference the first one, null if there is none
     * @param transactions number of transactions before it
     * @param records number of records before it
     * @param blobs number of blob revisions before it
     */
    public record Result(@Nullable StorageDifference difference, long transactions, long records, long blobs) {}

    /**
     * Compares what is visible in both.
     *
     * @throws StorageException if one of them has no {@link TransactionLog}
     * @throws CorruptedStorageException if one is damaged
     */
    public static Result compare(Storage first, Storage second, Listener listener) {
        TransactionLog firstLog = log(first);
        TransactionLog secondLog = log(second);
        TransactionComparison comparison = TransactionComparison.of(first, second);
        long transactions = 0;
        StorageDifference difference = null;
        try (TransactionCursor a = firstLog.iterate(Tid.NONE, Order.OLDEST_FIRST);
                TransactionCursor b = secondLog.iterate(Tid.NONE, Order.OLDEST_FIRST)) {
            while (difference == null) {
                LogTransaction inFirst = a.next();
                LogTransaction inSecond = b.next();
                difference = missing(inFirst, inSecond);
                if (inFirst == null || inSecond == null || difference != null) {
                    break;
                }
                difference = transactions == 0 ? dialects(inFirst, firstLog, secondLog) : null;
                difference = difference == null ? comparison.difference(inFirst, inSecond) : difference;
                if (difference == null) {
                    transactions++;
                    listener.same(inFirst.header().tid(), inFirst.offset());
                }
            }
        }
        return new Result(difference, transactions, comparison.recordCount(), comparison.blobCount());
    }

    /** The log of a storage that must have one. */
    static TransactionLog log(Storage storage) {
        Optional<TransactionLog> log = storage.capability(TransactionLog.class);
        return log.orElseThrow(() -> new StorageException(storage.name() + " does not show its transactions"));
    }

    private static @Nullable StorageDifference missing(@Nullable LogTransaction a, @Nullable LogTransaction b) {
        Tid first = a == null ? null : a.header().tid();
        Tid second = b == null ? null : b.header().tid();
        if (first == null && second == null) {
            return null;
        }
        boolean isInFirst = first != null && (second == null || first.compareTo(second) <= 0);
        boolean isInSecond = second != null && (first == null || second.compareTo(first) <= 0);
        if (isInFirst && isInSecond) {
            return null;
        }
        Tid tid = isInFirst && first != null ? first : second;
        return tid == null
                ? null
                : new StorageDifference(
                        tid, OptionalLong.empty(), null, Field.TRANSACTION, there(isInFirst), there(isInSecond));
    }

    private static String there(boolean isThere) {
        return isThere ? "there" : "missing";
    }

    private static @Nullable StorageDifference dialects(LogTransaction at, TransactionLog a, TransactionLog b) {
        return a.dialect() == b.dialect()
                ? null
                : new StorageDifference(
                        at.header().tid(),
                        OptionalLong.empty(),
                        null,
                        Field.DIALECT,
                        a.dialect().toString(),
                        b.dialect().toString());
    }
}
