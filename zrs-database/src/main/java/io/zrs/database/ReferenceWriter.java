package io.zrs.database;

import io.zrs.database.CrossDatabaseReference.Strength;
import io.zrs.pickle.Octets;
import io.zrs.pickle.PersistentReference;
import io.zrs.pickle.PickleList;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.storage.Oid;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Writes the references that {@link ReferenceReader} reads. Each time there is a new one, but an oid is one value in a record, as in Python.
 *
 * <p>Threading: as its connection. Source: ZODB, {@code serialize.py}.
 */
final class ReferenceWriter {
    private final ValueWriter values;
    private final Function<Persistent, Oid> oids;
    private final Map<Oid, PickleValue> oidValues = new HashMap<>();

    ReferenceWriter(ValueWriter values, Function<Persistent, Oid> oids) {
        this.values = values;
        this.oids = oids;
    }

    PickleValue write(Persistent target) {
        PickleValue oid = oid(oids.apply(target));
        // Python leaves out the class where making an object takes more than that: it then looks at the record.
        return PersistentReference.of(
                takesArguments(target) ? oid : PickleTuple.of(oid, values.write(target.pythonClass())));
    }

    PickleValue write(WeakRef reference) {
        Persistent target = reference.target();
        return special("w", oid(target == null ? reference.oid().orElseThrow() : oids.apply(target)));
    }

    PickleValue write(CrossDatabaseReference reference) {
        PickleValue oid = oid(reference.oid());
        PickleValue database = values.write(reference.database());
        if (reference.strength() == Strength.WEAK) {
            return special("w", oid, database);
        }
        PythonClass pythonClass = reference.pythonClass();
        return pythonClass == null
                ? special("n", database, oid)
                : special("m", database, oid, values.write(pythonClass));
    }

    private static boolean takesArguments(Persistent target) {
        if (target instanceof PersistentObject generic && generic.knownArguments() != null) {
            return true;
        }
        return target.persistence().metadata() instanceof PickleTuple tuple
                && tuple.items().get(1) != PickleValue.None.NONE;
    }

    private PersistentReference special(String kind, PickleValue... parts) {
        return PersistentReference.of(PickleList.of(values.name(kind), PickleTuple.of(parts)));
    }

    private PickleValue oid(Oid oid) {
        ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).putLong(0, oid.value());
        return oidValues.computeIfAbsent(oid, each -> values.bytes(Octets.of(bytes)));
    }
}
