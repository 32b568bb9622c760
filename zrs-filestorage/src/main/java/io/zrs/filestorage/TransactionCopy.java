package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Oid;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Restores the records of transactions in a file that may be damaged.
 *
 * <p>Threading: confined to one thread.
 */
final class TransactionCopy {
    /** Undo makes chains of a few; only a forged file has long ones, which would take long to follow. */
    private static final int BACK_POINTERS_MAX = 1000;

    private static final int AHEAD_BUFFER_BYTES = 1 << 9;
    private static final int DATA_BYTES_MAX = Integer.MAX_VALUE - 8;

    private final LogReader reader;
    private final LogReader ahead;
    private final RecordLoader targets;
    private final RecordDoubt doubt;
    private final RecoveryReport report;
    private long records;

    TransactionCopy(LogFile file, LogReader reader, RecordDoubt doubt, RecoveryReport report) {
        this.reader = reader;
        this.ahead = new LogReader(file, ByteBuffer.allocate(AHEAD_BUFFER_BYTES), reader.limit());
        this.targets = new RecordLoader(file, new ObjectIndex());
        this.doubt = doubt;
        this.report = report;
    }

    /** Number of records that were restored. */
    long records() {
        return records;
    }

    /** Restores all records of the transaction at {@code offset}, which is whole, and finishes and closes {@code transaction}. */
    void copyWhole(long offset, TransactionRecordHeader header, RestoreTransaction transaction) {
        try (transaction) {
            long end = header.trailer(offset);
            long position = offset + header.headerSize();
            while (position < end) {
                DataRecordHeader record = LogStructure.record(reader, position, offset, end);
                restore(position, record, header, transaction);
                position = record.next(position);
            }
            transaction.vote();
            transaction.finish();
        }
    }

    /** Whether {@link #copySound} would restore anything of the transaction at {@code offset}. */
    boolean hasSoundRecord(long offset, TransactionRecordHeader header) {
        long end = header.trailer(offset);
        long position = offset + header.headerSize();
        while (position < end && soundRecord(position, offset, header) == null) {
            position = nextMark(position + 1, offset, end);
        }
        return position < end;
    }

    /** As {@link #copyWhole}, but only of the records that are sound; others are reported as lost for {@code reason}. */
    void copySound(long offset, TransactionRecordHeader header, RestoreTransaction transaction, String reason) {
        try (transaction) {
            long end = header.trailer(offset);
            long position = offset + header.headerSize();
            long soundEnd = position;
            while (position < end) {
                DataRecordHeader record = soundRecord(position, offset, header);
                if (record == null) {
                    position = nextMark(position + 1, offset, end);
                    continue;
                }
                reportGap(soundEnd, position, header, reason);
                restore(position, record, header, transaction);
                position = record.next(position);
                soundEnd = position;
            }
            reportGap(soundEnd, end, header, reason);
            transaction.vote();
            transaction.finish();
        }
    }

    private void reportGap(long start, long end, TransactionRecordHeader header, String reason) {
        if (start < end) {
            report.lost(start, end, new Tid(header.tid()), null, reason);
        }
    }

    /** The record at {@code position} of the transaction at {@code offset}, if its size leads to another one, or to their end. */
    private @Nullable DataRecordHeader soundRecord(long position, long offset, TransactionRecordHeader header) {
        long end = header.trailer(offset);
        try {
            DataRecordHeader record = LogStructure.record(reader, position, offset, end);
            long next = record.next(position);
            if (next < end) {
                LogStructure.record(ahead, next, offset, end);
            }
            return doubt.problem(record, header) == null ? record : null;
        } catch (CorruptedStorageException e) {
            return null;
        }
    }

    /** Where the next record may begin: one that names its transaction. */
    private long nextMark(long start, long offset, long end) {
        long position = start;
        while (end - position >= DataRecordHeader.RECORD_BYTES_MIN
                && reader.number(position + DataRecordHeader.TRANSACTION_OFFSET) != offset) {
            position++;
        }
        return end - position >= DataRecordHeader.RECORD_BYTES_MIN ? position : end;
    }

    private void restore(
            long position, DataRecordHeader record, TransactionRecordHeader header, RestoreTransaction transaction) {
        Oid oid = new Oid(record.oid());
        byte[] data = null;
        Tid dataTid = null;
        try {
            if (record.isBackPointer()) {
                long back = reader.number(position + DataRecordHeader.BYTES);
                if (back != 0) {
                    long target = dataOffset(position, record.oid(), back);
                    dataTid = new Tid(targets.header(back, record.oid()).tid());
                    data = targets.data(target, record.oid());
                }
            } else {
                data = data(position, record);
            }
        } catch (CorruptedStorageException e) {
            report.lost(position, record.next(position), new Tid(header.tid()), oid, e.reason());
            return;
        }
        String oddity = doubt.oddity(record, header);
        if (oddity != null) {
            report.note(position, oddity);
        }
        transaction.restore(oid, new Tid(record.tid()), data == null ? null : ByteBuffer.wrap(data), dataTid);
        records++;
    }

    private byte[] data(long position, DataRecordHeader record) {
        if (record.dataSize() > DATA_BYTES_MAX) {
            throw new CorruptedStorageException(
                    reader.name(), position, "data record of " + record.dataSize() + " bytes is too large");
        }
        return reader.array(position + DataRecordHeader.BYTES, (int) record.dataSize());
    }

    /** Where back pointers lead that begin with {@code back}: to a record with data, or one of an object that does not exist. */
    private long dataOffset(long position, long oid, long back) {
        long from = position;
        long to = back;
        for (int i = 0; i < BACK_POINTERS_MAX; i++) {
            DataRecordHeader found = to < LogStructure.START || to >= from ? null : targets.header(to, oid);
            if (found == null || found.transactionOffset() < LogStructure.START || found.transactionOffset() >= to) {
                throw new CorruptedStorageException(
                        reader.name(),
                        position,
                        "points back to " + Long.toUnsignedString(to) + ", where no record is");
            }
            long next = found.isBackPointer() ? targets.number(to + DataRecordHeader.BYTES) : 0;
            if (next == 0) {
                return to;
            }
            from = to;
            to = next;
        }
        throw new CorruptedStorageException(
                reader.name(), position, "points back over more than " + BACK_POINTERS_MAX + " other records");
    }
}
