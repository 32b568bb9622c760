package io.zrs.database;

/**
 * Python's {@code complex}.
 *
 * <p>Threading: immutable.
 */
public record Complex(double real, double imaginary) {
    /** As Python prints it: {@code (1-2j)}. */
    @Override
    public String toString() {
        return PythonRepr.of(this);
    }
}
