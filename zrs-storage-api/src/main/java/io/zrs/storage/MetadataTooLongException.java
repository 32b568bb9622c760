package io.zrs.storage;

/** User, description or extension of a transaction is longer than the storage can hold. */
public final class MetadataTooLongException extends StorageException {
    /**
     * Names the field and both sizes.
     *
     * @param field "user", "description" or "extension"
     * @param size bytes given
     * @param sizeMax bytes that fit
     */
    public MetadataTooLongException(String field, int size, int sizeMax) {
        super(field + " of " + size + " bytes is too long, the limit is " + sizeMax);
    }
}
