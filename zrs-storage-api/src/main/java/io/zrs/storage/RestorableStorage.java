package io.zrs.storage;

/**
 * Capability: transactions as another storage has them, with their tids. This is what replication and copying write through. A
 * storage that is open for reading only does not have it.
 *
 * <p>Threading: thread-safe; one writer at a time, as with {@link WritableStorage}.
 */
public interface RestorableStorage {
    /**
     * Begins a transaction that exists elsewhere; waits until it is the caller's turn to write.
     *
     * @param dialect language of the pickles; a storage that is new and records it takes it from its first transaction
     * @throws StaleTidException if the storage has, or is about to have, a transaction with that tid or a later one
     * @throws MetadataTooLongException if the storage cannot hold the metadata; after either nobody's turn is lost
     */
    RestoreTransaction beginRestore(TransactionHeader header, PickleDialect dialect);

    /**
     * Makes every transaction that was finished before this call durable, then visible, then tells commit listeners, in the order of
     * the log and on this thread.
     *
     * @throws java.io.UncheckedIOException if the disk fails; the storage takes no more writes, and what a later open finds is the history
     *     up to one of those transactions
     */
    void force();
}
