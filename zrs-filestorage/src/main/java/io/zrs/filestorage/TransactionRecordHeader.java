package io.zrs.filestorage;

import java.nio.ByteBuffer;

/**
 * Fixed part of a transaction record's header, 23 bytes, big-endian. User, description and extension follow it, then the data records, then
 * eight bytes that repeat the length.
 *
 * <pre>
 * offset size field
 *      0    8 tid
 *      8    8 length            of the whole record without the repeated length at its end
 *     16    1 status            ' ' committed, 'p' packed, 'u' undone (obsolete), 'c' not finished
 *     17    2 userSize
 *     19    2 descriptionSize
 *     21    2 extensionSize
 * </pre>
 *
 * <p>Threading: immutable. Source: ZODB, FileStorage/format.py.
 *
 * @param length as read: negative if it is 2<sup>63</sup> or more, and not yet compared with anything
 */
record TransactionRecordHeader(
        long tid, long length, char status, int userSize, int descriptionSize, int extensionSize) {
    static final int BYTES = 8 + 8 + 1 + 2 + 2 + 2;
    static final int LENGTH_OFFSET = 8;
    static final int STATUS_OFFSET = 16;
    /** Size of the repeated length at the end. */
    static final int TRAILER_BYTES = 8;
    /** Largest user, description or extension, in bytes. */
    static final int METADATA_SIZE_MAX = 0xffff;
    /** Smallest distance of two transactions. */
    static final int RECORD_BYTES_MIN = BYTES + TRAILER_BYTES;

    static final char PACKED = 'p';
    static final char UNDONE = 'u';
    static final char UNFINISHED = 'c';

    /** Stands for the length of a transaction that is still being written: no file reaches that far, and adding an offset to it is safe. */
    static final long LENGTH_UNKNOWN = 1L << 62;

    /** Consumes {@link #BYTES} bytes. */
    static TransactionRecordHeader read(ByteBuffer source) {
        return new TransactionRecordHeader(
                source.getLong(),
                source.getLong(),
                (char) Byte.toUnsignedInt(source.get()),
                Short.toUnsignedInt(source.getShort()),
                Short.toUnsignedInt(source.getShort()),
                Short.toUnsignedInt(source.getShort()));
    }

    /** Appends {@link #BYTES} bytes. */
    void write(ByteBuffer target) {
        target.putLong(tid)
                .putLong(length)
                .put((byte) status)
                .putShort((short) userSize)
                .putShort((short) descriptionSize)
                .putShort((short) extensionSize);
    }

    /** Bytes before the first data record. */
    int headerSize() {
        return BYTES + userSize + descriptionSize + extensionSize;
    }

    /** Whether a transaction of this length that starts at {@code offset} ends at or before {@code limit}. */
    boolean endsWithin(long offset, long limit) {
        return length >= 0 && length <= limit - offset - TRAILER_BYTES;
    }

    /** Where the next transaction starts; only if this one {@link #endsWithin ends within} the file. */
    long next(long offset) {
        return trailer(offset) + TRAILER_BYTES;
    }

    /** Where the data records end and the repeated length stands; only if this one {@link #endsWithin ends within} the file. */
    long trailer(long offset) {
        return offset + length;
    }
}
