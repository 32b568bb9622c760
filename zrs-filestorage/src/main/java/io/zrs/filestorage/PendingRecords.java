package io.zrs.filestorage;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the records of the open transaction lie: 16 bytes each, more if it undoes several transactions.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class PendingRecords {
    private static final int CHUNK_RECORDS = 1 << 10;
    private static final int FIRST_CHUNK_RECORDS = 1 << 4;

    private final List<long[]> full = new ArrayList<>();
    private long[] last = new long[2 * FIRST_CHUNK_RECORDS];
    private int lastCount;

    /** Where the last record of each object lies; behind by what was added since {@link #lastOffsets} was called. */
    private @Nullable ObjectIndex lastOffsets;

    private int indexedChunks;
    private int indexedCount;

    void add(long oid, long offset) {
        if (lastCount == last.length) {
            full.add(last);
            last = new long[2 * CHUNK_RECORDS];
            lastCount = 0;
        }
        last[lastCount++] = oid;
        last[lastCount++] = offset;
    }

    /** Enters the records, in their order, so that the last one of each object stays. */
    void putInto(ObjectIndex index) {
        for (long[] chunk : full) {
            put(chunk, 0, chunk.length, index);
        }
        put(last, 0, lastCount, index);
    }

    /**
     * Where the last record of each object lies among those added so far. What is added later appears there with the next call.
     *
     * <p>Takes as much memory again as the records, or more, so it is made only when needed.
     */
    ObjectIndex lastOffsets() {
        ObjectIndex offsets = lastOffsets == null ? new ObjectIndex() : lastOffsets;
        while (indexedChunks < full.size()) {
            long[] chunk = full.get(indexedChunks++);
            put(chunk, indexedCount, chunk.length, offsets);
            indexedCount = 0;
        }
        put(last, indexedCount, lastCount, offsets);
        indexedCount = lastCount;
        lastOffsets = offsets;
        return offsets;
    }

    private static void put(long[] chunk, int from, int to, ObjectIndex index) {
        for (int i = from; i < to; i += 2) {
            index.put(chunk[i], chunk[i + 1]);
        }
    }
}
