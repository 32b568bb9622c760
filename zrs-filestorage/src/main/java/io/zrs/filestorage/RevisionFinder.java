package io.zrs.filestorage;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the record that a restored one can point back to instead of repeating its data.
 *
 * <p>The transaction asked for is a hint. If it is not there, or its record of the object has other data, there is nothing to point to.
 *
 * <p>Threading: thread-safe. Source: ZODB, FileStorage {@code _data_find}; other than there, what a back pointer leads to is compared too.
 */
final class RevisionFinder {
    private static final int READ_BYTES = 1 << 13;

    private final LogFile file;
    private final ObjectIndex index;
    private final RecordLoader loader;
    private final TransactionFinder transactions;

    RevisionFinder(LogFile file, ObjectIndex index, RecordLoader loader, TransactionFinder transactions) {
        this.file = file;
        this.index = index;
        this.loader = loader;
        this.transactions = transactions;
    }

    /**
     * The last record of {@code oid} in the transaction {@code tid}, if it has this data.
     *
     * @param data not consumed; null for an object that does not exist
     * @param end where the finished transactions end
     * @return its offset, or 0
     */
    long withSameData(long oid, long tid, @Nullable ByteBuffer data, long end) {
        long offset = inChain(oid, tid, end);
        return offset != 0 && hasData(offset, oid, data) ? offset : 0;
    }

    /** Mostly the transaction is that of a recent revision, which is quickly found by the pointers from each revision to the one before. */
    private long inChain(long oid, long tid, long end) {
        long offset = index.get(oid);
        while (offset != 0) {
            DataRecordHeader record = loader.header(offset, oid);
            int order = Long.compareUnsigned(loader.number(record.transactionOffset()), tid);
            if (order == 0) {
                return offset;
            }
            if (order < 0) {
                return 0;
            }
            offset = loader.previous(offset, record);
        }
        // A pack cuts the chain, though it may keep older revisions.
        return inTransaction(oid, tid, end);
    }

    /** The last record of {@code oid} in the transaction {@code tid}, whatever its data; 0 if there is none. */
    long inTransaction(long oid, long tid, long end) {
        long offset = transactions.ceiling(tid, end);
        if (offset >= end || loader.number(offset) != tid) {
            return 0;
        }
        LogReader reader = new LogReader(file, ByteBuffer.allocate(READ_BYTES), end);
        TransactionRecordHeader header = LogStructure.transaction(reader, offset);
        long[] found = {0};
        LogStructure.checkRecords(reader, offset, header, (recordOffset, record) -> {
            if (record.oid() == oid) {
                found[0] = recordOffset;
            }
        });
        return found[0];
    }

    private boolean hasData(long offset, long oid, @Nullable ByteBuffer data) {
        DataRecordHeader record = loader.header(offset, oid);
        if (!record.isBackPointer() && (data == null || record.dataSize() != data.remaining())) {
            return false;
        }
        byte[] there = loader.data(offset, oid);
        return there == null ? data == null : data != null && data.equals(ByteBuffer.wrap(there));
    }
}
