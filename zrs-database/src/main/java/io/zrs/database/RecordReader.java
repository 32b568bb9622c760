package io.zrs.database;

import io.zrs.pickle.Octets;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleReader;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes records apart: two pickles with one memo, of the class and of the state.
 *
 * <p>The class pickle has had many forms: the class; {@code (class, arguments)} or {@code (class, None)}; and with {@code (module, name)} in place of
 * the class. Threading: needs outside synchronisation. Source: ZODB, {@code serialize.py}.
 */
final class RecordReader {
    private final PickleReader reader = new PickleReader(PickleLimits.RECORD);
    private final Map<PickleValue.Global, PythonClass> classes = new HashMap<>();

    /**
     * Both parts of a record.
     *
     * @throws PickleException if {@code data} is not two pickles
     * @throws UnreadableStateException if the first one names no class
     */
    ObjectRecord read(byte[] data) throws PickleException, UnreadableStateException {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(data);
            PickleValue metadata = reader.read(bytes);
            PickleValue state = reader.read(bytes);
            return record(metadata, state);
        } finally {
            reader.reset();
        }
    }

    /**
     * The class alone, with {@code None} as state.
     *
     * @throws PickleException if {@code data} does not begin with a pickle
     * @throws UnreadableStateException if that names no class
     */
    ObjectRecord readClass(byte[] data) throws PickleException, UnreadableStateException {
        try {
            return record(reader.read(ByteBuffer.wrap(data)), PickleValue.None.NONE);
        } finally {
            reader.reset();
        }
    }

    /** The one object for a class that is named often. */
    PythonClass pythonClass(PickleValue.Global global) {
        return classes.computeIfAbsent(global, each -> new PythonClass(each.module(), each.name()));
    }

    /** The class that {@code value} gives: a class, or a tuple of module and name; null if it is neither. */
    @Nullable
    PythonClass namedBy(PickleValue value) {
        if (value instanceof PickleValue.Global global) {
            return pythonClass(global);
        }
        if (!(value instanceof PickleTuple tuple) || tuple.items().size() != 2) {
            return null;
        }
        Optional<String> module = name(tuple.items().get(0));
        Optional<String> name = name(tuple.items().get(1));
        return module.isPresent() && name.isPresent()
                ? pythonClass(new PickleValue.Global(module.get(), name.get()))
                : null;
    }

    private ObjectRecord record(PickleValue metadata, PickleValue state) throws UnreadableStateException {
        PythonClass whole = namedBy(metadata);
        if (whole != null) {
            return new ObjectRecord(whole, null, state);
        }
        List<PickleValue> items = metadata instanceof PickleTuple tuple ? tuple.items() : List.of();
        PythonClass first = items.size() == 2 ? namedBy(items.get(0)) : null;
        if (first == null) {
            throw new UnreadableStateException("it names no class: " + metadata);
        }
        boolean plain = items.get(0) instanceof PickleValue.Global && items.get(1) == PickleValue.None.NONE;
        return new ObjectRecord(first, plain ? null : metadata, state);
    }

    /** The text that {@code value} is, or stands for in a record of Python 2. */
    static Optional<String> name(PickleValue value) {
        return value instanceof PickleValue.Text text
                ? Optional.of(text.value())
                : value.asBytes().map(Octets::latin1);
    }
}
