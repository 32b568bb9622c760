package io.zrs.database;

import io.zrs.pickle.Octets;
import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleForm;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleList;
import io.zrs.pickle.PickleObject;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.PickleValue.Bool;
import io.zrs.pickle.PickleValue.ByteString;
import io.zrs.pickle.PickleValue.Floating;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Int;
import io.zrs.pickle.PickleValue.LongInt;
import io.zrs.pickle.PickleValue.None;
import io.zrs.pickle.PickleValue.Text;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the pickle values of one record out of Java values, as {@link PythonTypes} says: one Java object becomes one value, wherever it is used, and so
 * does each name of an attribute. Objects are gone through in the order in which Python pickles them, which gives new ones their oids.
 *
 * <p>Threading: as its connection.
 */
final class ValueWriter {
    private final PickleForm form;
    private final PythonTypes types;
    private final @Nullable Connection connection;
    private final ReferenceWriter references;
    private final StandardValueWriter standard;
    private final IdentityHashMap<Object, PickleValue> made = new IdentityHashMap<>();
    private final Map<String, PickleValue> names = new HashMap<>();
    /** Where in the record the value lies that is being written: keys, indexes, names. */
    private final List<@Nullable Object> path = new ArrayList<>();

    private @Nullable Persistence subject;

    private enum KeyKind {
        /** Anything. */
        VALUES,
        /** Each name of an attribute is there once, in Python 2 as {@code str}. */
        NAMES
    }

    /**
     * A writer for one record.
     *
     * @param connection from which the values come, null if they are new
     * @param oids gives the oid of an object that is referred to, and a new one to one that is new
     */
    ValueWriter(PickleForm form, PythonTypes types, @Nullable Connection connection, Function<Persistent, Oid> oids) {
        this.form = form;
        this.types = types;
        this.connection = connection;
        this.references = new ReferenceWriter(this, oids);
        this.standard = new StandardValueWriter(form, this::name, this::zone);
    }

    /** What the first pickle of the record says of the class. */
    PickleValue metadata(Persistence object) {
        subject = object;
        PickleValue stored = object.metadata();
        PickleValue pythonClass = write(object.pythonClass());
        if (object.object() instanceof PersistentObject generic && generic.knownArguments() != null) {
            PickleValue first =
                    stored instanceof PickleTuple tuple ? tuple.items().get(0) : pythonClass;
            return PickleTuple.of(first, write(generic.knownArguments()));
        }
        return stored == null ? pythonClass : stored;
    }

    /**
     * The pickle value of a Java value.
     *
     * @throws IllegalArgumentException if it is nothing that can be stored
     */
    PickleValue write(@Nullable Object value) {
        // Few and small frames for each level: the deepest that can be stored must fit into the stack of any thread.
        PickleValue flat = flat(value);
        return flat == null ? compound(Objects.requireNonNull(value)) : flat;
    }

    /** A dictionary whose keys are names of attributes. */
    PickleValue attributes(Map<?, ? extends @Nullable Object> attributes) {
        PickleValue known = made.get(attributes);
        return known == null ? dict(attributes, KeyKind.NAMES) : known;
    }

    /** The name of an attribute, which Python has once, and Python 2 as {@code str}. */
    PickleValue name(String name) {
        PickleValue known = made.get(name);
        if (known == null) {
            known = names.computeIfAbsent(name, this::string);
            made.put(name, known);
        }
        return known;
    }

    /** The time zone that {@code time} was read with, null if there is none. */
    private @Nullable PickleValue zone(OffsetDateTime time) {
        Object zone = connection == null ? null : connection.spellings().zone(time);
        return zone == null ? null : write(zone);
    }

    /** Keeps what {@code value} has become, unless it was met and made inside of itself: then that one counts. */
    private PickleValue keep(Object value, PickleValue pickled) {
        PickleValue earlier = isOneForAll(value) ? null : made.putIfAbsent(value, pickled);
        return earlier == null ? pickled : earlier;
    }

    /** Whether Java has one object for what are several in Python. */
    private static boolean isOneForAll(Object value) {
        return (value instanceof Duration duration && duration.isZero())
                || (value instanceof LocalTime time && time.equals(time.truncatedTo(ChronoUnit.HOURS)));
    }

    /** What is known already, or does not lead on to other values; null for what does. */
    private @Nullable PickleValue flat(@Nullable Object value) {
        if (value == null) {
            return None.NONE;
        }
        PickleValue known = made.get(value);
        if (known != null) {
            return known;
        }
        PickleValue number = number(value);
        if (number != null) {
            return number;
        }
        Optional<Persistent> target = types.toPersistent(value);
        if (target.isPresent()) {
            return references.write(target.get());
        }
        PickleValue leaf = leaf(value);
        return leaf == null ? null : keep(value, leaf);
    }

    private static @Nullable PickleValue number(Object value) {
        if (value instanceof Boolean bool) {
            return bool ? Bool.TRUE : Bool.FALSE;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return new Int(((Number) value).longValue());
        }
        if (value instanceof Double || value instanceof Float) {
            return new Floating(((Number) value).doubleValue());
        }
        return value instanceof BigInteger integer ? new LongInt(integer) : null;
    }

