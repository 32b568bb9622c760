package io.zrs.pickle;

/**
 * Bytes are no pickle, values cannot be pickled, or either is beyond a limit. When reading, the message names the offset
 * from where reading began.
 *
 * <p>Checked, because whoever reads pickles knows better where they came from: a peer, a file, an index that can be
 * made again; and whoever writes them, which object the values stand for.
 */
public final class PickleException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Kind {
        /** The bytes end before the pickle does. */
        TRUNCATED,
        /** An opcode that no protocol up to 5 has. */
        UNKNOWN_OPCODE,
        /** {@code PROTO} with a number above 5. */
        UNSUPPORTED_PROTOCOL,
        /** {@code NEXT_BUFFER} or {@code READONLY_BUFFER}: the data would have to come from outside the pickle. */
        OUT_OF_BAND_BUFFER,
        /** An opcode takes more values than there are above the last mark. */
        STACK_UNDERFLOW,
        /** An opcode needs a mark, and there is none. */
        NO_MARK,
        /** An opcode got a value that it cannot work with, such as {@code APPEND} to a number. */
        BAD_OPERAND,
        /** {@code GET} of a memo entry that was never put. */
        BAD_MEMO_REFERENCE,
        /** An argument is no number, no UTF-8, no quoted string. */
        MALFORMED_ARGUMENT,
        /** A persistent reference of none of the forms that ZODB knows. */
        UNKNOWN_REFERENCE,
        /** A value that the {@link PickleForm} has no opcodes for. */
        UNWRITABLE,
        /** Longer than {@link PickleLimits#sizeMax()}. */
        SIZE_LIMIT,
        /** Nested deeper than {@link PickleLimits#depthMax()}. */
        DEPTH_LIMIT,
        /** More values than {@link PickleLimits#valuesMax()}. */
        VALUES_LIMIT,
        /** More memo entries than {@link PickleLimits#memoMax()}. */
        MEMO_LIMIT,
        /** An integer longer than {@link PickleLimits#integerSizeMax()}. */
        INTEGER_LIMIT
    }

    private final Kind kind;

    PickleException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }
}
