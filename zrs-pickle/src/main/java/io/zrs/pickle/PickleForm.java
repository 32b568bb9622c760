package io.zrs.pickle;

/**
 * How the Python versions pickle: the plain values of a transaction's extension and of the replication stream
 * ({@link PickleWriter}), and records ({@link RecordWriter}). Threading: immutable.
 */
public enum PickleForm {
    /**
     * Python 3 in a {@code Data.fs}: protocol 3; dictionaries, lists, tuples but the empty one, text and bytes are put
     * into the memo, numbered from 0. Text of no or one Latin-1 character and bytes of length 0 or 1 exist once in
     * Python, so that the second one refers to the first.
     */
    PYTHON3_STORED,
    /**
     * Python 2 in a {@code Data.fs}: protocol 1; the memo is numbered from 1. Dictionaries and lists are put into it, and
     * in records whatever can be shared: Python leaves out some of that, depending on its reference counts.
     */
    PYTHON2_STORED,
    /** Python 3 on the wire: protocol 1 without memo; bytes are a call of {@code _codecs.encode} or {@code bytes}. */
    PYTHON3_WIRE,
    /** Python 2 on the wire: protocol 1 without memo. */
    PYTHON2_WIRE;

    boolean isPython3() {
        return this == PYTHON3_STORED || this == PYTHON3_WIRE;
    }

    boolean isStored() {
        return this == PYTHON3_STORED || this == PYTHON2_STORED;
    }
}
