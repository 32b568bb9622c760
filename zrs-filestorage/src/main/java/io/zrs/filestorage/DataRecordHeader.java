package io.zrs.filestorage;

import java.nio.ByteBuffer;

/**
 * Header of one data record, 42 bytes, big-endian.
 *
 * <pre>
 * offset size field
 *      0    8 oid
 *      8    8 tid                 normally as in the enclosing transaction record
 *     16    8 previousOffset      record of this oid that was current when this one was written, 0 if none
 *     24    8 transactionOffset   of the enclosing transaction record
 *     32    2 versionSize         always 0
 *     34    8 dataSize            0: an 8-byte back pointer follows instead of data
 * </pre>
 *
 * <p>The back pointer is the offset of an earlier record of the same oid that has the data (or points on to it), or 0 if the object does not
 * exist as of this record. Threading: immutable. Source: ZODB, FileStorage/format.py.
 *
 * @param dataSize as read: negative if it is 2<sup>63</sup> or more, and not yet compared with anything
 */
record DataRecordHeader(
        long oid, long tid, long previousOffset, long transactionOffset, int versionSize, long dataSize) {
    static final int BYTES = 8 + 8 + 8 + 8 + 2 + 8;
    static final int TID_OFFSET = 8;
    /** Where {@link #transactionOffset} stands. */
    static final int TRANSACTION_OFFSET = 24;

    static final int BACK_POINTER_BYTES = 8;
    /** Smallest record, in bytes: one byte of data. */
    static final int RECORD_BYTES_MIN = BYTES + 1;

    /** Consumes {@link #BYTES} bytes. */
    static DataRecordHeader read(ByteBuffer source) {
        return new DataRecordHeader(
                source.getLong(),
                source.getLong(),
                source.getLong(),
                source.getLong(),
                Short.toUnsignedInt(source.getShort()),
                source.getLong());
    }

    /** Appends {@link #BYTES} bytes. */
    void write(ByteBuffer target) {
        target.putLong(oid)
                .putLong(tid)
                .putLong(previousOffset)
                .putLong(transactionOffset)
                .putShort((short) versionSize)
                .putLong(dataSize);
    }

    /** Whether the record holds a back pointer instead of data. */
    boolean isBackPointer() {
        return dataSize == 0;
    }

    /** Bytes after the header: the data or the back pointer. */
    long contentSize() {
        return dataSize == 0 ? BACK_POINTER_BYTES : dataSize;
    }

    /** Whether a record with this header that starts at {@code offset} ends at or before {@code limit}. */
    boolean endsWithin(long offset, long limit) {
        return dataSize >= 0 && contentSize() <= limit - offset - BYTES;
    }

    /** Where the next record starts; only if this one {@link #endsWithin ends within} its transaction. */
    long next(long offset) {
        return offset + BYTES + contentSize();
    }
}
