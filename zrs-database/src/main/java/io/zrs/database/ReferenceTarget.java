package io.zrs.database;

import io.zrs.pickle.PersistentReference;
import io.zrs.pickle.PickleList;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.storage.Oid;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a reference leads that is not weak, whatever it says of the class. The forms are those of {@link ReferenceReader}.
 *
 * <p>Threading: immutable.
 *
 * @param database null for the one that the reference is in
 */
record ReferenceTarget(Oid oid, @Nullable String database) {
    /** Where {@code reference} leads; nothing if it is weak, or of an unknown form. */
    static Optional<ReferenceTarget> of(PersistentReference reference) {
        PickleValue id = reference.id();
        if (id instanceof PickleList list) {
            return foreign(list.items());
        }
        if (id instanceof PickleTuple tuple) {
            return tuple.items().size() == 2 ? target(tuple.items().get(0), null) : Optional.empty();
        }
        return target(id, null);
    }

    private static Optional<ReferenceTarget> foreign(List<PickleValue> items) {
        if (items.size() != 2 || !(items.get(1) instanceof PickleTuple tuple)) {
            return Optional.empty();
        }
        List<PickleValue> parts = tuple.items();
        String kind = RecordReader.name(items.get(0)).orElse("") + parts.size();
        return kind.equals("n2") || kind.equals("m3")
                ? RecordReader.name(parts.get(0)).flatMap(database -> target(parts.get(1), database))
                : Optional.empty();
    }

    private static Optional<ReferenceTarget> target(PickleValue value, @Nullable String database) {
        Oid oid = ReferenceReader.oid(value);
        return oid == null ? Optional.empty() : Optional.of(new ReferenceTarget(oid, database));
    }
}
