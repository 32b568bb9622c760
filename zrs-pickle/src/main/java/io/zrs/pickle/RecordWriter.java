package io.zrs.pickle;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes ZODB records: a pickle of the class metadata and one of the state, with one memo.
 *
 * <p>{@link PickleForm#PYTHON3_STORED} gives the bytes of Python's pickler: what {@link PickleReader} read from such a
 * record is written as it was. {@link PickleForm#PYTHON2_STORED} gives protocol 1, which every Python 2 reads: the values
 * and what they share are those of Python's record, but Python leaves some of the memo out. Without opcodes of its own
 * there, {@code NEWOBJ} becomes a call of {@code copy_reg.__newobj__}, and bytes become {@code str}. Class names are written
 * as given.
 *
 * <p>A value that comes again is referred to if it is the same Java object; classes, strings of one Latin-1 character and
 * empty strings also if they are equal, because Python has each of them once. Python has each name of an attribute once,
 * too: who wants its bytes uses one {@link PickleValue.Text} for a name, however many objects have it.
 *
 * <p>Values may contain themselves. What was written, a {@link PickleReader} with the same limits reads; both pickles
 * together are no longer than {@link PickleLimits#sizeMax()}.
 *
 * <p>Threading: thread-safe, as long as nobody adds to the values.
 *
 * <p>Source: ZODB, {@code serialize.py}; zodbpickle, {@code _pickle_33.c}; Python 2, {@code cPickle.c}.
 */
public final class RecordWriter {
    private final PickleForm form;
    private final PickleLimits limits;
    private final @Nullable List<PickleValue> mergedStates;

    /**
     * A writer that keeps to {@code limits}.
     *
     * @throws IllegalArgumentException if {@code form} is one of the wire, on which there are no records' values
     */
    public RecordWriter(PickleForm form, PickleLimits limits) {
        this(form, limits, null);
    }

    private RecordWriter(PickleForm form, PickleLimits limits, @Nullable List<PickleValue> mergedStates) {
        if (!form.isStored()) {
            throw new IllegalArgumentException("records are not written as " + form);
        }
        this.form = form;
        this.limits = limits;
        this.mergedStates = mergedStates;
    }

    /**
     * A writer of a state that was merged out of others. There Python has each id of references, and each name of attributes, once. Otherwise each reference has
     * an id of its own, and names are the same if they are one Java object.
     *
     * @param states in the order in which they were read: the first of equal ids is used
     * @throws IllegalArgumentException as from the constructor
     */
    public static RecordWriter ofMerged(PickleForm form, PickleLimits limits, List<PickleValue> states) {
        return new RecordWriter(form, limits, List.copyOf(states));
    }

    /**
     * The record of an object, owned by the caller.
     *
     * @param classMetadata a class, or a tuple of class and arguments
     * @param state what the object's {@code __setstate__} gets
     * @throws PickleException if there are no opcodes for a value ({@link PickleException.Kind#UNWRITABLE}: sets, byte
     *     arrays, keyword arguments and added items of protocols 4 and 5, class names with line feeds, extension codes
     *     in Python 2's form), or a limit is exceeded
     */
    public byte[] record(PickleValue classMetadata, PickleValue state) throws PickleException {
        OpcodeSink sink = new OpcodeSink(limits.sizeMax());
        ValueWriter writer =
                ValueWriter.ofRecord(form, limits, sink, mergedStates == null ? null : ReferenceIds.of(mergedStates));
        writer.pickle(classMetadata);
        writer.pickle(state);
        return sink.toByteArray();
    }
}
