package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * A pickle's memo: from entry numbers, 0 to 2^63 - 1, to longs that are not negative. Numbers in sequence, which is what
 * picklers write, live in an array; its length is bounded by the number of entries, whatever numbers a hostile pickle
 * chooses.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class LongMemo {
    /** What {@link #get} answers for an entry that is not there. */
    static final long ABSENT = -1;

    private static final int SLACK = 1_024;

    private long[] dense = new long[0];
    private int denseEnd;
    private final Map<Long, Long> sparse = new HashMap<>();
    private int size;

    /** Number of entries. */
    int size() {
        return size;
    }

    /** The entry {@code key}, or {@link #ABSENT}. */
    long get(long key) {
        if (key >= 0 && key < denseEnd && dense[(int) key] != ABSENT) {
            return dense[(int) key];
        }
        return sparse.isEmpty() ? ABSENT : sparse.getOrDefault(key, ABSENT);
    }

    /** Sets the entry {@code key}; {@code cursor} tells where, if that is one more than {@code sizeMax}. */
    void put(long key, long value, int sizeMax, OpcodeCursor cursor) throws PickleException {
        if (get(key) == ABSENT) {
            if (size >= sizeMax) {
                throw cursor.failure(Kind.MEMO_LIMIT, "more than " + sizeMax + " memo entries");
            }
            size++;
        }
        if (key <= 2L * size + SLACK && (sparse.isEmpty() || !sparse.containsKey(key))) {
            putDense((int) key, value);
        } else {
            sparse.put(key, value);
        }
    }

    /** Forgets all entries. */
    void clear() {
        if (dense.length > 1 << 16) {
            dense = new long[0];
        } else {
            Arrays.fill(dense, 0, denseEnd, ABSENT);
        }
        denseEnd = 0;
        sparse.clear();
        size = 0;
    }

    private void putDense(int key, long value) {
        if (key >= dense.length) {
            int old = dense.length;
            dense = Arrays.copyOf(dense, Math.max(16, Math.max(key + 1, 2 * old)));
            Arrays.fill(dense, old, dense.length, ABSENT);
        }
        dense[key] = value;
        denseEnd = Math.max(denseEnd, key + 1);
    }
}
