package io.zrs.testing.disk;

/**
 * A write to a file, or a truncation of it, that can be undone.
 *
 * <p>Threading: guarded by its {@link Disk}.
 */
final class ContentChange {
    static final byte[] NOTHING = {};

    final int position;

    /** Bytes that were written; 0 for a truncation. */
    final int length;

    final int sizeBefore;
    final int sizeAfter;

    /** What was overwritten, or cut off. */
    final byte[] before;

    /** What was written; only known once it has been undone. */
    byte[] after = NOTHING;

    ContentChange(int position, int length, int sizeBefore, int sizeAfter, byte[] before) {
        this.position = position;
        this.length = length;
        this.sizeBefore = sizeBefore;
        this.sizeAfter = sizeAfter;
        this.before = before;
    }

    boolean isTruncation() {
        return length == 0;
    }
}
