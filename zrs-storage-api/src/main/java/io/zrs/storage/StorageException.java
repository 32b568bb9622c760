package io.zrs.storage;

/** A storage's answer that something cannot be had or done. The storage is as it was before the call. */
public class StorageException extends RuntimeException {
    /** An answer that tells numbers: which oid, which tid, which file. */
    public StorageException(String message) {
        super(message);
    }

    /** An answer with what led to it. */
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
