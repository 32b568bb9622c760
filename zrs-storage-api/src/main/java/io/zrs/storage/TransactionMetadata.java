package io.zrs.storage;

/**
 * What the committer said of a transaction. Storages keep the bytes as they are.
 *
 * <p>Threading: immutable.
 *
 * @param user who committed, by convention UTF-8 of a path, a blank and a name
 * @param description why, by convention UTF-8
 * @param extension a pickled dictionary of further attributes, or empty; never interpreted by a storage
 */
public record TransactionMetadata(Bytes user, Bytes description, Bytes extension) {
    /** No user, no description, no extension. */
    public static final TransactionMetadata EMPTY = new TransactionMetadata(Bytes.EMPTY, Bytes.EMPTY, Bytes.EMPTY);

    /** Metadata with texts and without extension. */
    public static TransactionMetadata of(String user, String description) {
        return new TransactionMetadata(Bytes.utf8(user), Bytes.utf8(description), Bytes.EMPTY);
    }
}
