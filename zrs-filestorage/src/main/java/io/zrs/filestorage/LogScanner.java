package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Tid;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log from front to back, checks that its lengths and pointers agree, and enters its records into an index.
 *
 * <p>What may be the end of an interrupted write ends the scan, and {@link LogTail} judges it; anything else that does not fit is a
 * {@link CorruptedStorageException}, after which the index is not to be used.
 *
 * <p>Threading: confined to one thread. Source: ZODB, FileStorage {@code read_index}.
 */
final class LogScanner {
    private static final Logger LOG = LoggerFactory.getLogger(LogScanner.class);

    private final LogReader reader;
    private final ObjectIndex index;
    private final TransactionFinder finder;
    private final Set<Long> toComplete = new HashSet<>();
    private long lastTid;
    private long unexpectedPrevious;
    private long firstUnexpectedPrevious;

    /**
     * A scanner that adds to {@code index}.
     *
     * @param finder learns where transactions begin
     * @param lastTid tid of the transaction before the first one to be scanned, 0 if there is none
     */
    LogScanner(LogReader reader, ObjectIndex index, TransactionFinder finder, long lastTid) {
        this.reader = reader;
        this.index = index;
        this.finder = finder;
        this.lastTid = lastTid;
    }

    /** Tid of the last transaction that was accepted. */
    long lastTid() {
        return lastTid;
    }

    /** Lets unfinished transactions at these offsets count as finished ones. */
    void accept(Set<Long> offsets) {
        toComplete.addAll(offsets);
    }

    /**
     * Scans transactions from {@code start} on.
     *
     * @return where the first one begins that is not whole or not finished; the limit of the reader if all are
     */
    long scan(long start) {
        long offset = start;
        while (reader.limit() - offset >= TransactionRecordHeader.BYTES) {
            TransactionRecordHeader header = reader.transaction(offset);
            if (isDoubtful(offset, header)) {
                break;
            }
            warn(offset, header);
            if (header.status() == TransactionRecordHeader.UNDONE) {
                LogStructure.checkTrailer(reader, offset, header);
            } else {
                LogStructure.checkRecords(reader, offset, header, this::enter);
            }
            lastTid = header.tid();
            finder.note(lastTid, offset);
            offset = header.next(offset);
        }
        if (unexpectedPrevious > 0) {
            LOG.warn(
                    "{}: {} records do not point to the record of their object before, the first at offset {}; a pack"
                            + " leaves such pointers",
                    reader.name(),
                    unexpectedPrevious,
                    firstUnexpectedPrevious);
            unexpectedPrevious = 0;
        }
        return offset;
    }

    private boolean isDoubtful(long offset, TransactionRecordHeader header) {
        return (header.status() == TransactionRecordHeader.UNFINISHED && !toComplete.contains(offset))
                || !LogStructure.hasPlausibleLengths(reader, offset, header)
                // Nobody writes that as status; it is found where a disk has not got as far as that byte.
                || (!LogStructure.isKnown(header.status()) && !LogStructure.isWhole(reader, offset));
    }

    private void warn(long offset, TransactionRecordHeader header) {
        if (Long.compareUnsigned(header.tid(), lastTid) <= 0) {
            LOG.warn(
                    "{} at offset {}: tid goes back from {} to {}",
                    reader.name(),
                    offset,
                    new Tid(lastTid),
                    new Tid(header.tid()));
        }
        if (!LogStructure.isKnown(header.status()) && !toComplete.contains(offset)) {
            LOG.warn("{} at offset {}: unknown status {}", reader.name(), offset, (int) header.status());
        }
    }

    private void enter(long offset, DataRecordHeader data) {
        long current = index.put(data.oid(), offset);
        // Several records of one object in a transaction all point to the one before the transaction.
        boolean repeated = current >= data.transactionOffset();
        if (current != data.previousOffset() && !repeated && unexpectedPrevious++ == 0) {
            firstUnexpectedPrevious = offset;
        }
    }
}
