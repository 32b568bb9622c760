package io.zrs.filestorage;

import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.RecordScanner;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a data record says and where it points to.
 *
 * <p>Threading: confined to one thread.
 */
final class RecordVerification {
    private static final int TARGET_BUFFER_BYTES = 1 << 13;
    private static final int DATA_BYTES_MAX = 1 << 24;
    /** More than a blob's class takes. */
    private static final int BLOB_CLASS_BYTES_MAX = 64;
    /** Undo makes chains of a few; only a forged file has long ones, which would take long to follow. */
    private static final int BACK_POINTERS_MAX = 1000;

    private final LogReader reader;
    private final LogReader targets;
    private final ObjectIndex index;
    private final VerifierReport report;
    private final RecordScanner pickles = new RecordScanner(PickleLimits.RECORD);

    /**
     * Checks for one file.
     *
     * @param reader stands where the records are
     * @param index has all records before the one that is checked
     */
    RecordVerification(LogFile file, LogReader reader, ObjectIndex index, VerifierReport report) {
        this.reader = reader;
        this.targets = new LogReader(file, ByteBuffer.allocate(TARGET_BUFFER_BYTES), reader.limit());
        this.index = index;
        this.report = report;
    }

    /** Checks the record at {@code offset}, whose lengths and place are right. */
    void check(long offset, DataRecordHeader record, TransactionRecordHeader transaction) {
        if (record.tid() != transaction.tid()) {
            report.note(
                    offset,
                    name(record) + " has the tid " + new Tid(record.tid()) + ", its transaction "
                            + new Tid(transaction.tid()));
        }
        checkPrevious(offset, record, transaction);
        boolean isBlob = record.isBackPointer() ? checkBackPointer(offset, record) : checkData(offset, record);
        report.record(offset, record, transaction.status(), isBlob);
    }

    private void checkPrevious(long offset, DataRecordHeader record, TransactionRecordHeader transaction) {
        long current = index.get(record.oid());
        // All records of an object in one transaction point to the one that was current before it.
        boolean isRepeated = current >= record.transactionOffset();
        long expected = isRepeated ? targets.record(current).previousOffset() : current;
        if (record.previousOffset() == expected) {
            return;
        }
        String text = name(record) + " points to " + Long.toUnsignedString(record.previousOffset())
                + " as the record before it, which is " + (expected == 0 ? "none" : "at " + expected);
        if (record.previousOffset() == 0 && transaction.status() == 'p') {
            report.note(offset, text + " (cut by a pack)");
        } else {
            report.finding(offset, text);
        }
    }

    private boolean checkData(long offset, DataRecordHeader record) {
        if (record.dataSize() > DATA_BYTES_MAX) {
            report.note(offset, name(record) + " has " + record.dataSize() + " bytes, too many to look into");
            return false;
        }
        byte[] data = reader.array(offset + DataRecordHeader.BYTES, (int) record.dataSize());
        try {
            pickles.references(ByteBuffer.wrap(data), oid -> {});
        } catch (PickleException e) {
            report.note(offset, name(record) + " is not two pickles: " + e.getMessage());
        }
        return RecordScanner.isBlob(ByteBuffer.wrap(data));
    }

    /** Whether the record that the back pointer leads to, in the end, is that of a blob. */
    private boolean checkBackPointer(long offset, DataRecordHeader record) {
        long target = reader.number(offset + DataRecordHeader.BYTES);
        if (target == 0) {
            return false;
        }
        String problem = problemWith(target, offset, record);
        if (problem != null) {
            report.finding(offset, name(record) + " points back to " + Long.toUnsignedString(target) + ", " + problem);
            return false;
        }
        return isBlobAt(offset, target);
    }

    /** Why no record of the same object can stand at {@code target}; null if one does. */
    private @Nullable String problemWith(long target, long offset, DataRecordHeader record) {
        if (Long.compareUnsigned(target, offset) >= 0) {
            return "which does not lie before it";
        }
        try {
            DataRecordHeader found = targets.record(target);
            long start = found.transactionOffset();
            if (start < LogStructure.START || start >= target) {
                return "where no record is";
            }
            TransactionRecordHeader transaction = LogStructure.transaction(targets, start);
            if (target < start + transaction.headerSize()) {
                return "where no record is";
            }
            LogStructure.record(targets, target, start, transaction.trailer(start));
            return found.oid() == record.oid() ? null : "a record of oid " + new Oid(found.oid());
        } catch (CorruptedStorageException e) {
            return "where no record is";
        }
    }

    /** Whether back pointers lead from {@code target} to the record of a blob. Bad ones on the way were reported where they stand. */
    private boolean isBlobAt(long offset, long target) {
        long position = target;
        try {
            for (int i = 0; i < BACK_POINTERS_MAX; i++) {
                DataRecordHeader found = targets.record(position);
                if (!found.isBackPointer()) {
                    return found.dataSize() > 0 && isBlobData(position, found);
                }
                long next = targets.number(position + DataRecordHeader.BYTES);
                if (next < LogStructure.START || next >= position) {
                    return false;
                }
                position = next;
            }
        } catch (CorruptedStorageException e) {
            return false;
        }
        report.finding(offset, "more than " + BACK_POINTERS_MAX + " back pointers lead on from here");
        return false;
    }

    private boolean isBlobData(long offset, DataRecordHeader record) {
        int size = (int) Math.min(record.dataSize(), BLOB_CLASS_BYTES_MAX);
        return RecordScanner.isBlob(
                targets.bytes(offset + DataRecordHeader.BYTES, size).asByteBuffer());
    }

    private static String name(DataRecordHeader record) {
        return "the record of oid " + new Oid(record.oid());
    }
}
