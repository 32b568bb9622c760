package io.zrs.filestorage;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * A set of oids, each with a second mark that says that it has been looked at. Half a byte for each of densely numbered oids, about 140 bytes for one that is alone among 256, and up to 8 MiB.
 *
 * <p>Threading: confined to one thread.
 */
final class MarkedObjects {
    private static final int PAGE_SHIFT = 8;
    private static final int WORDS = (1 << PAGE_SHIFT) / Long.SIZE;

    /** Of the array, which is quicker than the map. */
    private static final int DENSE_PAGES_MAX = 1 << 20;

    private static final long[] NONE = new long[0];

    /** By the upper bits of the oid, as long as they are low: four words of first marks, four of second ones. */
    private long[][] dense = {NONE};
    /** The other pages. */
    private final Map<Long, long[]> sparse = new HashMap<>();

    private long size;

    /** Number of oids. */
    long size() {
        return size;
    }

    boolean contains(long oid) {
        long[] page = page(oid);
        return page != NONE && (page[word(oid)] & bit(oid)) != 0;
    }

    /** Adds an oid; false if it is there. */
    boolean add(long oid) {
        long[] page = page(oid);
        if (page == NONE) {
            page = newPage(oid >>> PAGE_SHIFT);
        }
        if ((page[word(oid)] & bit(oid)) != 0) {
            return false;
        }
        page[word(oid)] |= bit(oid);
        size++;
        return true;
    }

    /** Gives an oid of the set its second mark. */
    void setSeen(long oid) {
        page(oid)[WORDS + word(oid)] |= bit(oid);
    }

    /** Shows the oids without a second mark, in no particular order, as long as the answer is true. The answering may set the mark of the oid shown. */
    void forEachUnseen(LongPredicate visitor) {
        boolean goesOn = true;
        for (int key = 0; goesOn && key < dense.length; key++) {
            long[] page = dense[key];
            goesOn = page == NONE || showUnseen(key, page, visitor);
        }
        for (Iterator<Map.Entry<Long, long[]>> pages = sparse.entrySet().iterator(); goesOn && pages.hasNext(); ) {
            Map.Entry<Long, long[]> entry = pages.next();
            goesOn = showUnseen(entry.getKey(), entry.getValue(), visitor);
        }
    }

    private static boolean showUnseen(long key, long[] page, LongPredicate visitor) {
        for (int word = 0; word < WORDS; word++) {
            long unseen = page[word] & ~page[WORDS + word];
            while (unseen != 0) {
                long suffix = (long) word * Long.SIZE + Long.numberOfTrailingZeros(unseen);
                if (!visitor.test(key << PAGE_SHIFT | suffix)) {
                    return false;
                }
                unseen &= unseen - 1;
            }
        }
        return true;
    }

    private long[] page(long oid) {
        long key = oid >>> PAGE_SHIFT;
        if (key < dense.length) {
            return dense[(int) key];
        }
        return key < DENSE_PAGES_MAX ? NONE : sparse.getOrDefault(key, NONE);
    }

    private long[] newPage(long key) {
        long[] page = new long[2 * WORDS];
        if (key >= DENSE_PAGES_MAX) {
            sparse.put(key, page);
            return page;
        }
        if (key >= dense.length) {
            int oldLength = dense.length;
            dense = Arrays.copyOf(dense, 2 * Integer.highestOneBit((int) key));
            Arrays.fill(dense, oldLength, dense.length, NONE);
        }
        dense[(int) key] = page;
        return page;
    }

    private static int word(long oid) {
        return (int) (oid >>> 6) & (WORDS - 1);
    }

    private static long bit(long oid) {
        return 1L << oid;
    }
}
