package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import java.util.Arrays;

/**
 * The heights of a pickle's stack at which its {@code MARK}s stand.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class Marks {
    private static final int KEPT = 1 << 12;

    private int[] heights = new int[8];
    private int count;

    /** Puts a mark at {@code height}. */
    void set(int height) {
        if (count == heights.length) {
            heights = Arrays.copyOf(heights, 2 * count);
        }
        heights[count++] = height;
    }

    /** The height of the last mark, below which nothing may be taken from the stack; 0 if there is none. */
    int last() {
        return count == 0 ? 0 : heights[count - 1];
    }

    /** Removes the last mark and returns its height. */
    int remove(OpcodeCursor cursor) throws PickleException {
        if (count == 0) {
            throw cursor.failure(Kind.NO_MARK, "no mark on the stack");
        }
        return heights[--count];
    }

    /** Removes the last mark if it stands at {@code height}, and tells whether it did. */
    boolean removeAt(int height) {
        if (count == 0 || heights[count - 1] != height) {
            return false;
        }
        count--;
        return true;
    }

    /** Whether there is no mark. */
    boolean isEmpty() {
        return count == 0;
    }

    /** Removes all marks. */
    void clear() {
        count = 0;
        if (heights.length > KEPT) {
            heights = new int[8];
        }
    }
}
