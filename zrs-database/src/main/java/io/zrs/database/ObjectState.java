package io.zrs.database;

import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of an object of which only Python knows the class. Usually it is a dictionary of attributes; with {@code __slots__} a pair of that or
 * {@code None}, and of a dictionary of the slots; {@code None} if there are no attributes. It can be anything else: what {@code __getstate__} gave.
 *
 * <p>Threading: as its object.
 */
final class ObjectState {
    private @Nullable Map<String, @Nullable Object> dict;
    private final @Nullable Map<String, @Nullable Object> slots;
    private final @Nullable Object other;

    private ObjectState(
            @Nullable Map<String, @Nullable Object> dict,
            @Nullable Map<String, @Nullable Object> slots,
            @Nullable Object other) {
        this.dict = dict;
        this.slots = slots;
        this.other = other;
    }

    /** No attributes; {@code None} until there are some. */
    static ObjectState empty() {
        return new ObjectState(null, null, null);
    }

    /** The state that a record has as {@code value}. */
    static ObjectState of(@Nullable Object value) {
        Map<String, @Nullable Object> attributes = attributes(value);
        if (attributes != null) {
            return new ObjectState(attributes, null, null);
        }
        if (value instanceof Tuple tuple && tuple.size() == 2) {
            Map<String, @Nullable Object> first = attributes(tuple.get(0));
            Map<String, @Nullable Object> second = attributes(tuple.get(1));
            boolean firstFits = tuple.get(0) == null || first != null;
            if (firstFits
                    && second != null
                    && (first == null || first.keySet().stream().noneMatch(second::containsKey))) {
                return new ObjectState(first, second, null);
            }
        }
        return new ObjectState(null, null, value);
    }

    @SuppressWarnings("unchecked") // all keys are looked at
    private static @Nullable Map<String, @Nullable Object> attributes(@Nullable Object value) {
        return value instanceof LinkedHashMap<?, ?> map && map.keySet().stream().allMatch(String.class::isInstance)
                ? (Map<String, @Nullable Object>) map
                : null;
    }

    /** The whole state: a map, a {@link Tuple}, null, or whatever it is. */
    @Nullable
    Object value() {
        return slots != null ? Tuple.of(dict, slots) : dict != null ? dict : other;
    }

    /** Whether there are attributes, or can be. */
    boolean hasAttributes() {
        return other == null;
    }

    boolean contains(@Nullable Object name) {
        return (slots != null && slots.containsKey(name)) || (dict != null && dict.containsKey(name));
    }

    @Nullable
    Object get(@Nullable Object name) {
        if (slots != null && slots.containsKey(name)) {
            return slots.get(name);
        }
        return dict == null ? null : dict.get(name);
    }

    /**
     * Sets an attribute, and gives what it was.
     *
     * @throws IllegalStateException if the state is no attributes
     */
    @Nullable
    Object put(String name, @Nullable Object value) {
        if (!hasAttributes()) {
            throw new IllegalStateException("its state is not made of attributes: " + PythonRepr.of(other));
        }
        Object normalised = PythonNumbers.normalised(value);
        if (slots != null && slots.containsKey(name)) {
            return slots.put(name, normalised);
        }
        if (dict == null) {
            dict = new LinkedHashMap<>();
        }
        return dict.put(name, normalised);
    }

    @Nullable
    Object remove(@Nullable Object name) {
        if (slots != null && slots.containsKey(name)) {
            return slots.remove(name);
        }
        return dict == null ? null : dict.remove(name);
    }

    /** All names, slots last, in a new list. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        if (dict != null) {
            names.addAll(dict.keySet());
        }
        if (slots != null) {
            names.addAll(slots.keySet());
        }
        return names;
    }

    int size() {
        return (dict == null ? 0 : dict.size()) + (slots == null ? 0 : slots.size());
    }

    PickleValue write(ValueWriter values) {
        if (slots != null) {
            return PickleTuple.of(
                    dict == null ? PickleValue.None.NONE : values.attributes(dict), values.attributes(slots));
        }
        return dict != null ? values.attributes(dict) : values.write(other);
    }
}
