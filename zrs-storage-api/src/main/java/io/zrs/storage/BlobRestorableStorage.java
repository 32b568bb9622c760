package io.zrs.storage;

/** Capability: transactions as another storage has them, blobs included. Threading: as {@link RestorableStorage}. */
public interface BlobRestorableStorage extends RestorableStorage {
    @Override
    BlobRestoreTransaction beginRestore(TransactionHeader header, PickleDialect dialect);
}
