package io.zrs.database;

import io.zrs.pickle.Octets;
import io.zrs.pickle.PersistentReference;
import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleList;
import io.zrs.pickle.PickleObject;
import io.zrs.pickle.PickleObject.Change;
import io.zrs.pickle.PickleObject.Construction;
import io.zrs.pickle.PickleSet;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.storage.Bytes;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes Java values of the values of one record: what the pickle shares is one Java object. {@link PythonTypes} says what becomes what.
 *
 * <p>What can contain itself is known before it is filled. The others, such as tuples, are made after what they contain; one that is met again inside
 * of itself is made there, as Python does.
 *
 * <p>Threading: as its connection.
 */
final class ValueReader {
    private final RecordReader records;
    private final PythonTypes types;
    /** Null if references are not to be read. */
    private final @Nullable ReferenceReader references;

    private final @Nullable PickleValue metadata;
    private final IdentityHashMap<PickleValue, Object> made = new IdentityHashMap<>();
    private final Maker maker = new Maker();
    private int depth;

    /** Null if nothing can be written. */
    private final @Nullable Spellings spellings;

    /**
     * A reader of the values of one record.
     *
     * @param metadata the first pickle, if it says more than the class
     */
    ValueReader(Connection connection, RecordReader records, @Nullable PickleValue metadata) {
        this.records = records;
        this.metadata = metadata;
        this.types = connection.database().options().types();
        this.references = new ReferenceReader(connection, records);
        this.spellings = connection.isReadOnly() ? null : connection.spellings();
    }

    private ValueReader(RecordReader records, PythonTypes types) {
        this.records = records;
        this.metadata = null;
        this.types = types;
        this.references = null;
        this.spellings = null;
    }

    /** A reader of values that are in no connection and hold no references: to those it gives {@link UnreadableStateException}. */
    static ValueReader ofStandardValues() {
        return new ValueReader(new RecordReader(), PythonTypes.standard());
    }

    /**
     * A Java value.
     *
     * @throws UnreadableStateException if it cannot be made, for example because a dictionary has a key that cannot be one
     */
    @Nullable
    Object read(PickleValue value) throws UnreadableStateException {
        value.dispatch(maker);
        return maker.result;
    }

    /**
     * The arguments for {@code __new__} in the first pickle, null if it says nothing of any.
     *
     * @throws UnreadableStateException if they are no tuple
     */
    @Nullable
    Tuple arguments() throws UnreadableStateException {
        if (!(metadata instanceof PickleTuple tuple) || tuple.items().get(1) == PickleValue.None.NONE) {
            return null;
        }
        return readTuple(tuple.items().get(1));
    }

    /** The items of a list, a tuple or a set, in a new list. */
    List<@Nullable Object> readAll(List<PickleValue> values) throws UnreadableStateException {
        List<@Nullable Object> items = new ArrayList<>(values.size());
        for (PickleValue each : values) {
            items.add(read(each));
        }
        return items;
    }

    /** The items of a set, in order. A set lies two levels above its items: in the pickle it is a call with a tuple with a list. */
    Set<@Nullable Object> readItems(List<PickleValue> values) throws UnreadableStateException {
        enter();
        enter();
        Set<@Nullable Object> items = new LinkedHashSet<>();
        for (PickleValue value : values) {
            items.add(readKey(value));
        }
        leave();
        leave();
        return items;
    }

    /** An item of a set or a key of a dictionary. */
    private @Nullable Object readKey(PickleValue value) throws UnreadableStateException {
        Object key = read(value);
        Keys.check(key);
        return key;
    }

    /** Has {@code value} written with the same time zone. */
    void remember(OffsetDateTime value, PickleValue zone) throws UnreadableStateException {
        Object object = spellings == null ? null : read(zone);
        if (object != null && spellings != null) {
            spellings.zone(value, object);
        }
    }

    private Tuple readTuple(PickleValue value) throws UnreadableStateException {
        if (read(value) instanceof Tuple tuple) {
            return tuple;
        }
        throw new UnreadableStateException("arguments that are no tuple: " + value);
    }

    private void enter() throws UnreadableStateException {
        if (++depth > PickleLimits.RECORD.depthMax()) {
            throw new UnreadableStateException("values nested deeper than " + PickleLimits.RECORD.depthMax());
        }
    }

    private void leave() {
        depth--;
    }

    /** Keeps the Java value of {@code value}, unless it was met and made inside of itself: then that one counts. */
    private Object keep(PickleValue value, Object object) {
        Object earlier = made.putIfAbsent(value, object);
        return earlier == null ? object : earlier;
    }

    /** As {@link #keep}; but whether strings are the same object matters only where they may be written again. */
    private Object keepString(PickleValue value, Object string) {
        return spellings == null ? string : keep(value, string);
    }

    private @Nullable Object knownString(PickleValue value) {
        return spellings == null ? null : made.get(value);
    }

    private Object object(PickleObject value) throws UnreadableStateException {
        Optional<Octets> octets = value.asBytes();
        if (octets.isPresent()) {
            return keep(value, copy(octets.get()));
        }
        Object standard = StandardValues.read(value, this);
        return standard == null ? pythonObject(value) : keep(value, standard);
    }

    private Object pythonObject(PickleObject value) throws UnreadableStateException {
        if (value.construction() == Construction.NEWOBJ_EX) {
            throw new UnreadableStateException("an object with keyword arguments, which ZODB never writes: " + value);
        }
        PythonObject object =
                new PythonObject(value.construction(), read(value.callable()), readTuple(value.arguments()));
        Object earlier = made.putIfAbsent(value, object);
        if (earlier != null) {
            return earlier;
        }
        change(object, value);
        if (!types.hasValue(object.pythonClass())) {
            return object;
        }
        Object application = types.toApplication(object);
        made.put(value, application);
        return application;
    }

