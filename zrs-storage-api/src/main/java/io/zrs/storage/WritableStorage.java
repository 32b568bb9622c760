package io.zrs.storage;

/**
 * Capability: new transactions. A storage that is open for reading only does not have it.
 *
 * <p>Threading: thread-safe; one writer at a time. A writer's turn lasts from {@link #begin} until its transaction is queued to be made
 * durable, or ended otherwise; others wait in {@code begin}.
 */
public interface WritableStorage {
    /**
     * An oid that no object has, that is not handed out again while the storage is open, and that is not {@link Oid#ROOT}.
     *
     * @throws StorageException if there is none left above all that objects have
     */
    Oid newOid();

    /**
     * Begins a transaction; waits until it is the caller's turn to write.
     *
     * @throws MetadataTooLongException if the storage cannot hold {@code metadata}; nobody's turn is lost
     */
    StorageTransaction begin(TransactionMetadata metadata);
}
