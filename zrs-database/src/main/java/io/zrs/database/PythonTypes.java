package io.zrs.database;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * What objects of Python classes become in Java.
 *
 * <table>
 * <caption>Without further registration</caption>
 * <tr><th>Python</th><th>Java</th></tr>
 * <tr><td>{@code None}, {@code bool}</td><td>null, {@link Boolean}</td></tr>
 * <tr><td>{@code int}, {@code long}</td><td>{@link Long}, {@link java.math.BigInteger} beyond 64 bits</td></tr>
 * <tr><td>{@code float}, {@code complex}, {@code Decimal}</td><td>{@link Double}, {@link Complex}, {@link java.math.BigDecimal}</td></tr>
 * <tr><td>text</td><td>{@link String}</td></tr>
 * <tr><td>{@code bytes}</td><td>{@link io.zrs.storage.Bytes}</td></tr>
 * <tr><td>Python 2's {@code str}</td><td>{@link String} if it is ASCII, else {@link io.zrs.storage.Bytes}</td></tr>
 * <tr><td>{@code tuple}, {@code list}</td><td>{@link Tuple}, {@link java.util.ArrayList}</td></tr>
 * <tr><td>{@code dict}</td><td>{@link java.util.LinkedHashMap}</td></tr>
 * <tr><td>{@code set}, {@code frozenset}</td><td>{@link java.util.LinkedHashSet}, {@link FrozenSet}</td></tr>
 * <tr><td>{@code datetime}</td><td>{@link java.time.LocalDateTime}; {@link java.time.OffsetDateTime} if its zone is UTC or has a fixed offset</td></tr>
 * <tr><td>{@code date}, {@code time}, {@code timedelta}</td><td>{@link java.time.LocalDate}, {@link java.time.LocalTime}, {@link java.time.Duration}</td></tr>
 * <tr><td>{@code UUID}</td><td>{@link java.util.UUID}</td></tr>
 * <tr><td>a class or function</td><td>{@link PythonClass}</td></tr>
 * <tr><td>{@code PersistentMapping}, {@code PersistentList}</td><td>{@link PersistentMapping}, {@link PersistentList}</td></tr>
 * <tr><td>{@code BTrees}, {@code Length}, {@code Blob}</td><td>{@link BTree}, {@link BTreeSet}, {@link Length}, {@link Blob}</td></tr>
 * <tr><td>other persistent objects</td><td>{@link PersistentObject}</td></tr>
 * <tr><td>{@code WeakRef}, references into other databases</td><td>{@link WeakRef}, {@link CrossDatabaseReference}</td></tr>
 * <tr><td>everything else, also values of the types above that their Java equal cannot hold, such as {@code Decimal('NaN')}</td><td>{@link PythonObject}</td></tr>
 * </table>
 *
 * <p>All of these can be written as well, and in addition: other integers and {@link Float}, {@code byte[]} as bytes, any {@link java.util.List}, {@link
 * Map} and {@link java.util.Set}, {@link java.time.Instant} as a {@code datetime} in UTC.
 *
 * <p>Threading: immutable.
 */
public final class PythonTypes {
    private static final PythonTypes STANDARD =
            new PythonTypes(ImmutableMap.of(), ImmutableMap.of(), ImmutableMap.of());

    private final ImmutableMap<PythonClass, PythonClass> aliases;
    private final ImmutableMap<PythonClass, Registered<?, PersistentObject>> persistent;
    private final ImmutableMap<PythonClass, Registered<?, PythonObject>> values;

    /** A Java type {@code T} for a Python class, of which {@code P} is the generic form. */
    private record Registered<T, P>(
            Class<T> type, Function<? super P, ? extends T> reader, Function<? super T, ? extends P> writer) {
        private P write(Object object) {
            return writer.apply(type.cast(object));
        }
    }

    private PythonTypes(
            ImmutableMap<PythonClass, PythonClass> aliases,
            ImmutableMap<PythonClass, Registered<?, PersistentObject>> persistent,
            ImmutableMap<PythonClass, Registered<?, PythonObject>> values) {
        this.aliases = aliases;
        this.persistent = persistent;
        this.values = values;
    }

    /** The classes of Python and ZODB that have an equal here; all others become {@link PersistentObject} and {@link PythonObject}. */
    public static PythonTypes standard() {
        return STANDARD;
    }

    /**
     * These types, and a class of an application that is one of ZODB's: a subclass, or the class under another name. Its records keep their class.
     *
     * @param pythonClass of the application, for example {@code app.trees.Folder}
     * @param standardClass for example {@code BTrees.OOBTree.OOBTree}
     * @throws IllegalArgumentException if there is no Java type for {@code standardClass}, or one for {@code pythonClass} already
     */
    public PythonTypes withAlias(String pythonClass, String standardClass) {
        PythonClass alias = unregistered(pythonClass);
        PythonClass target = PythonClass.of(standardClass);
        if (StandardClass.of(target) == null) {
            throw new IllegalArgumentException("no class with a Java type of its own: " + standardClass);
        }
        return new PythonTypes(with(aliases, alias, target), persistent, values);
    }

