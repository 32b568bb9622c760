package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Walks the transactions of a log that have been announced, through one buffer. Transactions of status {@code u} are passed over: they do not count.
 *
 * <p>From {@link #next} to the next one the file is pinned, so that the records of a transaction can be read to their end whatever a pack does. If
 * another log is current by then, the cursor looks there for the place where it stands, by the tid that it has seen last.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class LogCursor implements TransactionCursor {
    /** A place between two transactions, in terms of a tid. */
    private enum Place {
        /** Before the first transaction that is not older. */
        BEFORE,
        /** Before the first transaction that is younger. */
        AFTER
    }

    /** Room for the longest metadata, and for enough small records to make reading quick. */
    private static final int BUFFER_BYTES = 1 << 17;

    private final CommitAnnouncer announcer;
    private final Order order;
    private final boolean isEndless;
    private final Runnable checkOpen;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    /** The last transaction to be seen, unless there is no end. */
    private final long lastTid;

    private Place place;
    private long tid;
    /** What the reader and the position are for. */
    private Generation log;

    private LogReader reader;
    /** Oldest first: where the next transaction begins. Newest first: where it ends. */
    private long position;

    private boolean isPinned;
    private @Nullable Transaction current;

    private LogCursor(
            CommitAnnouncer announcer, Order order, boolean isEndless, Place place, Tid tid, Runnable checkOpen) {
        this.announcer = announcer;
        this.order = order;
        this.isEndless = isEndless;
        this.checkOpen = checkOpen;
        this.place = place;
        this.tid = tid.value();
        View view = announcer.pinned();
        try {
            this.lastTid = view.lastTid();
            this.log = view.log();
            this.reader = new LogReader(log.file(), buffer, view.end());
            this.position = offset(place, this.tid, view.end());
        } finally {
            view.log().unpin();
        }
    }

    /**
     * Walks the transactions that have been announced now, as {@link TransactionLog#iterate} does.
     *
     * @param checkOpen throws if the storage is closed
     */
    static LogCursor iterate(CommitAnnouncer announcer, Tid start, Order order, Runnable checkOpen) {
        Place place = order == Order.OLDEST_FIRST ? Place.BEFORE : Place.AFTER;
        return new LogCursor(announcer, order, false, place, start, checkOpen);
    }

    /** Walks the transactions behind the place of {@code after}, the oldest first, whenever they have been announced. */
    static LogCursor follow(CommitAnnouncer announcer, Tid after, Runnable checkOpen) {
        return new LogCursor(announcer, Order.OLDEST_FIRST, true, Place.AFTER, after, checkOpen);
    }

    @Override
    public @Nullable LogTransaction next() {
        checkOpen.run();
        letGo();
        View view = announcer.pinned();
        isPinned = true;
        if (view.log() != log) {
            log = view.log();
            locate(view.end());
        } else if (isEndless) {
            reader.advanceLimit(view.end());
        }
        Transaction next;
        do {
            if (isAtEnd()) {
                letGo();
                return null;
            }
            next = order == Order.OLDEST_FIRST ? forwards() : backwards();
            tid = next.record.tid();
            place = order == Order.OLDEST_FIRST ? Place.AFTER : Place.BEFORE;
        } while (next.record.status() == TransactionRecordHeader.UNDONE);
        current = next;
        return next;
    }

    @Override
    public void close() {
        letGo();
    }

    private void letGo() {
        current = null;
        if (isPinned) {
            isPinned = false;
            log.unpin();
        }
    }

    private void locate(long end) {
        long limit = isEndless ? end : offset(Place.AFTER, lastTid, end);
        reader = new LogReader(log.file(), buffer, limit);
        position = offset(place, tid, limit);
    }

    private long offset(Place sought, long soughtTid, long end) {
        if (sought == Place.BEFORE) {
            return log.finder().ceiling(soughtTid, end);
        }
        return soughtTid == -1 ? end : log.finder().ceiling(soughtTid + 1, end);
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
                    new TransactionHeader(new Tid(record.tid()), record.status(), reader.metadata(offset, record));
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
        public long size() {
            return record.length();
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
            Tid dataTid = new Tid(log.loader().header(back, data.oid()).tid());
            return new DataRecord(oid, tid, log.loader().data(back, data.oid()), dataTid);
        }
    }
}
