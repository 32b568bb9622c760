package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog.Order;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks the transactions of a log up to a limit, through one buffer. Transactions of status {@code u} are passed over: they do not count.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class LogCursor implements TransactionCursor {
    /** Room for the longest metadata, and for enough small records to make reading quick. */
    private static final int BUFFER_BYTES = 1 << 17;

    private final LogReader reader;
    private final RecordLoader loader;
    private final Order order;
    private final Runnable checkOpen;
    /** Oldest first: where the next transaction begins. Newest first: where it ends. */
    private long position;

    private @Nullable Transaction current;

    /**
     * A cursor that stands at {@code position}.
     *
     * @param limit where the last transaction to be seen ends
     * @param checkOpen throws if the storage is closed
     */
    LogCursor(LogFile file, RecordLoader loader, Order order, long position, long limit, Runnable checkOpen) {
        this.reader = new LogReader(file, ByteBuffer.allocateDirect(BUFFER_BYTES), limit);
        this.loader = loader;
        this.order = order;
        this.position = position;
        this.checkOpen = checkOpen;
    }

    /** Lets the cursor see more. */
    void advanceLimit(long limit) {
        reader.advanceLimit(limit);
    }

    @Override
    public @Nullable LogTransaction next() {
        checkOpen.run();
        current = null;
        do {
            if (isAtEnd()) {
                return null;
            }
            current = order == Order.OLDEST_FIRST ? forwards() : backwards();
        } while (current.header.status() == TransactionRecordHeader.UNDONE);
        return current;
    }

    /** User, description and extension of the transaction at {@code offset}, which {@code reader} has room for. */
    static TransactionMetadata metadata(LogReader reader, long offset, TransactionRecordHeader record) {
        long user = offset + TransactionRecordHeader.BYTES;
        long description = user + record.userSize();
        return new TransactionMetadata(
                reader.bytes(user, record.userSize()),
                reader.bytes(description, record.descriptionSize()),
                reader.bytes(description + record.descriptionSize(), record.extensionSize()));
    }

    @Override
    public void close() {
        // Nothing is held but memory.
    }

    private boolean isAtEnd() {
        return order == Order.OLDEST_FIRST ? position >= reader.limit() : position <= LogStructure.START;
    }

    private Transaction forwards() {
        long offset = position;
        TransactionRecordHeader header = LogStructure.transaction(reader, offset);
        Transaction transaction = new Transaction(offset, header);
        position = header.next(offset);
        return transaction;
    }

    private Transaction backwards() {
        long offset = LogStructure.previous(reader, position);
        Transaction transaction = new Transaction(offset, LogStructure.transaction(reader, offset));
        position = offset;
        return transaction;
    }

    private final class Transaction implements LogTransaction {
        private final long offset;
        private final TransactionRecordHeader record;
        private final TransactionHeader header;
        private long next;
        private long recordOffset;

        Transaction(long offset, TransactionRecordHeader record) {
            this.offset = offset;
            this.record = record;
            this.header =
                    new TransactionHeader(new Tid(record.tid()), record.status(), metadata(reader, offset, record));
            this.next = offset + record.headerSize();
        }

        @Override
        public TransactionHeader header() {
            return header;
        }

        @Override
        public @Nullable DataRecord nextRecord() {
            if (current != this) {
                throw new IllegalStateException("the cursor has gone on from this transaction");
            }
            checkOpen.run();
            long end = record.trailer(offset);
            if (next >= end) {
                LogStructure.checkTrailer(reader, offset, record);
                return null;
            }
            DataRecordHeader data = LogStructure.record(reader, next, offset, end);
            recordOffset = next;
            next = data.next(next);
            return data.isBackPointer() ? referring(data) : withData(data);
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public long recordOffset() {
            return recordOffset;
        }

        private DataRecord withData(DataRecordHeader data) {
            if (data.dataSize() > Integer.MAX_VALUE) {
                throw new CorruptedStorageException(
                        reader.name(), recordOffset, "data record of " + data.dataSize() + " bytes is too large");
            }
            byte[] bytes = reader.array(recordOffset + DataRecordHeader.BYTES, (int) data.dataSize());
            return new DataRecord(new Oid(data.oid()), new Tid(data.tid()), bytes, null);
        }

        private DataRecord referring(DataRecordHeader data) {
            Oid oid = new Oid(data.oid());
            Tid tid = new Tid(data.tid());
            long back = reader.number(recordOffset + DataRecordHeader.BYTES);
            if (back == 0) {
                return new DataRecord(oid, tid, null, null);
            }
            if (back < LogStructure.START || back >= recordOffset) {
                throw new CorruptedStorageException(
                        reader.name(), recordOffset, "back pointer leads to " + Long.toUnsignedString(back));
            }
            Tid dataTid = new Tid(loader.header(back, data.oid()).tid());
            return new DataRecord(oid, tid, loader.data(back, data.oid()), dataTid);
        }
    }
}
