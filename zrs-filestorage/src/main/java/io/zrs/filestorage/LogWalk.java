package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Tid;

/**
 * Walks a part of a log once from front to back with large reads, and checks what a pack relies on: lengths and pointers as {@link LogStructure} has them, tids that ascend,
 * pointers that lead back.
 *
 * <p>Threading: confined to one thread.
 */
final class LogWalk {
    private static final long TICK_BYTES = 1 << 20;

    private final LogReader reader;
    private final Runnable tick;
    private long lastTid;
    private long ticked;

    /**
     * A walk that has not begun.
     *
     * @param tick runs every megabyte
     */
    LogWalk(LogReader reader, Runnable tick) {
        this.reader = reader;
        this.tick = tick;
    }

    /** Shows the transactions from {@code start}, where the last walk ended, to {@code end}, with their records. */
    void walk(long start, long end, Visitor visitor) {
        long offset = start;
        while (offset < end) {
            TransactionRecordHeader header = LogStructure.transaction(reader, offset);
            if (Long.compareUnsigned(header.tid(), lastTid) <= 0) {
                throw new CorruptedStorageException(
                        reader.name(),
                        offset,
                        "tid goes back from " + new Tid(lastTid) + " to " + new Tid(header.tid()));
            }
            lastTid = header.tid();
            visitor.begin(offset, header);
            LogStructure.checkRecords(reader, offset, header, (recordOffset, data) -> {
                long back = data.isBackPointer() ? reader.number(recordOffset + DataRecordHeader.BYTES) : 0;
                check(recordOffset, data.previousOffset(), "pointer to the record before");
                check(recordOffset, back, "back pointer");
                visitor.record(recordOffset, data, back);
                ticking(recordOffset);
            });
            offset = header.next(offset);
            ticking(offset);
        }
    }

    private void ticking(long offset) {
        if (offset - ticked >= TICK_BYTES) {
            ticked = offset;
            tick.run();
        }
    }

    private void check(long offset, long target, String pointer) {
        if (target != 0 && (target < LogStructure.START || target >= offset)) {
            throw new CorruptedStorageException(
                    reader.name(), offset, pointer + " leads to " + Long.toUnsignedString(target));
        }
    }

    /** Takes transactions one by one. */
    interface Visitor {
        /** A transaction begins at {@code offset}. */
        void begin(long offset, TransactionRecordHeader header);

        /** The next record of it. {@code back} is its back pointer, 0 if it has none or leads nowhere. */
        void record(long offset, DataRecordHeader data, long back);
    }
}
