package io.zrs.filestorage;

import java.util.Arrays;

/**
 * Translates offsets of one log into those of another one that has the same bytes behind some place but for a few pieces that became longer or shorter: 16 bytes for each such piece.
 *
 * <p>Threading: confined to one thread.
 */
final class OffsetShifts {
    private static final int FIRST_SIZE = 8;

    private long[] offsets = new long[FIRST_SIZE];
    private long[] shifts = new long[FIRST_SIZE];
    private int size;

    /** From {@code offset}, which is higher than all before, on, the other log is {@code newOffset - offset} ahead. */
    void add(long offset, long newOffset) {
        long shift = newOffset - offset;
        if (size > 0 && shifts[size - 1] == shift) {
            return;
        }
        if (size == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * size);
            shifts = Arrays.copyOf(shifts, 2 * size);
        }
        offsets[size] = offset;
        shifts[size++] = shift;
    }

    /** The offset in the other log; not before the first one {@linkplain #add added}. */
    long translate(long offset) {
        int found = Arrays.binarySearch(offsets, 0, size, offset);
        return offset + shifts[found >= 0 ? found : -2 - found];
    }
}
