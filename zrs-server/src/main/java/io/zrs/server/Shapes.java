package io.zrs.server;

import com.google.common.collect.ImmutableMap;
import io.zrs.database.Complex;
import io.zrs.database.CrossDatabaseReference;
import io.zrs.database.FrozenSet;
import io.zrs.database.Length;
import io.zrs.database.Persistent;
import io.zrs.database.PersistentObject;
import io.zrs.database.PythonClass;
import io.zrs.database.PythonObject;
import io.zrs.database.Tuple;
import io.zrs.database.WeakRef;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The shapes of the values of a database. */
final class Shapes {
    private static final ImmutableMap<Class<?>, String> ATOMS = ImmutableMap.<Class<?>, String>builder()
            .put(Boolean.class, "bool")
            .put(Long.class, "int")
            .put(BigInteger.class, "int")
            .put(Double.class, "float")
            .put(String.class, "str")
            .put(Bytes.class, "bytes")
            .put(Complex.class, "complex")
            .put(BigDecimal.class, "decimal")
            .put(LocalDateTime.class, "datetime")
            .put(OffsetDateTime.class, "datetime")
            .put(LocalDate.class, "date")
            .put(LocalTime.class, "time")
            .put(Duration.class, "timedelta")
            .put(UUID.class, "uuid")
            .put(PythonClass.class, "class")
            .buildOrThrow();

    private Shapes() {}

    /** The shape of a value where it stands in another one. */
    static Shape of(@Nullable Object value) {
        if (value instanceof Persistent persistent) {
            return new Shape.Reference(persistent);
        }
        if (value instanceof WeakRef weak) {
            return new Shape.Weak(weak);
        }
        return value instanceof CrossDatabaseReference elsewhere ? new Shape.Elsewhere(elsewhere) : ofContent(value);
    }

    /** As {@link #of}, but of a persistent object it is the shape of what it holds. */
    static Shape ofContent(@Nullable Object value) {
        if (value instanceof Map<?, ?> entries) {
            return new Shape.Mapping(entries);
        }
        if (value instanceof Collection<?> items) {
            return new Shape.Sequence(sequenceType(items), items);
        }
        if (value instanceof PersistentObject object) {
            return instance(object);
        }
        if (value instanceof PythonObject object) {
            return instance(object);
        }
        return value instanceof Length length ? atom(length.get()) : atom(value);
    }

    /** What is shown of an object by name: its attributes, and before and after them, in parentheses, what is none. */
    static Map<Object, @Nullable Object> parts(Shape.Instance instance) {
        Map<Object, @Nullable Object> parts = new LinkedHashMap<>();
        instance.more().forEach((name, value) -> parts.put("(" + name + ")", value));
        parts.putAll(instance.attributes());
        return parts;
    }

    /** A page of the items, entries or attributes of a value; nothing if it can have none. */
    static Optional<Page> page(Shape shape, Page.Range range) {
        if (shape instanceof Shape.Mapping mapping) {
            return Optional.of(Page.of(mapping.entries(), range));
        }
        if (shape instanceof Shape.Instance instance) {
            return Optional.of(Page.of(instance.attributes(), range));
        }
        return shape instanceof Shape.Sequence sequence
                ? Optional.of(Page.of(sequence.items(), range))
                : Optional.empty();
    }

    /** Whether it is a collection without items, or an object without any part. */
    static boolean isEmpty(Shape shape) {
        if (shape instanceof Shape.Mapping mapping) {
            return mapping.entries().isEmpty();
        }
        if (shape instanceof Shape.Instance instance) {
            return parts(instance).isEmpty();
        }
        return shape instanceof Shape.Sequence sequence && sequence.items().isEmpty();
    }

    /** What Python calls the type of a value; the class of an object. */
    static String typeName(Shape shape) {
        if (shape instanceof Shape.Atom atom) {
            return atom.type();
        }
        if (shape instanceof Shape.Sequence sequence) {
            return sequence.type();
        }
        if (shape instanceof Shape.Instance instance) {
            return instance.pythonClass().toString();
        }
        return shape instanceof Shape.Mapping ? "dict" : "reference";
    }

    /** Class and oid of an object, as far as they are known without loading it. */
    static String name(Persistent object) {
        return object.pythonClass() + " " + object.oid().map(Oid::toString).orElse("(new)");
    }

    private static Shape instance(PersistentObject object) {
        Map<String, Object> more = new LinkedHashMap<>();
        addUnlessEmpty(more, "arguments", object.arguments());
        addState(more, object.attributes(), object.state());
        return new Shape.Instance(object.pythonClass(), object.attributes(), more);
    }

    private static Shape instance(PythonObject object) {
        Map<String, Object> more = new LinkedHashMap<>();
        addUnlessEmpty(more, "arguments", object.arguments());
        addState(more, object.attributes(), object.state());
        addUnlessEmpty(more, "items", object.items());
        if (!object.entries().isEmpty()) {
            more.put("entries", object.entries());
        }
        return new Shape.Instance(object.pythonClass(), object.attributes(), more);
    }

    private static void addUnlessEmpty(Map<String, Object> more, String name, List<?> values) {
        if (!values.isEmpty()) {
            more.put(name, values);
        }
    }

    private static void addState(Map<String, Object> more, Map<String, ?> attributes, @Nullable Object state) {
        if (attributes.isEmpty() && state != null && !(state instanceof Map<?, ?>)) {
            more.put("state", state);
        }
    }

    private static Shape.Atom atom(@Nullable Object value) {
        return new Shape.Atom(value == null ? "NoneType" : ATOMS.getOrDefault(value.getClass(), "object"), value);
    }

    private static String sequenceType(Collection<?> items) {
        if (items instanceof Set<?>) {
            return items instanceof FrozenSet ? "frozenset" : "set";
        }
        return items instanceof Tuple ? "tuple" : "list";
    }
}
