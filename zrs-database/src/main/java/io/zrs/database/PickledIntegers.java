package io.zrs.database;

import io.zrs.pickle.PickleValue;
import java.math.BigInteger;

/** Python's integers of any size, out of pickles and for them. */
final class PickledIntegers {
    private PickledIntegers() {}

    /** The number that {@code value} is; True is 1. */
    static BigInteger read(PickleValue value) throws UnmergeableException {
        if (value instanceof PickleValue.Int number) {
            return BigInteger.valueOf(number.value());
        }
        if (value instanceof PickleValue.LongInt number) {
            return number.value();
        }
        if (value instanceof PickleValue.Bool truth) {
            return truth.value() ? BigInteger.ONE : BigInteger.ZERO;
        }
        throw new UnmergeableException("no integer: " + value);
    }

    /** The shortest form, which both versions of Python write for numbers of up to 64 bits. */
    static PickleValue of(BigInteger number) {
        return number.bitLength() < Long.SIZE
                ? new PickleValue.Int(number.longValue())
                : new PickleValue.LongInt(number);
    }
}
