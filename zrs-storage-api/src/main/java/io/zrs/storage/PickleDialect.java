package io.zrs.storage;

/** The Python version whose pickles a storage holds. Files and streams record it, since neither Python reads all that the other writes. */
public enum PickleDialect {
    /** Byte strings are {@code str}. */
    PYTHON2,
    /** Byte strings are {@code bytes}. */
    PYTHON3
}
