package io.zrs.database;

import io.zrs.pickle.PickleValue;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of {@link PersistentMapping} and {@link PersistentList}: attributes, of which {@code data} is the content. Others, which an application
 * has set, are kept and written again.
 *
 * @param attributes all of them, by name
 * @param content the one that is called {@code data}
 */
record ContentAttribute<T>(Map<Object, @Nullable Object> attributes, T content) {
    private static final String NAME = "data";
    /** What the attribute was called before 2001; when it is written again, it gets the new name. */
    private static final String OLD_NAME = "_container";

    /** The state of a new object. */
    static <T> ContentAttribute<T> of(T content) {
        Map<Object, @Nullable Object> attributes = new LinkedHashMap<>();
        attributes.put(NAME, content);
        return new ContentAttribute<>(attributes, content);
    }

    /**
     * Reads the state.
     *
     * @param type of the content
     * @param typeName what Python calls it
     * @throws UnreadableStateException if there is no such content
     */
    @SuppressWarnings("unchecked") // dictionaries are read as maps of anything to anything
    static <T> ContentAttribute<T> read(PickleValue state, ValueReader values, Class<T> type, String typeName)
            throws UnreadableStateException {
        if (!(values.read(state) instanceof LinkedHashMap<?, ?> dict)) {
            throw new UnreadableStateException("its state is no dictionary of attributes: " + state);
        }
        Map<Object, @Nullable Object> attributes = (Map<Object, @Nullable Object>) dict;
        if (!attributes.containsKey(NAME) && attributes.containsKey(OLD_NAME)) {
            attributes.put(NAME, attributes.remove(OLD_NAME));
        }
        Object content = attributes.get(NAME);
        if (!type.isInstance(content)) {
            throw new UnreadableStateException(
                    "its state has no attribute \"" + NAME + "\" that is a " + typeName + ": " + state);
        }
        return new ContentAttribute<>(attributes, type.cast(content));
    }
}
