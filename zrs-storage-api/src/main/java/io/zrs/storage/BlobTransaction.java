package io.zrs.storage;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A transaction being written that may hold blobs. */
public interface BlobTransaction extends StorageTransaction {
    /**
     * Writes a new revision of a blob object.
     *
     * @param data the record, as for {@link #store}
     * @param file becomes the storage's when this returns normally: moved if it lies on the same file system, else copied and deleted
     * @throws ConflictException as {@link #store} does; {@code file} is still the caller's
     */
    void storeBlob(Oid oid, Tid oldSerial, ByteBuffer data, Path file);
}
