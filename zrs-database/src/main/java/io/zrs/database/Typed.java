package io.zrs.database;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Values of which the application says what they are. Threading: thread-safe. */
final class Typed {
    private Typed() {}

    /**
     * A value as what it is.
     *
     * @param name key or attribute, for messages
     * @throws NoSuchElementException if there is none
     * @throws ClassCastException if it is something else
     */
    static <T> T cast(Object name, @Nullable Object value, Class<T> type) {
        if (value == null) {
            throw new NoSuchElementException(name + ": there is no value, or None");
        }
        if (!type.isInstance(value)) {
            throw new ClassCastException(name + ": a " + value.getClass().getName() + ", not a " + type.getName());
        }
        return type.cast(value);
    }
}
