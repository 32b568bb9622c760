package io.zrs.storage;

/** Capability: new transactions that may hold blobs. Threading: as {@link WritableStorage}. */
public interface BlobWritableStorage extends WritableStorage {
    @Override
    BlobTransaction begin(TransactionMetadata metadata);
}
