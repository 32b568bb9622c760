package io.zrs.filestorage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The positions of up to 256 neighbouring oids, in a {@code long[]} of one of two shapes, told apart by the length.
 *
 * <pre>
 * length 256           slot s holds the position of suffix s, 0 if there is none
 * length 1, 2, 4..32   entries suffix:u16 position:u48, ascending, then zeros
 * </pre>
 *
 * <p>Methods that change a page return the page to use from now on: the same array, or a bigger copy.
 *
 * <p>Threading: one writer; readers need no lock. A slot is written whole and once its value is final, with release; an entry goes into the
 * first free slot, else into a copy that no reader has seen yet. So each state of an array that a reader can see is a valid page.
 */
final class IndexPage {
    /** Oids that share a page. */
    static final int SIZE = 256;

    /** An object on the emptiest page of the other shape costs about as much as one that is alone on its page. */
    private static final int SMALL_SIZE_MAX = 32;

    private static final int SUFFIX_SHIFT = 48;
    private static final long POSITION_MASK = (1L << SUFFIX_SHIFT) - 1;
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);

    private IndexPage() {}

    static long[] of(int suffix, long position) {
        return new long[] {entry(suffix, position)};
    }

    /** The position of {@code suffix} (0 to 255), 0 if there is none. */
    static long get(long[] page, int suffix) {
        if (page.length == SIZE) {
            return slot(page, suffix);
        }
        int i = lowerBound(page, suffix);
        long entry = i < page.length ? slot(page, i) : 0;
        return entry >>> SUFFIX_SHIFT == suffix ? entry & POSITION_MASK : 0;
    }

    /** The smallest suffix from {@code suffix} on that has a position, -1 if there is none. */
    static int next(long[] page, int suffix) {
        if (page.length == SIZE) {
            int s = suffix;
            while (s < SIZE && slot(page, s) == 0) {
                s++;
            }
            return s < SIZE ? s : -1;
        }
        int i = lowerBound(page, suffix);
        long entry = i < page.length ? slot(page, i) : 0;
        return entry == 0 ? -1 : (int) (entry >>> SUFFIX_SHIFT);
    }

    /** Sets the position of {@code suffix}. */
    static long[] put(long[] page, int suffix, long position) {
        if (page.length == SIZE) {
            SLOT.setRelease(page, suffix, position);
            return page;
        }
        int i = lowerBound(page, suffix);
        if (i < page.length && (page[i] == 0 || page[i] >>> SUFFIX_SHIFT == suffix)) {
            SLOT.setRelease(page, i, entry(suffix, position));
            return page;
        }
        return page.length == SMALL_SIZE_MAX && page[SMALL_SIZE_MAX - 1] != 0
                ? spreadOut(page, suffix, position)
                : inserted(page, i, entry(suffix, position));
    }

    private static long[] inserted(long[] page, int at, long entry) {
        boolean full = page[page.length - 1] != 0;
        long[] copy = Arrays.copyOf(page, full ? 2 * page.length : page.length);
        System.arraycopy(page, at, copy, at + 1, full ? page.length - at : page.length - at - 1);
        copy[at] = entry;
        return copy;
    }

    private static long[] spreadOut(long[] page, int suffix, long position) {
        long[] copy = new long[SIZE];
        for (long entry : page) {
            copy[(int) (entry >>> SUFFIX_SHIFT)] = entry & POSITION_MASK;
        }
        copy[suffix] = position;
        return copy;
    }

    /** Index of the first entry that is free or has at least this suffix, the length if there is none. */
    private static int lowerBound(long[] page, int suffix) {
        int low = 0;
        int high = page.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            long entry = slot(page, middle);
            if (entry != 0 && entry >>> SUFFIX_SHIFT < suffix) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static long entry(int suffix, long position) {
        return (long) suffix << SUFFIX_SHIFT | position;
    }

    private static long slot(long[] page, int i) {
        return (long) SLOT.getAcquire(page, i);
    }
}
