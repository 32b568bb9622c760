package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Judges what lies behind the last good transaction when a log is opened: an interrupted write, or damage.
 *
 * <ul>
 *   <li>A whole transaction of status {@code c} had been finished if a committed one lies behind it in an unbroken chain of whole
 *       transactions: finished ones get their status one after the other, when all their data is durable, and a power cut may keep any of these
 *       statuses. It is to be completed.
 *   <li>Otherwise a tail is cut off, but only if it can be unfinished: walking back from the end of the file by the repeated lengths
 *       leads to no committed transaction. A repeated length that leads back to the bad transaction itself shows that it had been
 *       written to its end, so it is damaged too if it has the status of a committed one.
 *   <li>Anything else is a {@link CorruptedStorageException}.
 * </ul>
 *
 * <p>Only reads. Threading: confined to one thread.
 */
final class LogTail {
    private final LogReader reader;
    private final long offset;

    /** The tail that begins at {@code offset} and ends at the limit of {@code reader}. */
    LogTail(LogReader reader, long offset) {
        this.reader = reader;
        this.offset = offset;
    }

    /**
     * The transactions from the start of the tail on that were finished but lack their status.
     *
     * @return offset and status of each, in order; a status is that of the committed transaction behind them if it is packed, since
     *     then they must be. Empty if the tail does not begin with such a transaction.
     */
    SortedMap<Long, Character> finished() {
        SortedMap<Long, Character> found = new TreeMap<>();
        long next = offset;
        while (LogStructure.isWhole(reader, next)) {
            TransactionRecordHeader header = reader.transaction(next);
            char status = header.status();
            if (status != TransactionRecordHeader.UNFINISHED) {
                found.replaceAll((place, unknown) -> status == 'p' ? 'p' : ' ');
                return status == 0 ? new TreeMap<>() : found;
            }
            found.put(next, status);
            next = header.next(next);
        }
        return new TreeMap<>();
    }

    /** Checks that the tail can be unfinished, so that it may be cut off. */
    void checkUnfinished() {
        if (reader.limit() - offset < TransactionRecordHeader.BYTES) {
            return;
        }
        TransactionRecordHeader header = reader.transaction(offset);
        long committed = committedInTail();
        if (committed >= 0) {
            throw new CorruptedStorageException(
                    reader.name(),
                    offset,
                    "invalid transaction (length " + Long.toUnsignedString(header.length()) + ", status "
                            + (int) header.status() + "), but the one at " + committed + " has been committed");
        }
        if (header.status() != TransactionRecordHeader.UNFINISHED && isEndPlausible(header)) {
            throw new CorruptedStorageException(reader.name(), offset, "invalid transaction header");
        }
    }

    /** ZODB's own doubt: a header that cannot be, though the file ends as if with a transaction. */
    private boolean isEndPlausible(TransactionRecordHeader header) {
        long limit = reader.limit();
        boolean isShort = header.endsWithin(offset, limit) && header.length() < header.headerSize();
        long length = reader.number(limit - TransactionRecordHeader.TRAILER_BYTES);
        return isShort && !isLost(header) && length >= TransactionRecordHeader.BYTES && length <= limit - offset;
    }

    /** A disk that was interrupted can have kept later sectors of a write, but of the first one nothing, or its first bytes, as far as a tid. */
    private static boolean isLost(TransactionRecordHeader header) {
        return header.length() == 0 && header.status() == 0;
    }

    /** Offset of a committed transaction in the tail that can be reached from the end, else -1. */
    private long committedInTail() {
        long end = reader.limit();
        while (end - offset >= TransactionRecordHeader.RECORD_BYTES_MIN) {
            long trailer = end - TransactionRecordHeader.TRAILER_BYTES;
            long length = reader.number(trailer);
            if (length < TransactionRecordHeader.BYTES || length > trailer - offset) {
                return -1;
            }
            long start = trailer - length;
            TransactionRecordHeader header = reader.transaction(start);
            if (start == offset) {
                // With a status that says so, and more than one thing wrong, it is what a crash left in place of a
                // header.
                boolean isDamaged = header.length() == length || beginsWithRecord(start, header, trailer);
                return LogStructure.isKnown(header.status()) && isDamaged ? start : -1;
            }
            if (header.length() != length || !beginsWithRecord(start, header, trailer)) {
                return -1;
            }
            if (header.status() != TransactionRecordHeader.UNFINISHED) {
                return start;
            }
            end = start;
        }
        return -1;
    }

    /** Records know where their transaction lies, so a log that is the data of some record is not taken for part of this one. */
    private boolean beginsWithRecord(long start, TransactionRecordHeader header, long end) {
        long records = start + header.headerSize();
        if (records >= end) {
            return records == end;
        }
        return end - records >= DataRecordHeader.RECORD_BYTES_MIN
                && reader.record(records).transactionOffset() == start;
    }
}
