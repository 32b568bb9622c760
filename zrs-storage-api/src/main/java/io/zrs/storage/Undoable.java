package io.zrs.storage;

import java.util.List;
import java.util.function.Predicate;

/**
 * Capability: taking back what a transaction did, by a new transaction. A storage that is open for reading only does not have it.
 *
 * <p>Threading: thread-safe; one writer at a time, as with {@link WritableStorage}.
 */
public interface Undoable {
    /**
     * The transactions that can be undone and pass a filter, newest first. What was packed cannot be undone, nor what lies before it.
     *
     * @param first how many of them to leave out at the beginning
     * @param count how many to return at most
     * @throws IllegalArgumentException if one of them is negative
     */
    List<UndoInfo> undoInfo(int first, int count, Predicate<UndoInfo> filter);

    /** As {@link #undoInfo}, without a filter. */
    default List<UndoInfo> undoLog(int first, int count) {
        return undoInfo(first, count, transaction -> true);
    }

    /**
     * Begins a transaction that can undo others; waits until it is the caller's turn to write.
     *
     * @throws MetadataTooLongException if the storage cannot hold {@code metadata}; nobody's turn is lost
     */
    UndoTransaction beginUndo(TransactionMetadata metadata);
}
