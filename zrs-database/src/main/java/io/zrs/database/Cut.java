package io.zrs.database;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place between the keys of a tree: before or after where a key is or would be, or at one of the ends.
 *
 * <p>Threading: immutable.
 */
final class Cut implements Comparable<Cut> {
    /** Before all keys. */
    static final Cut START = new Cut(Place.START, null);

    /** After all keys. */
    static final Cut END = new Cut(Place.END, null);

    private enum Place {
        START,
        BEFORE,
        AFTER,
        END
    }

    private final Place place;
    private final @Nullable Object key;

    private Cut(Place place, @Nullable Object key) {
        this.place = place;
        this.key = key;
    }

    static Cut before(@Nullable Object key) {
        return new Cut(Place.BEFORE, key);
    }

    static Cut after(@Nullable Object key) {
        return new Cut(Place.AFTER, key);
    }

    /** Before the same key; an end stays. */
    Cut beforeKey() {
        return isAtKey() ? before(key) : this;
    }

    /** After the same key; an end stays. */
    Cut afterKey() {
        return isAtKey() ? after(key) : this;
    }

    /** Whether this place lies before {@code other}. */
    boolean isBelow(@Nullable Object other) {
        if (!isAtKey()) {
            return place == Place.START;
        }
        int order = PythonOrder.ORDER.compare(key, other);
        return order < 0 || (order == 0 && place == Place.BEFORE);
    }

    /** How many of {@code keys}, which ascend, lie before this place. */
    int in(List<?> keys) {
        int low = 0;
        int high = keys.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isBelow(keys.get(middle))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    @Override
    public int compareTo(Cut other) {
        int order = isAtKey() && other.isAtKey() ? PythonOrder.ORDER.compare(key, other.key) : 0;
        return order != 0 ? order : place.compareTo(other.place);
    }

    private boolean isAtKey() {
        return place == Place.BEFORE || place == Place.AFTER;
    }
}
