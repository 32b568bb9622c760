package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.DataRecord;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads single records by way of the index, mostly with one positional read each.
 *
 * <p>The index names the newest finished record of an object, which may not be visible yet; each record points to the one before.
 *
 * <p>Threading: thread-safe.
 */
final class RecordLoader {
    /** Read at once with each header; larger records cost a second read. */
    private static final int GUESS_BYTES = 512;

    /** From this size on it is worth asking whether the file is that long before an array is made. */
    private static final int LARGE_BYTES = 1 << 16;

    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(GUESS_BYTES));

    private final LogFile file;
    private final ObjectIndex index;

    RecordLoader(LogFile file, ObjectIndex index) {
        this.file = file;
        this.index = index;
    }

    /** The current revision of an object among those before {@code end}. */
    ObjectRevision load(Oid oid, long end) {
        long offset = current(oid, null, end);
        Found found = read(offset, oid.value());
        return new ObjectRevision(data(oid, null, found), new Tid(found.header.tid()), null);
    }

    /** The newest revision older than {@code tid} among those before {@code end}, null if all are younger. */
    @Nullable
    ObjectRevision loadBefore(Oid oid, Tid tid, long end) {
        long offset = current(oid, tid, end);
        Tid endTid = null;
        while (offset != 0) {
            Found found = read(offset, oid.value());
            Tid recordTid = new Tid(found.header.tid());
            if (recordTid.compareTo(tid) < 0) {
                return new ObjectRevision(data(oid, recordTid, found), recordTid, endTid);
            }
            endTid = recordTid;
            offset = previous(found.offset, found.header);
        }
        return null;
    }

    /**
     * Where the revision {@code tid} lies among those before {@code end} that the current one leads to.
     *
     * @return 0 if it is older than the oldest of them
     * @throws PosKeyException if there is no such object, or no such revision between two others
     */
    long revision(Oid oid, Tid tid, long end) {
        long offset = current(oid, tid, end);
        while (offset != 0) {
            Found found = read(offset, oid.value());
            int order = Long.compareUnsigned(found.header.tid(), tid.value());
            if (order == 0) {
                return offset;
            }
            if (order < 0) {
                throw new PosKeyException(oid, tid, "no such revision in " + file.name());
            }
            offset = previous(found.offset, found.header);
        }
        return 0;
    }

    /** The data of the record of {@code oid} at {@code offset}, which is the revision {@code tid}. */
    byte[] existing(long offset, Oid oid, Tid tid) {
        return data(oid, tid, read(offset, oid.value()));
    }

    /** The current record of {@code oid} among those before {@code end}, null if there is none, or none with data. */
    @Nullable
    DataRecord record(long oid, long end) {
        long offset = currentOrNone(oid, end);
        if (offset == 0) {
            return null;
        }
        Found found = read(offset, oid);
        DataRecordHeader header = found.header;
        long back = header.isBackPointer() ? back(found) : 0;
        byte[] data = content(found);
        if (data == null) {
            return null;
        }
        Tid dataTid = back == 0 ? null : new Tid(header(back, oid).tid());
        return new DataRecord(new Oid(oid), new Tid(header.tid()), data, dataTid);
    }

    /** The header of the record of {@code oid} at {@code offset}. */
    DataRecordHeader header(long offset, long oid) {
        return read(offset, oid).header;
    }

    /** Where the record of the same object before the one at {@code offset} lies, 0 if there is none. */
    long previous(long offset, DataRecordHeader header) {
        long previous = header.previousOffset();
        if (previous != 0) {
            checkBefore(offset, previous, "pointer to the record before");
        }
        return previous;
    }

    /** The eight bytes at {@code offset}: a tid. */
    long number(long offset) {
        ByteBuffer buffer = BUFFER.get().clear().limit(Long.BYTES);
        read(buffer, offset, Long.BYTES);
        return buffer.getLong(0);
    }

    /** The data of the record of {@code oid} at {@code offset}, found through back pointers if need be; null if there is none. */
    byte @Nullable [] data(long offset, long oid) {
        return content(read(offset, oid));
    }

    /**
     * Where the current record of an object lies among those before {@code end}.
     *
     * @param tid revision that is asked for, for the message
     */
    long current(Oid oid, @Nullable Tid tid, long end) {
        long offset = currentOrNone(oid.value(), end);
        if (offset == 0) {
            throw new PosKeyException(oid, tid, "no such object in " + file.name());
        }
        return offset;
    }

    private long currentOrNone(long oid, long end) {
        long offset = index.get(oid);
        while (offset >= end) {
            offset = previous(offset, header(offset, oid));
        }
        return offset;
    }

    private byte[] data(Oid oid, @Nullable Tid tid, Found found) {
        byte[] data = content(found);
        if (data == null) {
            throw new PosKeyException(oid, tid, "object does not exist as of this revision in " + file.name());
        }
        return data;
    }

    /** Follows back pointers; each leads to a lower offset, so this ends. */
    private byte @Nullable [] content(Found start) {
        Found found = start;
        while (found.header.isBackPointer()) {
            long back = back(found);
            if (back == 0) {
                return null;
            }
            checkBefore(found.offset, back, "back pointer");
            found = read(back, found.header.oid());
        }
        byte[] data = new byte[Math.toIntExact(found.header.dataSize())];
        int buffered = Math.min(data.length, found.buffer.limit() - DataRecordHeader.BYTES);
        found.buffer.get(DataRecordHeader.BYTES, data, 0, buffered);
        if (buffered < data.length) {
            ByteBuffer rest = ByteBuffer.wrap(data, buffered, data.length - buffered);
            read(rest, found.offset + DataRecordHeader.BYTES + buffered, data.length - buffered);
        }
        return data;
    }

    private long back(Found found) {
        int end = DataRecordHeader.BYTES + DataRecordHeader.BACK_POINTER_BYTES;
        if (found.buffer.limit() < end) {
            throw tooShort(found.offset, end, found.buffer.limit());
        }
        return found.buffer.getLong(DataRecordHeader.BYTES);
    }

    private void checkBefore(long offset, long target, String pointer) {
        if (target < LogStructure.START || target >= offset) {
            throw new CorruptedStorageException(
                    file.name(), offset, pointer + " leads to " + Long.toUnsignedString(target));
        }
    }

    private Found read(long offset, long oid) {
        ByteBuffer buffer = BUFFER.get().clear();
        // No more, since the record last written may be that short.
        read(buffer, offset, DataRecordHeader.BYTES);
        buffer.flip();
        DataRecordHeader header = DataRecordHeader.read(buffer);
        boolean isPlausible = header.oid() == oid
                && header.versionSize() == 0
                && header.dataSize() >= 0
                && header.dataSize() <= Integer.MAX_VALUE
                && (header.dataSize() < LARGE_BYTES || header.endsWithin(offset, file.size()));
        if (!isPlausible) {
            throw new CorruptedStorageException(
                    file.name(),
                    offset,
                    "expected a record of oid " + new Oid(oid) + ", found one of oid " + new Oid(header.oid())
                            + " with " + Long.toUnsignedString(header.dataSize()) + " bytes");
        }
        return new Found(offset, header, buffer);
    }

    private void read(ByteBuffer target, long offset, int count) {
        int read = file.read(target, offset);
        if (read < count) {
            throw tooShort(offset, count, read);
        }
    }

    private CorruptedStorageException tooShort(long offset, int expected, int found) {
        return new CorruptedStorageException(
                file.name(), offset, "expected " + expected + " bytes, but the file has only " + found);
    }

    /** A record and what was read of it at once; the buffer is the thread's, and good until its next read. */
    private record Found(long offset, DataRecordHeader header, ByteBuffer buffer) {}
}
