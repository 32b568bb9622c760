package io.zrs.database;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which values can be keys of dictionaries and items of sets: those whose hash never changes, as in Python. It also keeps the hash of a value that
 * contains itself from never ending.
 */
final class Keys {
    private Keys() {}

    /**
     * Checks that a value can be a key.
     *
     * @throws UnreadableStateException if it is mutable, or a tuple that holds what is
     */
    static void check(@Nullable Object key) throws UnreadableStateException {
        if (key instanceof Tuple tuple) {
            check(tuple);
        } else if (!(key instanceof FrozenSet)) {
            // Persistent collections are among these: their hash would load them, and what they contain.
            if (key instanceof List || key instanceof Map || key instanceof Set) {
                throw new UnreadableStateException("a key or an item of a set that can change: "
                        + key.getClass().getSimpleName());
            }
        }
    }

    private static void check(Tuple tuple) throws UnreadableStateException {
        if (tuple.isImmutable()) {
            return;
        }
        for (Object item : tuple) {
            check(item);
        }
        tuple.setImmutable();
    }
}
