package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import java.util.OptionalLong;

/**
 * Looks whether a saved index belongs to a log, by the last transaction that has records. An index that is wrong elsewhere is not noticed.
 *
 * <p>Source: ZODB, FileStorage {@code _sane}. Other than there, an object that stands twice in the transaction does no harm, and a log
 * of empty transactions only is walked to its start, not beyond.
 */
final class IndexCheck {
    private static final int RECORDS_CHECKED = 5;

    private final LogReader reader;
    private final ObjectIndex index;

    IndexCheck(LogReader reader, ObjectIndex index) {
        this.reader = reader;
        this.index = index;
    }

    /**
     * Checks an index that claims to be for the log up to {@code end}.
     *
     * @return tid of the last transaction before {@code end}; empty if the index does not fit
     */
    OptionalLong lastTid(long end) {
        if (end <= LogStructure.START || end > reader.limit()) {
            return OptionalLong.empty();
        }
        try {
            long last = LogStructure.previous(reader, end);
            return fits(last) ? OptionalLong.of(reader.number(last)) : OptionalLong.empty();
        } catch (CorruptedStorageException e) {
            return OptionalLong.empty();
        }
    }

    private boolean fits(long last) {
        long offset = last;
        while (true) {
            TransactionRecordHeader header = LogStructure.transaction(reader, offset);
            boolean isUndone = header.status() == TransactionRecordHeader.UNDONE;
            if (!isUndone && header.status() != ' ' && header.status() != 'p') {
                return false;
            }
            if (!isUndone && header.length() > header.headerSize()) {
                return recordsFit(offset, header);
            }
            if (offset == LogStructure.START) {
                return index.size() == 0;
            }
            offset = LogStructure.previous(reader, offset);
        }
    }

    private boolean recordsFit(long offset, TransactionRecordHeader header) {
        long end = header.trailer(offset);
        long position = offset + header.headerSize();
        for (int i = 0; i < RECORDS_CHECKED && position < end; i++) {
            DataRecordHeader record = LogStructure.record(reader, position, offset, end);
            if (!isCurrent(position, record, end)) {
                return false;
            }
            position = record.next(position);
        }
        return true;
    }

    private boolean isCurrent(long position, DataRecordHeader record, long end) {
        long indexed = index.get(record.oid());
        if (indexed == position) {
            return true;
        }
        boolean isRepeated = indexed > position && indexed <= end - DataRecordHeader.RECORD_BYTES_MIN;
        return isRepeated
                && LogStructure.record(reader, indexed, record.transactionOffset(), end)
                                .oid()
                        == record.oid();
    }
}
