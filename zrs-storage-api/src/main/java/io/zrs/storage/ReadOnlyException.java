package io.zrs.storage;

/** Something was to be written by way of an object that only reads ({@code ReadOnlyError}). Nothing has changed. */
public final class ReadOnlyException extends StorageException {
    /** Names what only reads. */
    public ReadOnlyException(String message) {
        super(message);
    }
}
