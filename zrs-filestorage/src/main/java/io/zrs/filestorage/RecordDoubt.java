package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether oid and tid of a record can be right, in a file that may be damaged.
 *
 * <p>Each record points to the one of the same object before. Where that has another oid, one of the two is wrong; the record before that one decides.
 *
 * <p>Threading: confined to one thread.
 */
final class RecordDoubt {
    private static final int BUFFER_BYTES = 1 << 9;

    private final LogReader targets;

    RecordDoubt(LogFile file, long limit) {
        this.targets = new LogReader(file, ByteBuffer.allocate(BUFFER_BYTES), limit);
    }

    /** Why the record cannot be what was written once; null if it can. */
    @Nullable
    String problem(DataRecordHeader record, TransactionRecordHeader transaction) {
        // Copies may hold records of earlier tids; nobody writes records of tids that are still to come.
        if (Long.compareUnsigned(record.tid(), transaction.tid()) > 0) {
            return "data record of oid " + new Oid(record.oid()) + " has the tid " + new Tid(record.tid())
                    + ", which is later than its transaction's";
        }
        DataRecordHeader before = before(record);
        if (before == null || before.oid() == record.oid()) {
            return null;
        }
        DataRecordHeader first = before(before);
        return first != null && first.oid() == before.oid()
                ? "data record of oid " + new Oid(record.oid()) + " points to records of oid " + new Oid(before.oid())
                        + " as the ones before"
                : null;
    }

    /** What is odd about the record, though it may be as it was written; null if nothing is. */
    @Nullable
    String oddity(DataRecordHeader record, TransactionRecordHeader transaction) {
        String name = "the record of oid " + new Oid(record.oid());
        if (record.tid() != transaction.tid()) {
            return name + " has the tid " + new Tid(record.tid()) + ", its transaction " + new Tid(transaction.tid());
        }
        DataRecordHeader before = before(record);
        if (before == null || before.oid() == record.oid()) {
            return null;
        }
        DataRecordHeader first = before(before);
        boolean isOther = first != null && first.oid() == record.oid();
        return isOther
                ? null
                : name + " points to one of oid " + new Oid(before.oid())
                        + " as the one before: one of the two is wrong";
    }

    /** The record that this one points to as the one before; null if there is none that makes sense. */
    private @Nullable DataRecordHeader before(DataRecordHeader record) {
        long offset = record.previousOffset();
        if (offset < LogStructure.START + TransactionRecordHeader.BYTES || offset >= record.transactionOffset()) {
            return null;
        }
        try {
            DataRecordHeader found = targets.record(offset);
            long start = found.transactionOffset();
            boolean isPlausible = start >= LogStructure.START
                    && start <= offset - TransactionRecordHeader.BYTES
                    && found.versionSize() == 0
                    && found.endsWithin(offset, record.transactionOffset());
            return isPlausible ? found : null;
        } catch (CorruptedStorageException e) {
            return null;
        }
    }
}
