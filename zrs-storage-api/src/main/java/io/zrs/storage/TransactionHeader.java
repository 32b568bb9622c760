package io.zrs.storage;

/**
 * A transaction without its records.
 *
 * <p>Threading: immutable.
 *
 * @param status one of {@link #COMMITTED} and {@link #PACKED}; old files may hold other bytes (0 to 255), which are kept
 */
public record TransactionHeader(Tid tid, char status, TransactionMetadata metadata) {
    /** Status of an ordinary transaction. */
    public static final char COMMITTED = ' ';

    /** Status of a transaction that a pack has copied; everything before it is packed too. */
    public static final char PACKED = 'p';

    /** Checks the range of {@code status}. */
    public TransactionHeader {
        if (status > 0xff) {
            throw new IllegalArgumentException("a status is one byte, not " + (int) status);
        }
    }
}
