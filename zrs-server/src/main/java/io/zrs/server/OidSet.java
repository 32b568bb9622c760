package io.zrs.server;

import java.util.HashMap;
import java.util.Map;

/**
 * A set of oids that takes little memory: about a bit each where they are dense, as ZODB hands them out.
 *
 * <p>Threading: confined to one thread.
 */
final class OidSet {
    private static final int PAGE_SHIFT = 12;
    private static final int PAGE_BITS = 1 << PAGE_SHIFT;

    private final Map<Long, long[]> pages = new HashMap<>();
    private long count;

    /**
     * Puts an oid in.
     *
     * @return whether it was not in
     */
    boolean add(long oid) {
        long[] page = pages.computeIfAbsent(oid >>> PAGE_SHIFT, number -> new long[PAGE_BITS / Long.SIZE]);
        int word = (int) (oid & PAGE_BITS - 1) / Long.SIZE;
        long bit = 1L << oid; // of the lowest six bits
        if ((page[word] & bit) != 0) {
            return false;
        }
        page[word] |= bit;
        count++;
        return true;
    }

    long count() {
        return count;
    }
}