    /**
     * These types, and a Java type for a class of persistent objects. The application sees the Java object wherever a reference leads to an object of
     * the class; there is one for each persistent object, as long as somebody holds it.
     *
     * @param reader is given an object whose state need not be loaded, and must leave it so: it keeps the object, and asks it later
     * @param writer gives the object back
     * @throws IllegalArgumentException if {@code pythonClass} or {@code type} is registered, or has a Java equal
     */
    public <T> PythonTypes withPersistent(
            String pythonClass,
            Class<T> type,
            Function<PersistentObject, T> reader,
            Function<T, PersistentObject> writer) {
        PythonClass registered = unregistered(pythonClass);
        checkNew(type);
        return new PythonTypes(aliases, with(persistent, registered, new Registered<>(type, reader, writer)), values);
    }

    /**
     * These types, and a Java type for a class of values inside of records.
     *
     * @param reader makes the Java value, once for each object in a record; a value that holds itself cannot be made so
     * @param writer makes an object of {@code pythonClass} again
     * @throws IllegalArgumentException if {@code pythonClass} or {@code type} is registered, or has a Java equal
     */
    public <T> PythonTypes withValue(
            String pythonClass, Class<T> type, Function<PythonObject, T> reader, Function<T, PythonObject> writer) {
        PythonClass registered = unregistered(pythonClass);
        checkNew(type);
        return new PythonTypes(aliases, persistent, with(values, registered, new Registered<>(type, reader, writer)));
    }

    /** A new object for a record of {@code pythonClass}. */
    Persistent newPersistent(PythonClass pythonClass) {
        Function<PythonClass, Persistent> standard = StandardClass.of(aliases.getOrDefault(pythonClass, pythonClass));
        return standard == null ? new PersistentObject(pythonClass) : standard.apply(pythonClass);
    }

    /** What the application gets for an object. */
    Object toApplication(Persistent object) {
        if (persistent.isEmpty() || !(object instanceof PersistentObject generic)) {
            return object;
        }
        Registered<?, PersistentObject> registered = persistent.get(generic.pythonClass());
        if (registered == null) {
            return object;
        }
        Object known = generic.application();
        if (known != null) {
            return known;
        }
        generic.setApplication(generic); // what it gets who asks while the reader is at work
        Object made = null;
        try {
            made = registered.reader.apply(generic);
        } finally {
            generic.setApplication(made);
        }
        return Objects.requireNonNull(made, () -> "no Java object for " + generic);
    }

    /** The persistent object that {@code object} is or stands for, if it is one. */
    Optional<Persistent> toPersistent(Object object) {
        if (object instanceof Persistent itself) {
            return Optional.of(itself);
        }
        return registered(persistent, object).map(type -> {
            PersistentObject generic = type.write(object);
            if (generic.application() == null) {
                generic.setApplication(object);
            }
            return generic;
        });
    }

    /** Whether the application has a type for values of {@code pythonClass}. */
    boolean hasValue(PythonClass pythonClass) {
        return values.containsKey(pythonClass);
    }

    /** What the application gets for a complete value. */
    Object toApplication(PythonObject value) {
        Registered<?, PythonObject> registered = values.get(value.pythonClass());
        return registered == null ? value : registered.reader.apply(value);
    }

    /** The generic form of a value of the application, if its type is registered. */
    Optional<PythonObject> toPython(Object value) {
        return registered(values, value).map(type -> type.write(value));
    }

    private static <P> Optional<Registered<?, P>> registered(Map<PythonClass, Registered<?, P>> types, Object object) {
        for (Registered<?, P> type : types.values()) {
            if (type.type.isInstance(object)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    private PythonClass unregistered(String name) {
        PythonClass pythonClass = PythonClass.of(name);
        boolean taken = aliases.containsKey(pythonClass)
                || persistent.containsKey(pythonClass)
                || values.containsKey(pythonClass)
                || StandardClass.of(pythonClass) != null
                || StandardValues.isKnown(pythonClass);
        if (taken) {
            throw new IllegalArgumentException("there is a Java type for " + name + " already");
        }
        return pythonClass;
    }

    private void checkNew(Class<?> type) {
        boolean taken = persistent.values().stream().anyMatch(each -> each.type.equals(type))
                || values.values().stream().anyMatch(each -> each.type.equals(type));
        if (taken) {
            throw new IllegalArgumentException(type + " stands for another class already");
        }
    }

    private static <V> ImmutableMap<PythonClass, V> with(ImmutableMap<PythonClass, V> map, PythonClass key, V value) {
        return ImmutableMap.<PythonClass, V>builder()
                .putAll(map)
                .put(key, value)
                .buildOrThrow();
    }
}
