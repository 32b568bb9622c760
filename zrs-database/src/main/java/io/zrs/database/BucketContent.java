package io.zrs.database;

import io.zrs.pickle.PickleValue;
import java.math.BigInteger;

/**
 * What the keys or the values of a bucket are, as BTrees has them in memory: a state that is merged passes through this.
 *
 * <p>Threading: immutable. Source: BTrees, {@code *keymacros.h}, {@code *valuemacros.h}.
 */
sealed interface BucketContent {
    /** A key or value as it will be written. */
    PickleValue read(PickleValue value) throws UnmergeableException;

    /** Compares what was read; as {@link PickleOrder#compare}. */
    default int compare(PickleValue left, PickleValue right, PickleOrder order) throws UnmergeableException {
        return order.compare(left, right);
    }

    /** The content that a letter of the family's name stands for: {@code O}, {@code I}, {@code L}, {@code U}, {@code Q}, {@code F}, {@code f}, {@code s}. */
    static BucketContent of(char letter) {
        return switch (letter) {
            case 'O' -> new Objects();
            case 'I' -> Integers.signed(Integer.SIZE);
            case 'L' -> Integers.signed(Long.SIZE);
            case 'U' -> Integers.unsigned(Integer.SIZE);
            case 'Q' -> Integers.unsigned(Long.SIZE);
            case 'F' -> new Floats();
            case 'f' -> new FixedBytes(2);
            case 's' -> new FixedBytes(6);
            default -> throw new IllegalArgumentException("no content of BTrees: " + letter);
        };
    }

    /** Anything. */
    record Objects() implements BucketContent {
        @Override
        public PickleValue read(PickleValue value) {
            return value;
        }
    }

    /** Integers in a range. */
    record Integers(BigInteger min, BigInteger max) implements BucketContent {
        private static Integers signed(int bits) {
            BigInteger end = BigInteger.ONE.shiftLeft(bits - 1);
            return new Integers(end.negate(), end.subtract(BigInteger.ONE));
        }

        private static Integers unsigned(int bits) {
            return new Integers(BigInteger.ZERO, BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE));
        }

        @Override
        public PickleValue read(PickleValue value) throws UnmergeableException {
            BigInteger number = PickledIntegers.read(value);
            if (number.compareTo(min) < 0 || number.compareTo(max) > 0) {
                throw new UnmergeableException("an integer out of range: " + value);
            }
            return PickledIntegers.of(number);
        }
    }

    /** Floating point numbers of 32 bits. NaN is taken for equal to any. */
    record Floats() implements BucketContent {
        @Override
        public PickleValue read(PickleValue value) throws UnmergeableException {
            return new PickleValue.Floating(
                    value instanceof PickleValue.Floating number
                            ? (float) number.value()
                            : PickledIntegers.read(value).floatValue());
        }

        @Override
        public int compare(PickleValue left, PickleValue right, PickleOrder order) {
            double leftNumber = ((PickleValue.Floating) left).value();
            double rightNumber = ((PickleValue.Floating) right).value();
            return leftNumber < rightNumber ? -1 : leftNumber > rightNumber ? 1 : 0;
        }
    }

    /** A fixed number of bytes: each time a new object, as from BTrees, which a pickle then does not share. */
    record FixedBytes(int size) implements BucketContent {
        @Override
        public PickleValue read(PickleValue value) throws UnmergeableException {
            return value.asBytes()
                    .filter(bytes -> bytes.size() == size)
                    .map(PickleValue.Bytes::new)
                    .orElseThrow(() -> new UnmergeableException("not " + size + " bytes: " + value));
        }
    }
}
