package io.zrs.database;

import org.jspecify.annotations.Nullable;

/** Python's two kinds of numbers in Java: {@link Long} and {@link Double}. What does not fit is a {@code BigInteger}. */
final class PythonNumbers {
    private PythonNumbers() {}

    /** What {@code value} will be when it is read again: integers of 8 to 32 bits as {@link Long}, floats as {@link Double}. */
    static @Nullable Object normalised(@Nullable Object value) {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        return value instanceof Float number ? Double.valueOf(number) : value;
    }
}
