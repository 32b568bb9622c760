package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;

/**
 * What holds for each transaction of a log: its lengths, the place of its records, the length repeated at its end.
 *
 * <p>All methods that do not say otherwise throw {@link CorruptedStorageException} where the log does not keep to that. Source: ZODB,
 * FileStorage {@code read_index}.
 */
final class LogStructure {
    /** Where the first transaction begins, behind the magic number. */
    static final long START = 4;

    private LogStructure() {}

    /** Whether ZODB gives {@code status} to transactions that count. */
    static boolean isKnown(char status) {
        return status == ' ' || status == 'p' || status == TransactionRecordHeader.UNDONE;
    }

    /** The header at {@code offset} of a transaction that must end within the limit of the reader. */
    static TransactionRecordHeader transaction(LogReader reader, long offset) {
        TransactionRecordHeader header = reader.transaction(offset);
        if (!hasPlausibleLengths(reader, offset, header)) {
            throw new CorruptedStorageException(
                    reader.name(),
                    offset,
                    "no transaction: length " + Long.toUnsignedString(header.length()) + ", header of "
                            + header.headerSize() + " bytes, the log ends at " + reader.limit());
        }
        return header;
    }

    /** Where the transaction begins that ends at {@code offset}, which must not be the start of the log. */
    static long previous(LogReader reader, long offset) {
        long trailer = offset - TransactionRecordHeader.TRAILER_BYTES;
        long length = trailer < START ? -1 : reader.number(trailer);
        long start = trailer - length;
        if (length < TransactionRecordHeader.BYTES
                || start < START
                || reader.transaction(start).length() != length) {
            throw new CorruptedStorageException(
                    reader.name(),
                    trailer,
                    "length " + Long.toUnsignedString(length) + " does not lead to the beginning of a transaction");
        }
        return start;
    }

    /** Whether a transaction with this header can end before the limit of the reader, and has room for its metadata. */
    static boolean hasPlausibleLengths(LogReader reader, long offset, TransactionRecordHeader header) {
        return header.endsWithin(offset, reader.limit()) && header.length() >= header.headerSize();
    }

    /** Whether a transaction begins at {@code offset} whose lengths and records all add up, whatever its status. Never throws. */
    static boolean isWhole(LogReader reader, long offset) {
        if (reader.limit() - offset < TransactionRecordHeader.BYTES) {
            return false;
        }
        TransactionRecordHeader header = reader.transaction(offset);
        try {
            if (hasPlausibleLengths(reader, offset, header)) {
                checkRecords(reader, offset, header, (recordOffset, data) -> {});
                return true;
            }
        } catch (CorruptedStorageException e) {
            // The answer, not a failure.
        }
        return false;
    }

    /** Checks the transaction at {@code offset}, whose lengths are plausible, and shows its data records in order. */
    static void checkRecords(LogReader reader, long offset, TransactionRecordHeader header, RecordVisitor visitor) {
        long end = header.trailer(offset);
        long position = offset + header.headerSize();
        while (position < end) {
            DataRecordHeader data = record(reader, position, offset, end);
            visitor.visit(position, data);
            position = data.next(position);
        }
        checkTrailer(reader, offset, header);
    }

    /**
     * The header of the data record at {@code offset}.
     *
     * @param transaction where its transaction begins
     * @param end where the records of that end
     */
    static DataRecordHeader record(LogReader reader, long offset, long transaction, long end) {
        if (end - offset < DataRecordHeader.BYTES) {
            throw new CorruptedStorageException(
                    reader.name(), offset, "data records don't add up: " + (end - offset) + " bytes are left over");
        }
        DataRecordHeader data = reader.record(offset);
        if (data.transactionOffset() == transaction && data.versionSize() == 0 && data.endsWithin(offset, end)) {
            return data;
        }
        String reason;
        if (data.transactionOffset() != transaction) {
            reason = "data record points to a transaction at " + Long.toUnsignedString(data.transactionOffset())
                    + ", but is in the one at " + transaction;
        } else if (data.versionSize() != 0) {
            reason = "data record of a version, which is not supported";
        } else {
            reason = "data record of " + Long.toUnsignedString(data.dataSize())
                    + " bytes exceeds its transaction, whose records end at " + end;
        }
        throw new CorruptedStorageException(reader.name(), offset, reason);
    }

    /** Checks that the length at the end of a transaction is the one at its beginning. */
    static void checkTrailer(LogReader reader, long offset, TransactionRecordHeader header) {
        long trailer = reader.number(header.trailer(offset));
        if (trailer != header.length()) {
            throw new CorruptedStorageException(
                    reader.name(),
                    header.trailer(offset),
                    "the transaction at " + offset + " has length " + header.length() + ", but repeats it as "
                            + Long.toUnsignedString(trailer));
        }
    }

    /** Takes the records of a transaction one by one. */
    interface RecordVisitor {
        /** {@code data} begins at {@code offset}. */
        void visit(long offset, DataRecordHeader data);
    }
}
