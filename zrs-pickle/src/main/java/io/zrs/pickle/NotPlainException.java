package io.zrs.pickle;

/**
 * A value cannot be written in a {@link PickleForm}: it holds a class, an object or a reference, contains itself, or
 * grows beyond the limits when what it shares is written out. Nothing was written.
 *
 * <p>Such a value can still be passed on opcode for opcode: {@link OpcodeRange}.
 */
public final class NotPlainException extends Exception {
    private static final long serialVersionUID = 1L;

    NotPlainException(PickleException cause) {
        super(cause.getMessage(), cause);
    }
}
