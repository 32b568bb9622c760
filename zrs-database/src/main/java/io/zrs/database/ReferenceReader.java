package io.zrs.database;

import io.zrs.database.CrossDatabaseReference.Strength;
import io.zrs.pickle.Octets;
import io.zrs.pickle.PersistentReference;
import io.zrs.pickle.PickleList;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.storage.Oid;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds what persistent references lead to.
 *
 * <pre>
 * oid                                 an object of a class with __getnewargs__
 * (oid, class)                        an object; class may be (module, name)
 * ['w', (oid,)]       [oid]           a weak reference
 * ['w', (oid, database)]              one into another database
 * ['n', (database, oid)]              a reference into another database
 * ['m', (database, oid, class)]
 * </pre>
 *
 * <p>Threading: as its connection. Source: ZODB, {@code serialize.py}.
 */
final class ReferenceReader {
    private final Connection connection;
    private final RecordReader records;

    ReferenceReader(Connection connection, RecordReader records) {
        this.connection = connection;
        this.records = records;
    }

    /** A {@link Persistent}, a {@link WeakRef} or a {@link CrossDatabaseReference}. */
    Object read(PersistentReference reference) throws UnreadableStateException {
        PickleValue id = reference.id();
        Object target = null;
        if (id instanceof PickleTuple tuple && tuple.items().size() == 2) {
            target = object(tuple.items().get(0), tuple.items().get(1));
        } else if (id instanceof PickleList list) {
            target = special(list.items());
        } else {
            Oid oid = oid(id);
            target = oid == null ? null : connection.ghost(oid);
        }
        if (target == null) {
            throw new UnreadableStateException("a persistent reference of a form that ZODB does not know: " + id);
        }
        return target;
    }

    private @Nullable Object object(PickleValue first, PickleValue second) {
        Oid oid = oid(first);
        if (oid == null) {
            return null;
        }
        PythonClass pythonClass = records.namedBy(second);
        // The class may itself lie in the database: then the object's own record is asked.
        return pythonClass == null ? connection.ghost(oid) : connection.ghost(oid, pythonClass);
    }

    private @Nullable Object special(List<PickleValue> items) {
        if (items.size() == 1) {
            return weak(oid(items.get(0)), null);
        }
        if (items.size() != 2 || !(items.get(1) instanceof PickleTuple tuple)) {
            return null;
        }
        List<PickleValue> parts = tuple.items();
        String kind = RecordReader.name(items.get(0)).orElse("") + parts.size();
        return switch (kind) {
            case "w1" -> weak(oid(parts.get(0)), null);
            case "w2" -> weak(oid(parts.get(0)), parts.get(1));
            case "n2" -> foreign(parts.get(0), oid(parts.get(1)), null, Strength.STRONG);
            case "m3" -> foreign(parts.get(0), oid(parts.get(1)), records.namedBy(parts.get(2)), Strength.STRONG);
            default -> null;
        };
    }

    private @Nullable Object weak(@Nullable Oid oid, @Nullable PickleValue database) {
        if (database != null) {
            return foreign(database, oid, null, Strength.WEAK);
        }
        return oid == null ? null : WeakRef.read(connection, oid);
    }

    private static @Nullable Object foreign(
            PickleValue database, @Nullable Oid oid, @Nullable PythonClass pythonClass, Strength strength) {
        String name = RecordReader.name(database).orElse(null);
        return name == null || oid == null ? null : new CrossDatabaseReference(name, oid, pythonClass, strength);
    }

    /** Eight bytes; text if Python 3 has read them from Python 2. */
    static @Nullable Oid oid(PickleValue value) {
        Optional<Octets> octets = value instanceof PickleValue.Text text ? Optional.of(text.utf8()) : value.asBytes();
        return octets.filter(bytes -> bytes.size() == Long.BYTES)
                .map(bytes -> new Oid(bytes.asByteBuffer().getLong()))
                .orElse(null);
    }
}
