package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import java.nio.ByteBuffer;

/**
 * Finds the next transaction in bytes that are no transaction.
 *
 * <p>It has a tid later than the last good one, a status that ZODB gives, the same length at both ends, and a first record that says where the
 * transaction begins. Each byte is looked at once, each place that passes the first tests costs one or two reads more.
 *
 * <p>Threading: confined to one thread.
 */
final class TransactionSearch {
    private static final int TARGET_BUFFER_BYTES = 1 << 9;

    private final LogReader reader;
    private final LogReader targets;
    private final RecoveryReport report;

    TransactionSearch(LogFile file, LogReader reader, RecoveryReport report) {
        this.reader = reader;
        this.targets = new LogReader(file, ByteBuffer.allocate(TARGET_BUFFER_BYTES), reader.limit());
        this.report = report;
    }

    /** Where the first transaction begins, at or after {@code start}, that is later than {@code lastTid}; the end of the file if there is none. */
    long find(long start, long lastTid) {
        long limit = reader.limit();
        for (long offset = start; limit - offset >= TransactionRecordHeader.RECORD_BYTES_MIN; offset++) {
            // Eight bytes of anything else are rarely as small a number, so little is left for the other tests.
            long length = reader.number(offset + TransactionRecordHeader.LENGTH_OFFSET);
            boolean isInside = length >= TransactionRecordHeader.BYTES
                    && length <= limit - offset - TransactionRecordHeader.TRAILER_BYTES;
            if (isInside && isTransaction(offset, lastTid)) {
                return offset;
            }
            report.progress(offset, limit);
        }
        return limit;
    }

    private boolean isTransaction(long offset, long lastTid) {
        TransactionRecordHeader header = reader.transaction(offset);
        char status = header.status();
        if (!LogRecovery.isLater(header.tid(), lastTid)
                || !(LogStructure.isKnown(status) || status == TransactionRecordHeader.UNFINISHED)
                || header.length() < header.headerSize()
                || targets.number(header.trailer(offset)) != header.length()) {
            return false;
        }
        long first = offset + header.headerSize();
        try {
            return first == header.trailer(offset)
                    || LogStructure.record(targets, first, offset, header.trailer(offset)) != null;
        } catch (CorruptedStorageException e) {
            return false;
        }
    }
}
