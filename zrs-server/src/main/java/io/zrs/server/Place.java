package io.zrs.server;

import io.zrs.database.Blob;
import io.zrs.database.Connection;
import io.zrs.database.Persistent;
import io.zrs.database.WeakRef;
import io.zrs.storage.PosKeyException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a path leads.
 *
 * <p>Threading: as the connection.
 *
 * @param path how it was reached
 * @param value what is there
 * @param owner the object with a record of its own in which it lies, or which it is
 */
record Place(ObjectPath path, @Nullable Object value, Persistent owner) {
    private static final int VALUE_CHARACTERS = 60;

    /**
     * Walks along a path.
     *
     * @throws CommandFailure if it leads nowhere
     */
    static Place at(Connection connection, ObjectPath path) {
        Place place = start(connection, path.prefix(0));
        for (String segment : path.segments()) {
            place = place.step(segment);
        }
        return place;
    }

    /** Whether it is an object with a record of its own, not a value within one. */
    boolean isObject() {
        return value == owner;
    }

    private static Place start(Connection connection, ObjectPath path) {
        try {
            if (connection.get(path.start()) instanceof Persistent object) {
                return new Place(path, object, object);
            }
            throw new IllegalStateException("a type of an application");
        } catch (PosKeyException e) {
            throw new CommandFailure(
                    ExitCode.NOT_FOUND,
                    "there is no object " + path.start() + " before tid " + Quantities.tid(connection.before()),
                    e);
        }
    }

    private Place step(String segment) {
        try {
            Optional<Found> found = find(value, segment);
            if (found.isEmpty()) {
                throw nothing(segment);
            }
            return place(path.resolve(segment), found.get().value());
        } catch (PosKeyException e) {
            throw new CommandFailure(ExitCode.NOT_FOUND, path + " leads to what is not there: " + e.getMessage(), e);
        }
    }

    private Place place(ObjectPath longer, @Nullable Object next) {
        if (next instanceof WeakRef weak) {
            Object target = weak.get().orElse(null);
            return target == null ? new Place(longer, next, owner) : place(longer, target);
        }
        return new Place(longer, next, next instanceof Persistent persistent ? persistent : owner);
    }

    /** Something that was found; it may be None. */
    private record Found(@Nullable Object value) {}

    private static Optional<Found> find(@Nullable Object value, String segment) {
        Shape shape = Shapes.ofContent(value);
        if (shape instanceof Shape.Mapping mapping) {
            return inMap(mapping.entries(), segment);
        }
        if (shape instanceof Shape.Instance instance) {
            return inInstance(instance, segment);
        }
        return shape instanceof Shape.Sequence sequence && sequence.items() instanceof List<?> list
                ? inList(list, segment)
                : Optional.empty();
    }

    private static Optional<Found> inMap(Map<?, ?> map, String segment) {
        for (Object key : PathSegment.keys(segment)) {
            try {
                if (map.containsKey(key)) {
                    return Optional.of(new Found(map.get(key)));
                }
            } catch (ClassCastException e) {
                // A BTree whose keys are of another kind.
            }
        }
        return Optional.empty();
    }

    private static Optional<Found> inList(List<?> list, String segment) {
        if (!(PathSegment.keys(segment).get(0) instanceof Long index)) {
            return Optional.empty();
        }
        long fromStart = index < 0 ? index + list.size() : index;
        return fromStart >= 0 && fromStart < list.size()
                ? Optional.of(new Found(list.get((int) fromStart)))
                : Optional.empty();
    }

    /** By the name of a part; or what the only part without a name has. */
    private static Optional<Found> inInstance(Shape.Instance instance, String segment) {
        Optional<Found> found = inMap(Shapes.parts(instance), segment);
        for (String name : List.of("state", "entries", "items")) {
            if (found.isEmpty() && instance.more().containsKey(name)) {
                found = find(instance.more().get(name), segment);
            }
        }
        return found;
    }

    private CommandFailure nothing(String segment) {
        String here = path + (isObject() ? " (" + Shapes.name(owner) + ")" : "");
        Shape shape = Shapes.ofContent(value);
        String reason = shape instanceof Shape.Atom
                ? here + " is " + (value instanceof Blob ? "a blob" : OneLine.cut(shape, VALUE_CHARACTERS))
                        + ", with nothing in it"
                : here + " has no " + segment + NearestKeys.text(shape, segment);
        return new CommandFailure(ExitCode.NOT_FOUND, "there is no " + path.resolve(segment) + ": " + reason);
    }
}
