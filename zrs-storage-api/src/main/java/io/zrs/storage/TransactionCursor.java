package io.zrs.storage;

import org.jspecify.annotations.Nullable;

/** A walk over transactions. Threading: confined to one thread at a time. */
public interface TransactionCursor extends AutoCloseable {
    /**
     * Steps to the next transaction, whether or not the records of the last one were read.
     *
     * @return valid until the next call; null at the end
     * @throws CorruptedStorageException if the log is damaged there; do not use the cursor again
     */
    @Nullable
    LogTransaction next();

    @Override
    void close();
}
