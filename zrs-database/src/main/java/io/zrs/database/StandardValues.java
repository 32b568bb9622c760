package io.zrs.database;

import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleList;
import io.zrs.pickle.PickleObject;
import io.zrs.pickle.PickleObject.Change;
import io.zrs.pickle.PickleObject.Construction;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.PickleValue.Floating;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.LongInt;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values of Python's own classes that are pickled as calls, and their Java equals. What the Java type cannot hold, or would not be written again as it
 * was, is left to {@link PythonObject}.
 *
 * <p>Threading: stateless. Source: Python, {@code __reduce__} of each class.
 */
final class StandardValues {
    /** Digits of a {@code Decimal}: longer ones take time out of proportion. */
    private static final int DECIMAL_LENGTH_MAX = 4_096;

    /** By class, as Python 2 or 3 names it. */
    private static final Map<Global, Reader> READERS = Map.ofEntries(
            Map.entry(new Global("builtins", "set"), StandardValues::set),
            Map.entry(new Global("__builtin__", "set"), StandardValues::set),
            Map.entry(new Global("builtins", "frozenset"), StandardValues::frozenSet),
            Map.entry(new Global("__builtin__", "frozenset"), StandardValues::frozenSet),
            Map.entry(new Global("builtins", "complex"), StandardValues::complex),
            Map.entry(new Global("__builtin__", "complex"), StandardValues::complex),
            Map.entry(new Global("decimal", "Decimal"), StandardValues::decimal),
            Map.entry(new Global("datetime", "datetime"), (arguments, values) -> DateTimes.dateTime(arguments)),
            Map.entry(new Global("datetime", "date"), (arguments, values) -> DateTimes.date(arguments)),
            Map.entry(new Global("datetime", "time"), (arguments, values) -> DateTimes.time(arguments)),
            Map.entry(new Global("datetime", "timedelta"), (arguments, values) -> DateTimes.duration(arguments)));

    private static final Global UUID_CLASS = new Global("uuid", "UUID");

    /** Reads the arguments of a call; null if the result has no Java equal. */
    private interface Reader {
        @Nullable
        Object read(List<PickleValue> arguments, ValueReader values) throws UnreadableStateException;
    }

    private StandardValues() {}

    /** Whether there is a Java equal for values of a class. */
    static boolean isKnown(PythonClass pythonClass) {
        Global global = new Global(pythonClass.module(), pythonClass.name());
        return READERS.containsKey(global) || global.equals(UUID_CLASS);
    }

    /** The Java equal of {@code value}, null if it has none. */
    static @Nullable Object read(PickleObject value, ValueReader values) throws UnreadableStateException {
        if (!(value.callable() instanceof Global global) || !(value.arguments() instanceof PickleTuple arguments)) {
            return null;
        }
        if (!value.changes().isEmpty()) {
            return uuid(value, global, arguments.items());
        }
        Reader reader = value.construction() == Construction.REDUCE ? READERS.get(global) : null;
        Object read = reader == null ? null : reader.read(arguments.items(), values);
        if (read instanceof OffsetDateTime time) {
            values.remember(time, arguments.items().get(1)); // there are several classes of UTC
        }
        return read;
    }

    private static @Nullable Object set(List<PickleValue> arguments, ValueReader values)
            throws UnreadableStateException {
        return isList(arguments) ? values.readItems(arguments.get(0).children()) : null;
    }

    private static @Nullable Object frozenSet(List<PickleValue> arguments, ValueReader values)
            throws UnreadableStateException {
        return isList(arguments)
                ? FrozenSet.copyOf(values.readItems(arguments.get(0).children()))
                : null;
    }

    private static boolean isList(List<PickleValue> arguments) {
        return arguments.size() == 1 && arguments.get(0) instanceof PickleList;
    }

    private static @Nullable Object complex(List<PickleValue> arguments, ValueReader values) {
        return arguments.size() == 2
                        && arguments.get(0) instanceof Floating real
                        && arguments.get(1) instanceof Floating imaginary
                ? new Complex(real.value(), imaginary.value())
                : null;
    }

    /** NaN, infinities and {@code -0} have no equal, and unusual spellings would be written otherwise. */
    private static @Nullable Object decimal(List<PickleValue> arguments, ValueReader values) {
        String text =
                arguments.size() == 1 ? RecordReader.name(arguments.get(0)).orElse("") : "";
        if (text.isEmpty() || text.length() > DECIMAL_LENGTH_MAX) {
            return null;
        }
        try {
            BigDecimal decimal = new BigDecimal(text);
            return decimal.toString().equals(text) ? decimal : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** An object without arguments, made by {@code NEWOBJ} or, below protocol 2, {@code copy_reg._reconstructor}, with the state {@code {'int': n}}. */
    private static @Nullable Object uuid(PickleObject value, Global callable, List<PickleValue> arguments) {
        boolean isNew =
                value.construction() == Construction.NEWOBJ && callable.equals(UUID_CLASS) && arguments.isEmpty();
        boolean isReconstructed = value.construction() == Construction.REDUCE
                && callable.name().equals("_reconstructor")
                && arguments.size() == 3
                && arguments.get(0).equals(UUID_CLASS)
                && arguments.get(2) == PickleValue.None.NONE;
        if ((!isNew && !isReconstructed)
                || value.changes().size() != 1
                || !(value.changes().get(0) instanceof Change.Build build)
                || !(build.state() instanceof PickleDict dict)
                || dict.size() != 1) {
            return null;
        }
        BigInteger number = dict.get("int").map(StandardValues::integer).orElse(null);
        return number == null || number.signum() < 0 || number.bitLength() > 2 * Long.SIZE
                ? null
                : new UUID(number.shiftRight(Long.SIZE).longValue(), number.longValue());
    }

    private static @Nullable BigInteger integer(PickleValue value) {
        if (value instanceof LongInt number) {
            return number.value();
        }
        return value instanceof PickleValue.Int number ? BigInteger.valueOf(number.value()) : null;
    }
}
