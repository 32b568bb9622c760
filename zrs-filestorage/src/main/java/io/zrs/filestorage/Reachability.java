package io.zrs.filestorage;

import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.RecordScanner;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Oid;
import io.zrs.storage.PackException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the objects that can be reached at a moment of the past.
 *
 * <p>Breadth first: what one round finds is sorted by its place in the file before it is read. The list of a round has a greatest length; objects that do not fit are found
 * again by their marks. So this takes half a byte for each object, and 16 bytes for each on the longest list.
 *
 * <p>Threading: confined to one thread.
 */
final class Reachability {
    private static final int ROUND_MIN = 1 << 8;
    private static final int MISSING_MAX = 10;
    private static final int DENSE_BYTES = 1 << 16;
    private static final int SPARSE_BYTES = 1 << 12;
    /** If records lie further apart than this, reading what is between them takes longer than a second read. */
    private static final int GAP_BYTES = 1 << 14;

    private final Generation log;
    private final PastIndex past;
    private final PackProgress progress;
    private final int roundMax;
    private final LogReader dense;
    private final LogReader sparse;
    private final RecordScanner scanner = new RecordScanner(PickleLimits.RECORD);
    private final MarkedObjects marked = new MarkedObjects();
    private final List<String> missing = new ArrayList<>();

    private long[] round = new long[ROUND_MIN];
    private int roundSize;
    private boolean isOverflown;
    private long scannedCount;

    /**
     * Nothing is marked yet.
     *
     * @param end where the part of the log ends that is read
     * @param roundMax the greatest length of a list
     */
    Reachability(Generation log, PastIndex past, long end, PackProgress progress, int roundMax) {
        this.log = log;
        this.past = past;
        this.progress = progress;
        this.roundMax = roundMax;
        this.dense = new LogReader(log.file(), ByteBuffer.allocate(DENSE_BYTES), end);
        this.sparse = new LogReader(log.file(), ByteBuffer.allocate(SPARSE_BYTES), end);
    }

    /** Whether the object is marked. */
    boolean contains(long oid) {
        return marked.contains(oid);
    }

    /**
     * Marks all that can be reached from the root.
     *
     * @throws PackException if a marked object refers to one that does not exist
     */
    void markFromRoot() {
        if (past.get(0) == 0) {
            throw new PackException(
                    log.file().name() + " has no root object, so nothing can be reached; packing without"
                            + " garbage collection is possible");
        }
        mark(0, null);
        markAll();
        if (!missing.isEmpty()) {
            throw new PackException("in " + log.file().name() + " objects refer to others that do not exist: "
                    + String.join(", ", missing) + "; packing without garbage collection does not look at references");
        }
    }

    /** Marks what a record refers to, as far as it exists; what that refers to is marked by {@link #markRest}. A record that is no pickle refers to nothing. */
    void markReferences(ByteBuffer data) {
        try {
            scanner.references(data, oid -> mark(oid, null));
        } catch (PickleException e) {
            // Whoever wrote it had no need of an object that nothing else refers to.
            return;
        }
    }

    /** Marks all that can be reached from what is marked, as far as it exists. */
    void markRest() {
        markAll();
        missing.clear();
    }

    private void mark(long oid, @Nullable Oid referrer) {
        if (marked.contains(oid)) {
            return;
        }
        long offset = past.get(oid);
        if (offset != 0) {
            marked.add(oid);
            queue(oid, offset);
        } else if (referrer != null && !past.isWrittenLater(oid) && missing.size() < MISSING_MAX) {
            missing.add(referrer + " to " + new Oid(oid));
        }
    }

    private boolean queue(long oid, long offset) {
        if (roundSize == roundMax) {
            isOverflown = true;
            return false;
        }
        if (roundSize == round.length) {
            round = Arrays.copyOf(round, 2 * roundSize);
        }
        round[roundSize++] = offset;
        marked.setSeen(oid);
        return true;
    }

    private void markAll() {
        while (roundSize > 0) {
            long[] offsets = Arrays.copyOf(round, roundSize);
            roundSize = 0;
            Arrays.sort(offsets);
            long distance = (offsets[offsets.length - 1] - offsets[0]) / offsets.length;
            LogReader reader = distance < GAP_BYTES && offsets.length > 1 ? dense : sparse;
            for (long offset : offsets) {
                scan(reader, offset);
                progress.advance(++scannedCount);
            }
            if (roundSize == 0 && isOverflown) {
                isOverflown = false;
                marked.forEachUnseen(oid -> queue(oid, past.get(oid)));
            }
        }
    }

    private void scan(LogReader reader, long offset) {
        DataRecordHeader record = reader.record(offset);
        Oid oid = new Oid(record.oid());
        try {
            ByteBuffer data = data(reader, offset, record);
            if (data != null) {
                scanner.references(data, referred -> mark(referred, oid));
            }
        } catch (PickleException e) {
            throw new CorruptedStorageException(
                    log.file().name(), offset, "the references of oid " + oid + " cannot be read: " + e.getMessage());
        }
    }

    private @Nullable ByteBuffer data(LogReader reader, long offset, DataRecordHeader record) {
        if (record.isBackPointer()) {
            byte[] data = log.loader().data(offset, record.oid());
            return data == null ? null : ByteBuffer.wrap(data);
        }
        if (record.dataSize() > PickleLimits.RECORD.sizeMax()) {
            throw new CorruptedStorageException(
                    log.file().name(), offset, "data record of " + record.dataSize() + " bytes is too large");
        }
        return reader.data(offset + DataRecordHeader.BYTES, (int) record.dataSize());
    }
}
