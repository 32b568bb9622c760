package io.zrs.storage;

/** A file does not hold what its format demands. It is left as it is. */
public final class CorruptedStorageException extends StorageException {
    private final String file;
    private final long offset;
    private final String reason;

    /**
     * Names the place.
     *
     * @param offset bytes from the start of {@code file}
     * @param reason what was expected there, and what was found
     */
    public CorruptedStorageException(String file, long offset, String reason) {
        super(file + " at offset " + offset + ": " + reason);
        this.file = file;
        this.offset = offset;
        this.reason = reason;
    }

    /** The damaged file. */
    public String file() {
        return file;
    }

    /** Where the damage shows, in bytes from the start of the file. */
    public long offset() {
        return offset;
    }

    /** What was expected there, and what was found. */
    public String reason() {
        return reason;
    }
}
