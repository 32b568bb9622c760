package io.zrs.filestorage;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the records of the open transaction lie: 16 bytes each.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class PendingRecords {
    private static final int CHUNK_RECORDS = 1 << 10;
    private static final int FIRST_CHUNK_RECORDS = 1 << 4;

    private final List<long[]> full = new ArrayList<>();
    private long[] last = new long[2 * FIRST_CHUNK_RECORDS];
    private int lastCount;

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
            put(chunk, chunk.length, index);
        }
        put(last, lastCount, index);
    }

    private static void put(long[] chunk, int count, ObjectIndex index) {
        for (int i = 0; i < count; i += 2) {
            index.put(chunk[i], chunk[i + 1]);
        }
    }
}
