package io.zrs.filestorage;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Up to 256 {@linkplain IndexPage pages} of the index in ascending order of their keys.
 *
 * <p>Threading: one writer; readers need no lock. A page at the end is appended in place, the count last; a page in between makes a new
 * block. A page is exchanged for a fuller one with release, so that a reader finds it whole.
 */
final class IndexBlock {
    /** Pages that a block can hold. */
    static final int SIZE = 256;

    private static final VarHandle PAGE = MethodHandles.arrayElementVarHandle(long[][].class);

    private final long[] keys = new long[SIZE];
    private final long[][] pages = new long[SIZE][];
    private volatile int count;

    /** A block of one page. */
    IndexBlock(long key, long[] page) {
        append(key, page);
    }

    private IndexBlock(IndexBlock source, int from, int to) {
        System.arraycopy(source.keys, from, keys, 0, to - from);
        System.arraycopy(source.pages, from, pages, 0, to - from);
        count = to - from;
    }

    int count() {
        return count;
    }

    long key(int i) {
        return keys[i];
    }

    long[] page(int i) {
        return (long[]) PAGE.getAcquire(pages, i);
    }

    /** Index of the page with this key, else {@code -1 - i} where {@code i} is the place where it belongs. */
    int find(long key) {
        int found = count;
        // Oids are numbered densely, so the keys of a block mostly follow each other.
        long guess = key - keys[0];
        return guess >= 0 && guess < found && keys[(int) guess] == key
                ? (int) guess
                : Arrays.binarySearch(keys, 0, found, key);
    }

    /** Exchanges a page for one that holds more. */
    void replace(int i, long[] page) {
        if (pages[i] != page) {
            PAGE.setRelease(pages, i, page);
        }
    }

    /** Adds a page behind all others; there must be room. */
    void append(long key, long[] page) {
        int end = count;
        keys[end] = key;
        pages[end] = page;
        count = end + 1;
    }

    /** A copy with one page more at {@code at}; there must be room. */
    IndexBlock inserted(int at, long key, long[] page) {
        IndexBlock copy = new IndexBlock(this, 0, at);
        copy.append(key, page);
        System.arraycopy(keys, at, copy.keys, at + 1, count - at);
        System.arraycopy(pages, at, copy.pages, at + 1, count - at);
        copy.count = count + 1;
        return copy;
    }

    /** A copy of the pages {@code from} to {@code to} (exclusive). */
    IndexBlock slice(int from, int to) {
        return new IndexBlock(this, from, to);
    }
}
