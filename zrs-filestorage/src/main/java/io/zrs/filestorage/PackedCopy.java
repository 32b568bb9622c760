package io.zrs.filestorage;

import io.zrs.pickle.RecordScanner;
import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Copies what stays of the transactions that are packed: each record whole and alone, without pointers; transactions of which nothing stays vanish.
 *
 * <p>Threading: confined to one thread. Source: ZODB, fspack.py.
 */
final class PackedCopy {
    private static final int READ_BYTES = 1 << 20;
    private static final long TICK_BYTES = 1 << 20;
    /** Enough of a record to see whether it is that of a blob. */
    private static final int BLOB_BYTES = 64;

    private final Generation log;
    private final PackPlan plan;
    private final LogReader reader;

    PackedCopy(Generation log, PackPlan plan) {
        this.log = log;
        this.plan = plan;
        this.reader = new LogReader(log.file(), ByteBuffer.allocateDirect(READ_BYTES), plan.moment());
    }

    /** Bytes that {@link #copy} would write. */
    long measure(Runnable tick) {
        Measure measure = new Measure();
        walk(measure, tick);
        return measure.bytes;
    }

    /**
     * Copies.
     *
     * @param tick runs every megabyte
     * @param keepsNewest whether the last transaction stays even if none of its records does
     */
    void copy(PackOutput output, boolean keepsNewest, PackListener listener, Runnable tick) {
        walk(new Copy(output, keepsNewest, listener), tick);
    }

    private void walk(Visitor visitor, Runnable tick) {
        long ticked = 0;
        long offset = LogStructure.START;
        while (offset < plan.moment()) {
            TransactionRecordHeader header = LogStructure.transaction(reader, offset);
            boolean counts = header.status() != TransactionRecordHeader.UNDONE;
            long end = header.trailer(offset);
            boolean isBegun = false;
            for (long next = offset + header.headerSize(); next < end; ) {
                DataRecordHeader data = LogStructure.record(reader, next, offset, end);
                if (counts && plan.keeps(data.oid(), next)) {
                    if (!isBegun) {
                        visitor.begin(offset, header);
                        isBegun = true;
                    }
                    visitor.keep(next, data);
                } else if (counts) {
                    visitor.drop(next, data);
                }
                next = data.next(next);
                if (next - ticked >= TICK_BYTES) {
                    ticked = next;
                    tick.run();
                }
            }
            visitor.end(offset, header, isBegun);
            offset = header.next(offset);
        }
    }

    private interface Visitor {
        /** Something stays of the transaction at {@code offset}. */
        void begin(long offset, TransactionRecordHeader header);

        void keep(long offset, DataRecordHeader data);

        void drop(long offset, DataRecordHeader data);

        void end(long offset, TransactionRecordHeader header, boolean isBegun);
    }

    private final class Measure implements Visitor {
        private long bytes = LogStructure.START;

        @Override
        public void begin(long offset, TransactionRecordHeader header) {
            bytes += header.headerSize() + TransactionRecordHeader.TRAILER_BYTES;
        }

        @Override
        public void keep(long offset, DataRecordHeader data) {
            byte[] there = data.isBackPointer() ? log.loader().data(offset, data.oid()) : null;
            bytes += DataRecordHeader.BYTES + (there == null ? data.contentSize() : there.length);
        }

        @Override
        public void drop(long offset, DataRecordHeader data) {
            // Takes no room.
        }

        @Override
        public void end(long offset, TransactionRecordHeader header, boolean isBegun) {
            // Its length has been counted.
        }
    }

    private final class Copy implements Visitor {
        private final PackOutput output;
        private final boolean keepsNewest;
        private final PackListener listener;
        private final Set<BlobRevision> dropped = new LinkedHashSet<>();

        Copy(PackOutput output, boolean keepsNewest, PackListener listener) {
            this.output = output;
            this.keepsNewest = keepsNewest;
            this.listener = listener;
        }

        @Override
        public void begin(long offset, TransactionRecordHeader header) {
            output.begin(reader, offset, header, TransactionRecordHeader.PACKED);
        }

        @Override
        public void keep(long offset, DataRecordHeader data) {
            plan.place(offset, output.position());
            byte[] there = data.isBackPointer() ? log.loader().data(offset, data.oid()) : null;
            if (there != null) {
                output.record(data, 0, there);
            } else if (data.isBackPointer()) {
                output.pointer(data, 0, 0);
            } else {
                output.copyRecord(reader, offset, data, 0);
            }
        }

        @Override
        public void drop(long offset, DataRecordHeader data) {
            if (isBlob(offset, data)) {
                dropped.add(new BlobRevision(new Oid(data.oid()), new Tid(data.tid())));
            }
        }

        @Override
        public void end(long offset, TransactionRecordHeader header, boolean isBegun) {
            if (!isBegun && keepsNewest && header.next(offset) == plan.moment()) {
                begin(offset, header);
                output.end();
            } else if (isBegun) {
                output.end();
            }
            if (!dropped.isEmpty()) {
                removeKept(offset, header);
                dropped.forEach(blob -> listener.removesBlob(blob.oid(), blob.tid()));
                dropped.clear();
            }
        }

        /** A transaction can have several records of one object, as ZEO stores blobs: the blob goes with the last of them. */
        private void removeKept(long transaction, TransactionRecordHeader header) {
            dropped.removeIf(blob -> {
                long current = plan.current(blob.oid().value());
                return current != 0
                        && log.loader().header(current, blob.oid().value()).tid()
                                == blob.tid().value();
            });
            long end = header.trailer(transaction);
            for (long next = transaction + header.headerSize(); next < end && !dropped.isEmpty(); ) {
                DataRecordHeader data = LogStructure.record(reader, next, transaction, end);
                if (plan.keeps(data.oid(), next)) {
                    dropped.remove(new BlobRevision(new Oid(data.oid()), new Tid(data.tid())));
                }
                next = data.next(next);
            }
        }

        private boolean isBlob(long offset, DataRecordHeader data) {
            if (data.isBackPointer()) {
                byte[] there = log.loader().data(offset, data.oid());
                return there != null && RecordScanner.isBlob(ByteBuffer.wrap(there));
            }
            int size = (int) Math.min(BLOB_BYTES, data.dataSize());
            return RecordScanner.isBlob(reader.data(offset + DataRecordHeader.BYTES, size));
        }
    }

    private record BlobRevision(Oid oid, Tid tid) {}
}
