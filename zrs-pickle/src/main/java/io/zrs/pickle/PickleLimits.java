package io.zrs.pickle;

import com.google.errorprone.annotations.Immutable;

/**
 * What one pickle, or one record of two pickles, may cost. Whatever a pickle announces is compared with the bytes that
 * are there before anything is allocated, so that memory is also bounded by a multiple of the input.
 *
 * @param sizeMax bytes of one pickle, read or written
 * @param depthMax nesting of containers and objects: {@code [[]]} has depth 2
 * @param valuesMax values put on the stack, since the last {@link PickleReader#reset()}
 * @param memoMax entries of the memo
 * @param integerSizeMax length of an integer: bytes in the binary forms, characters in the text forms, whose cost is
 *     quadratic; of floating point numbers and memo indexes in text as well
 */
@Immutable
public record PickleLimits(int sizeMax, int depthMax, int valuesMax, int memoMax, int integerSizeMax) {
    /** For records and index files: 1 GiB, depth 1,000, 10 million values, 4 million memo entries, 4 KiB integers. */
    public static final PickleLimits RECORD = new PickleLimits(1 << 30, 1_000, 10_000_000, 4_000_000, 4_096);

    /** For one message of a peer: 1 MiB, depth 100, 200,000 values, 100,000 memo entries, integers of 4 KiB. */
    public static final PickleLimits MESSAGE = new PickleLimits(1 << 20, 100, 200_000, 100_000, 4_096);

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public PickleLimits {
        if (sizeMax < 0 || depthMax < 0 || valuesMax < 0 || memoMax < 0 || integerSizeMax < 0) {
            throw new IllegalArgumentException("a negative limit");
        }
    }
}
