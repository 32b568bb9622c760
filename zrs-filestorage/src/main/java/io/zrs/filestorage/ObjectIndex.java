package io.zrs.filestorage;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Where in the file the current record of each object lies.
 *
 * <p>A sorted tree of fixed height: the directory knows the first key of each {@link IndexBlock}, a block has up to 256 {@link IndexPage}s,
 * a page has the positions of up to 256 neighbouring oids. Densely numbered oids cost 8.2 bytes each and are found without searching; an oid
 * that is alone on its page costs about 60, whatever the oids are, and is found by two binary searches.
 *
 * <p>Threading: one thread at a time may call {@link #put}, any number may read meanwhile, without locks. A {@code put} that has returned is
 * found by every read that begins later; a read at the same time finds the old position or the new one, never a mixture, and never loses
 * an object that was there. This holds because all that readers follow (directory, block, page, slot) is one reference or one
 * {@code long}, written with release when what it leads to is complete, and read with acquire.
 */
final class ObjectIndex {
    /** One more than the greatest file position that a file of ZODB's index can name. */
    static final long POSITION_LIMIT = 1L << 48;

    private static final int PAGE_SHIFT = 8;
    private static final int SUFFIX_MASK = IndexPage.SIZE - 1;
    private static final VarHandle BLOCK = MethodHandles.arrayElementVarHandle(IndexBlock[].class);

    private volatile Directory directory = Directory.EMPTY;

    // Not volatile: a fence for each object would cost as much as finding its place.
    private long size;
    private long highestOid;

    /** Position of the current record of {@code oid}, 0 if there is none. */
    long get(long oid) {
        long key = oid >>> PAGE_SHIFT;
        Directory current = directory;
        if (current.count() == 0) {
            return 0;
        }
        IndexBlock block = current.block(current.find(key));
        int i = block.find(key);
        return i < 0 ? 0 : IndexPage.get(block.page(i), (int) oid & SUFFIX_MASK);
    }

    /**
     * Sets the position of an object, in place of the one it had.
     *
     * @param position 1 to 2<sup>48</sup> - 1
     * @return the position that it had, 0 if there was none
     */
    @CanIgnoreReturnValue
    long put(long oid, long position) {
        if (position <= 0 || position >= POSITION_LIMIT) {
            throw new IllegalArgumentException(
                    "position " + position + " is not between 1 and " + (POSITION_LIMIT - 1));
        }
        long previous = putPage(oid >>> PAGE_SHIFT, (int) oid & SUFFIX_MASK, position);
        if (previous == 0) {
            highestOid = Long.compareUnsigned(oid, highestOid) > 0 ? oid : highestOid;
            size++;
        }
        return previous;
    }

    /** Number of objects. Threading: as {@link #put}. */
    long size() {
        return size;
    }

    /** The highest oid (unsigned) that has a position, 0 if there is none. Threading: as {@link #put}. */
    long highestOid() {
        return highestOid;
    }

    /** Stands before the first oid, in unsigned order, that is not lower than {@code oid}; objects added meanwhile may or may not be met. */
    Cursor from(long oid) {
        return new Cursor(oid);
    }

    /** Bytes of the arrays and objects that make up this index, references counted as 8 bytes. */
    long retainedBytes() {
        Directory current = directory;
        long bytes = arrayBytes(current.firstKeys.length) + arrayBytes(current.blocks.length);
        for (int b = 0; b < current.count(); b++) {
            IndexBlock block = current.block(b);
            bytes += 2 * arrayBytes(IndexBlock.SIZE) + 32;
            for (int i = 0; i < block.count(); i++) {
                bytes += arrayBytes(block.page(i).length);
            }
        }
        return bytes;
    }

    private static long arrayBytes(int length) {
        return 16 + 8L * length;
    }

    private long putPage(long key, int suffix, long position) {
        Directory current = directory;
        if (current.count() == 0) {
            directory = new Directory(
                    new long[] {0}, new IndexBlock[] {new IndexBlock(key, IndexPage.of(suffix, position))});
            return 0;
        }
        int b = current.find(key);
        IndexBlock block = current.block(b);
        int i = block.find(key);
        if (i < 0) {
            insert(current, b, -1 - i, key, IndexPage.of(suffix, position));
            return 0;
        }
        long[] page = block.page(i);
        long previous = IndexPage.get(page, suffix);
        block.replace(i, IndexPage.put(page, suffix, position));
        return previous;
    }

    private void insert(Directory current, int b, int at, long key, long[] page) {
        IndexBlock block = current.block(b);
        if (block.count() < IndexBlock.SIZE) {
            if (at == block.count()) {
                block.append(key, page);
            } else {
                current.replace(b, block.inserted(at, key, page));
            }
        } else if (at == IndexBlock.SIZE && b == current.count() - 1) {
            // Only the last block is left full, as oids in ascending order want it; elsewhere that could leave blocks
            // nearly empty.
            directory = current.split(b, block, new IndexBlock(key, page), key);
        } else {
            int half = IndexBlock.SIZE / 2;
            IndexBlock left = block.slice(0, half);
            IndexBlock right = block.slice(half, IndexBlock.SIZE);
            if (at <= half) {
                left = left.inserted(at, key, page);
            } else {
                right = right.inserted(at - half, key, page);
            }
            directory = current.split(b, left, right, right.key(0));
        }
    }

    /** Walks the objects in ascending order of their oids. Threading: confined to one thread, which need not be the writer. */
    final class Cursor {
        private long next;
        private boolean ended;
        private long oid;
        private long position;

        private Cursor(long from) {
            next = from;
        }

        /** Steps to the next object; false if there is none. */
        boolean next() {
            if (ended || !seek()) {
                ended = true;
                return false;
            }
            next = oid + 1;
            ended = next == 0;
            return true;
        }

        /** Oid of the object that {@link #next()} has found. */
        long oid() {
            return oid;
        }

        /** Its position. */
        long position() {
            return position;
        }

        private boolean seek() {
            long key = next >>> PAGE_SHIFT;
            int suffix = (int) next & SUFFIX_MASK;
            Directory current = directory;
            int b = current.count() == 0 ? 0 : current.find(key);
            for (; b < current.count(); b++) {
                IndexBlock block = current.block(b);
                int i = block.find(key);
                if (i < 0) {
                    i = -1 - i;
                    suffix = 0;
                }
                for (int end = block.count(); i < end; i++) {
                    long[] page = block.page(i);
                    int found = IndexPage.next(page, suffix);
                    if (found >= 0) {
                        oid = block.key(i) << PAGE_SHIFT | found;
                        position = IndexPage.get(page, found);
                        return true;
                    }
                    suffix = 0;
                }
            }
            return false;
        }
    }

    /** The blocks in order. Splitting a block makes a new directory; exchanging one does not. */
    private static final class Directory {
        static final Directory EMPTY = new Directory(new long[0], new IndexBlock[0]);

        private final long[] firstKeys;
        private final IndexBlock[] blocks;

        /** Block {@code i} is for the keys from {@code firstKeys[i]} on; the first of them is 0. */
        Directory(long[] firstKeys, IndexBlock[] blocks) {
            this.firstKeys = firstKeys;
            this.blocks = blocks;
        }

        int count() {
            return blocks.length;
        }

        IndexBlock block(int i) {
            return (IndexBlock) BLOCK.getAcquire(blocks, i);
        }

        /** Index of the block that is for {@code key}. */
        int find(long key) {
            // Right at once where all pages of all blocks before are there, as with densely numbered oids.
            int guess = (int) Math.min(key / IndexBlock.SIZE, blocks.length - 1);
            if (firstKeys[guess] <= key && (guess == blocks.length - 1 || key < firstKeys[guess + 1])) {
                return guess;
            }
            int found = Arrays.binarySearch(firstKeys, key);
            return found >= 0 ? found : -2 - found;
        }

        void replace(int i, IndexBlock block) {
            BLOCK.setRelease(blocks, i, block);
        }

        Directory split(int i, IndexBlock left, IndexBlock right, long rightKey) {
            long[] keys = Arrays.copyOf(firstKeys, firstKeys.length + 1);
            IndexBlock[] copy = Arrays.copyOf(blocks, blocks.length + 1);
            System.arraycopy(firstKeys, i + 1, keys, i + 2, firstKeys.length - i - 1);
            System.arraycopy(blocks, i + 1, copy, i + 2, blocks.length - i - 1);
            keys[i + 1] = rightKey;
            copy[i] = left;
            copy[i + 1] = right;
            return new Directory(keys, copy);
        }
    }
}
