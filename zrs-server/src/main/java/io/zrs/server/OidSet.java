package io.zrs.server;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;

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

    boolean contains(long oid) {
        long[] page = pages.get(oid >>> PAGE_SHIFT);
        return page != null && (page[(int) (oid & PAGE_BITS - 1) / Long.SIZE] & 1L << oid) != 0;
    }

    /** Passes on all oids, from the smallest to the largest. */
    void forEach(LongConsumer oids) {
        pages.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            long first = entry.getKey() << PAGE_SHIFT;
            BitSet.valueOf(entry.getValue()).stream().forEach(bit -> oids.accept(first + bit));
        });
    }

    long count() {
        return count;
    }
}
