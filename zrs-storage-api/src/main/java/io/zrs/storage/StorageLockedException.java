package io.zrs.storage;

/** Another process, or another storage of this one, has the files open. */
public final class StorageLockedException extends StorageException {
    /** Names the lock file and, where known, who holds it. */
    public StorageLockedException(String message) {
        super(message);
    }
}
