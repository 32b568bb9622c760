package io.zrs.storage;

import org.jspecify.annotations.Nullable;

/** A transaction in a log; its records are read one by one, so that its size does not matter. Threading: confined to its cursor's thread. */
public interface LogTransaction {
    /** Tid, status and metadata. */
    TransactionHeader header();

    /**
     * The next record, in the order of the log; null after the last one.
     *
     * @throws CorruptedStorageException if the log is damaged there; do not use the cursor again
     */
    @Nullable
    DataRecord nextRecord();

    /** Where the transaction begins, in bytes from the start of the log, for people and tools; 0 if the storage has no such thing. */
    default long offset() {
        return 0;
    }

    /** Bytes that the transaction takes in the log, as {@link UndoInfo#size()} counts them; 0 if the storage has no such thing. */
    default long size() {
        return 0;
    }

    /** Where the record that {@link #nextRecord()} returned last begins, as {@link #offset()}. */
    default long recordOffset() {
        return 0;
    }
}
