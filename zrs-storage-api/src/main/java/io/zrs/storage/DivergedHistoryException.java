package io.zrs.storage;

/** The transactions of one storage are not the first ones of another, so that it cannot be continued from there. */
public final class DivergedHistoryException extends StorageException {
    /** Says which storages, and how they differ. */
    public DivergedHistoryException(String message) {
        super(message);
    }
}
