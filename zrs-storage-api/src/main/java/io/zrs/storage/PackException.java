package io.zrs.storage;

/** A pack cannot be done, or was ended; the storage is as it was ({@code PackError}). */
public final class PackException extends StorageException {
    /** Says why. */
    public PackException(String reason) {
        super(reason);
    }

    /** Says why, and what lies behind it. */
    public PackException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