    private @Nullable PickleValue leaf(Object value) {
        if (value instanceof String text) {
            return string(text);
        }
        if (value instanceof Bytes bytes) {
            return bytes(Octets.of(bytes.asByteBuffer()));
        }
        if (value instanceof byte[] bytes) {
            return bytes(Octets.of(bytes));
        }
        if (value instanceof PythonClass pythonClass) {
            return new Global(pythonClass.module(), pythonClass.name());
        }
        if (value instanceof WeakRef reference) {
            return weak(reference);
        }
        if (value instanceof CrossDatabaseReference reference) {
            return references.write(reference);
        }
        try {
            return standard.write(value);
        } catch (IllegalArgumentException e) {
            throw unstorable(e.getMessage());
        }
    }

    private PickleValue compound(Object value) {
        if (value instanceof PythonObject object) {
            return object(object);
        }
        PythonObject registered = types.toPython(value).orElse(null);
        if (registered != null) {
            return registered(value, registered);
        }
        if (value instanceof Tuple tuple) {
            return tuple(tuple);
        }
        if (value instanceof Map<?, ?> map) {
            return dict(map, KeyKind.VALUES);
        }
        if (value instanceof List<?> list) {
            return list(list);
        }
        if (value instanceof Set<?> set) {
            return set(set);
        }
        throw unstorable("there is no Python value for a " + value.getClass().getName());
    }

    private PickleValue registered(Object value, PythonObject python) {
        enter(value);
        PickleValue written = write(python);
        leave();
        return keep(value, written);
    }

    private PickleList list(List<?> list) {
        PickleList.Builder pickled = PickleList.builder();
        made.put(list, pickled.value());
        long index = 0;
        for (Object item : list) {
            enter(index++);
            pickled.add(write(item));
            leave();
        }
        return pickled.value();
    }

    private PickleValue set(Set<?> set) {
        PickleList.Builder items = PickleList.builder();
        for (Object item : set) {
            enter(item);
            items.add(write(item));
            leave();
        }
        return keep(set, standard.set(set instanceof FrozenSet, items.value()));
    }

    private PickleDict dict(Map<?, ? extends @Nullable Object> map, KeyKind keys) {
        PickleDict.Builder dict = PickleDict.builder();
        made.put(map, dict.value());
        for (Map.Entry<?, ? extends @Nullable Object> entry : map.entrySet()) {
            Object key = entry.getKey();
            enter(key);
            PickleValue pickledKey = keys == KeyKind.NAMES && key instanceof String name ? name(name) : write(key);
            dict.put(pickledKey, write(entry.getValue()));
            leave();
        }
        return dict.value();
    }

    private PickleValue tuple(Tuple tuple) {
        List<PickleValue> items = new ArrayList<>(tuple.size());
        for (int i = 0; i < tuple.size(); i++) {
            enter((long) i);
            items.add(write(tuple.get(i)));
            leave();
        }
        return keep(tuple, PickleTuple.of(items));
    }

    private PickleValue object(PythonObject object) {
        enter(object.pythonClass());
        PickleValue callable = write(object.callable());
        PickleTuple arguments = (PickleTuple) write(object.callArguments());
        PickleValue earlier = made.get(object);
        if (earlier == null) {
            PickleObject.Builder builder = PickleObject.builder(object.construction(), callable, arguments);
            earlier = builder.value();
            made.put(object, earlier);
            change(builder, object);
        }
        leave();
        return earlier;
    }

    private void change(PickleObject.Builder builder, PythonObject object) {
        for (Object item : object.items()) {
            builder.append(write(item));
        }
        for (Map.Entry<?, ? extends @Nullable Object> entry : object.entries().entrySet()) {
            PickleValue key = write(entry.getKey());
            builder.setItem(key, write(entry.getValue()));
        }
        ObjectState state = object.objectState();
        if (state != null) {
            builder.build(state.write(this));
        }
    }

    private void enter(@Nullable Object step) {
        path.add(step);
        if (path.size() > PickleLimits.RECORD.depthMax()) {
            throw unstorable("nested deeper than " + PickleLimits.RECORD.depthMax());
        }
    }

    private void leave() {
        path.remove(path.size() - 1);
    }

    private PickleValue string(String text) {
        Text value = Text.of(text);
        if (form != PickleForm.PYTHON2_STORED || !value.utf8().isAscii()) {
            return value;
        }
        boolean unicode = connection != null && connection.spellings().isUnicode(text);
        return unicode ? value : new ByteString(value.utf8());
    }

    PickleValue bytes(Octets octets) {
        return form == PickleForm.PYTHON2_STORED ? new ByteString(octets) : new PickleValue.Bytes(octets);
    }

    private PickleValue weak(WeakRef reference) {
        if (reference.target() == null && reference.connection() != connection) {
            throw unstorable("it belongs to another connection: " + reference);
        }
        return references.write(reference);
    }

    private IllegalArgumentException unstorable(@Nullable String reason) {
        StringBuilder where = new StringBuilder(subject == null ? "" : PythonRepr.nameOf(subject.object()));
        for (Object step : path.subList(0, Math.min(path.size(), 10))) {
            where.append('[').append(PythonRepr.of(step)).append(']');
        }
        return new IllegalArgumentException("cannot be stored: " + where + ": " + reason);
    }
}