    /** Python writes items first, entries next, and the state last; each in one piece. */
    private void change(PythonObject object, PickleObject value) throws UnreadableStateException {
        int stage = 0;
        for (Change change : value.changes()) {
            int now;
            if (change instanceof Change.Append append) {
                now = 0;
                object.items().add(read(append.item()));
            } else if (change instanceof Change.SetItem setItem) {
                now = 1;
                put(object.entries(), setItem.key(), setItem.value());
            } else if (change instanceof Change.Build build) {
                now = 3;
                object.setState(read(build.state()));
            } else {
                now = -1;
            }
            if (now < stage) {
                throw new UnreadableStateException(
                        "an object that is changed in another order than Python writes: " + value);
            }
            stage = now == 3 ? 4 : now;
        }
    }

    @SuppressWarnings("NullAway") // a key may be None
    private void put(Map<Object, @Nullable Object> map, PickleValue key, PickleValue value)
            throws UnreadableStateException {
        Object javaKey = readKey(key);
        map.put(javaKey, read(value));
    }

    private static Bytes copy(Octets octets) {
        return Bytes.copyOf(octets.asByteBuffer());
    }

    /** One method for each kind of value; leaves what it makes in {@link #result}. */
    private final class Maker implements PickleValue.Handler<UnreadableStateException> {
        private @Nullable Object result;

        @Override
        public void none() {
            result = null;
        }

        @Override
        public void bool(PickleValue.Bool value) {
            result = value.value();
        }

        @Override
        public void integer(PickleValue.Int value) {
            result = value.value();
        }

        @Override
        public void longInt(PickleValue.LongInt value) {
            result = value.asLong().isPresent() ? (Object) value.asLong().getAsLong() : value.value();
        }

        @Override
        public void floating(PickleValue.Floating value) {
            result = value.value();
        }

        @Override
        public void text(PickleValue.Text value) {
            result = knownString(value);
            if (result == null) {
                result = keepString(value, string(value));
            }
        }

        private String string(PickleValue.Text value) {
            String text = value.value();
            return spellings != null && value.utf8().isAscii() ? spellings.unicode(text) : text;
        }

        @Override
        public void bytes(PickleValue.Bytes value) {
            result = knownString(value);
            if (result == null) {
                result = keepString(value, copy(value.octets()));
            }
        }

        @Override
        public void byteString(PickleValue.ByteString value) {
            result = knownString(value);
            if (result == null) {
                boolean ascii = value.octets().isAscii();
                result = keepString(value, ascii ? value.octets().latin1() : copy(value.octets()));
            }
        }

        @Override
        public void byteArray(PickleValue.ByteArray value) {
            result = made.get(value);
            if (result == null) {
                PythonClass type = new PythonClass("builtins", "bytearray");
                result = keep(value, PythonObject.call(type, copy(value.octets())));
            }
        }

        @Override
        public void global(PickleValue.Global value) {
            result = records.pythonClass(value);
        }

        @Override
        public void extensionCode(PickleValue.ExtensionCode value) throws UnreadableStateException {
            throw new UnreadableStateException(
                    "a class by its number in a registry that only its application has: " + value);
        }

        @Override
        public void tuple(PickleTuple value) throws UnreadableStateException {
            Object tuple = made.get(value);
            if (tuple == null) {
                enter();
                tuple = keep(value, Tuple.owned(readAll(value.items()).toArray()));
                leave();
            }
            result = tuple;
        }

        @Override
        public void list(PickleList value) throws UnreadableStateException {
            Object known = made.get(value);
            if (known == null) {
                enter();
                List<@Nullable Object> list = new ArrayList<>(value.items().size());
                made.put(value, list);
                for (PickleValue item : value.items()) {
                    list.add(read(item));
                }
                leave();
                known = list;
            }
            result = known;
        }

        @Override
        public void dict(PickleDict value) throws UnreadableStateException {
            Object known = made.get(value);
            if (known == null) {
                enter();
                Map<Object, @Nullable Object> dict = new LinkedHashMap<>();
                made.put(value, dict);
                List<PickleValue> keysAndValues = value.children();
                for (int i = 0; i < keysAndValues.size(); i += 2) {
                    put(dict, keysAndValues.get(i), keysAndValues.get(i + 1));
                }
                leave();
                known = dict;
            }
            result = known;
        }

        @Override
        public void set(PickleSet value) throws UnreadableStateException {
            Object known = made.get(value);
            if (known == null) {
                Set<@Nullable Object> set = readItems(value.items());
                known = keep(value, value.isFrozen() ? FrozenSet.copyOf(set) : set);
            }
            result = known;
        }

        @Override
        public void object(PickleObject value) throws UnreadableStateException {
            Object known = made.get(value);
            if (known == null) {
                enter();
                known = ValueReader.this.object(value);
                leave();
            } else if (known instanceof PythonObject python && types.hasValue(python.pythonClass())) {
                throw new UnreadableStateException(
                        "an object of " + python.pythonClass() + " holds itself: it cannot become a Java value");
            }
            result = known;
        }

        @Override
        public void persistentReference(PersistentReference value) throws UnreadableStateException {
            if (references == null) {
                throw new UnreadableStateException("a reference, of which there should be none: " + value);
            }
            Object target = references.read(value);
            result = target instanceof Persistent persistent ? types.toApplication(persistent) : target;
        }
    }
}
