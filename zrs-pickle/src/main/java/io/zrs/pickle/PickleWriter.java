package io.zrs.pickle;

/**
 * Writes plain values (None, booleans, numbers, text, bytes, tuples, lists, dictionaries, and calls that stand for
 * bytes) exactly as Python's C pickler does in one {@link PickleForm}.
 *
 * <p>A value read from the other Python version is written as that version takes it: Python 3 reads Python 2's
 * {@code str} as text if it is ASCII, else as bytes; Python 2 reads bytes as {@code str}. What is shared is written out
 * each time, as Python's stream does. Dictionaries keep their order.
 *
 * <p>Threading: thread-safe.
 *
 * <p>Source: CPython, {@code _pickle.c} and {@code cPickle.c}, as observed.
 */
public final class PickleWriter {
    private final PickleForm form;
    private final PickleLimits limits;

    /** A writer that keeps to the size and depth of {@code limits}. */
    public PickleWriter(PickleForm form, PickleLimits limits) {
        this.form = form;
        this.limits = limits;
    }

    /**
     * A complete pickle of {@code value}, owned by the caller.
     *
     * @throws NotPlainException if the value is not plain, contains itself, or is beyond the limits
     */
    public byte[] pickle(PickleValue value) throws NotPlainException {
        OpcodeSink sink = new OpcodeSink(limits.sizeMax());
        try {
            ValueWriter.ofPlainValues(form, limits, sink).pickle(value);
        } catch (PickleException e) {
            throw new NotPlainException(e);
        }
        return sink.toByteArray();
    }

    /**
     * The same without {@code PROTO} and {@code STOP}, to stand inside another pickle.
     *
     * @throws NotPlainException if the value is not plain, contains itself, or is beyond the limits
     */
    public byte[] opcodes(PickleValue value) throws NotPlainException {
        OpcodeSink sink = new OpcodeSink(limits.sizeMax());
        try {
            ValueWriter.ofPlainValues(form, limits, sink).opcodes(value);
        } catch (PickleException e) {
            throw new NotPlainException(e);
        }
        return sink.toByteArray();
    }
}
