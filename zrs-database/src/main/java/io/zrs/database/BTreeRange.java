package io.zrs.database;

import com.google.common.primitives.Ints;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map.Entry;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What lies between two places of a tree, seen from below or from above. Holds nothing of it: each method looks at the tree anew.
 *
 * <p>Threading: as its connection.
 *
 * @param isDescending whether the highest key comes first; {@code low} is the lower bound all the same
 */
record BTreeRange(Persistent tree, Cut low, Cut high, boolean isDescending) {
    /** The whole tree, from below. */
    static BTreeRange all(Persistent tree) {
        return new BTreeRange(tree, Cut.START, Cut.END, false);
    }

    BTreeRange reversed() {
        return new BTreeRange(tree, low, high, !isDescending);
    }

    Comparator<Object> comparator() {
        return isDescending ? Collections.reverseOrder(PythonOrder.ORDER) : PythonOrder.ORDER;
    }

    @Nullable
    Entry<Object, @Nullable Object> first() {
        return isDescending ? highestBelow(high) : lowestAbove(low);
    }

    @Nullable
    Entry<Object, @Nullable Object> last() {
        return isDescending ? lowestAbove(low) : highestBelow(high);
    }

    /** The entry of {@code key}, null if there is none in this range. */
    @Nullable
    Entry<Object, @Nullable Object> find(@Nullable Object key) {
        return low.isBelow(key) && !high.isBelow(key) ? BTreeWalk.find(tree, key) : null;
    }

    /** The entry nearest to {@code key} among those after it, in the direction of this range. */
    @Nullable
    Entry<Object, @Nullable Object> after(@Nullable Object key, boolean inclusive) {
        return isDescending ? highestBelow(upper(key, inclusive)) : lowestAbove(lower(key, inclusive));
    }

    /** The entry nearest to {@code key} among those before it, in the direction of this range. */
    @Nullable
    Entry<Object, @Nullable Object> before(@Nullable Object key, boolean inclusive) {
        return isDescending ? lowestAbove(lower(key, inclusive)) : highestBelow(upper(key, inclusive));
    }

    /**
     * The part from a key on, in the direction of this range.
     *
     * @throws IllegalArgumentException if the key lies outside of this range
     */
    BTreeRange from(@Nullable Object key, boolean inclusive) {
        checkWithin(key, inclusive);
        return isDescending
                ? new BTreeRange(tree, low, upper(key, inclusive), true)
                : new BTreeRange(tree, lower(key, inclusive), high, false);
    }

    /**
     * The part up to a key, in the direction of this range.
     *
     * @throws IllegalArgumentException if the key lies outside of this range
     */
    BTreeRange to(@Nullable Object key, boolean inclusive) {
        checkWithin(key, inclusive);
        return isDescending
                ? new BTreeRange(tree, lower(key, inclusive), high, true)
                : new BTreeRange(tree, low, upper(key, inclusive), false);
    }

    /**
     * The part between two keys, in the direction of this range.
     *
     * @throws IllegalArgumentException if a key lies outside of this range, or the first comes after the second
     */
    BTreeRange between(@Nullable Object fromKey, boolean fromInclusive, @Nullable Object toKey, boolean toInclusive) {
        if (comparator().compare(fromKey, toKey) > 0) {
            throw new IllegalArgumentException("the first key comes after the second one");
        }
        checkWithin(fromKey, fromInclusive);
        checkWithin(toKey, toInclusive);
        return isDescending
                ? new BTreeRange(tree, lower(toKey, toInclusive), upper(fromKey, fromInclusive), true)
                : new BTreeRange(tree, lower(fromKey, fromInclusive), upper(toKey, toInclusive), false);
    }

    boolean isEmpty() {
        return first() == null;
    }

    int size() {
        return Ints.saturatedCast(BTreeWalk.up(tree, low, high).count());
    }

    /** Goes through the entries, each made into what is wanted. */
    <T> Iterator<T> iterator(Function<Entry<Object, @Nullable Object>, T> part) {
        return new Entries<>(isDescending ? BTreeWalk.down(tree, high, low) : BTreeWalk.up(tree, low, high), part);
    }

    /** The same, for streams; never asks for the size, which would load everything. */
    <T> Spliterator<T> spliterator(Function<Entry<Object, @Nullable Object>, T> part) {
        return Spliterators.spliteratorUnknownSize(iterator(part), Spliterator.ORDERED);
    }

    private @Nullable Entry<Object, @Nullable Object> lowestAbove(Cut cut) {
        return BTreeWalk.up(tree, cut.compareTo(low) > 0 ? cut : low, high).next();
    }

    private @Nullable Entry<Object, @Nullable Object> highestBelow(Cut cut) {
        return BTreeWalk.down(tree, cut.compareTo(high) < 0 ? cut : high, low).next();
    }

    private static Cut lower(@Nullable Object key, boolean inclusive) {
        return inclusive ? Cut.before(key) : Cut.after(key);
    }

    private static Cut upper(@Nullable Object key, boolean inclusive) {
        return inclusive ? Cut.after(key) : Cut.before(key);
    }

    /** A bound that is not part of the range may also be the key where this range ends, as in {@link java.util.TreeMap}. */
    private void checkWithin(@Nullable Object key, boolean inclusive) {
        boolean isWithin = inclusive
                ? low.isBelow(key) && !high.isBelow(key)
                : low.beforeKey().isBelow(key) && !high.afterKey().isBelow(key);
        if (!isWithin) {
            throw new IllegalArgumentException("outside of the range");
        }
    }

    private static final class Entries<T> implements Iterator<T> {
        private final BTreeWalk walk;
        private final Function<Entry<Object, @Nullable Object>, T> part;
        private @Nullable Entry<Object, @Nullable Object> next;

        private Entries(BTreeWalk walk, Function<Entry<Object, @Nullable Object>, T> part) {
            this.walk = walk;
            this.part = part;
        }

        @Override
        public boolean hasNext() {
            if (next == null) {
                next = walk.next();
            }
            return next != null;
        }

        @Override
        public T next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            T given = part.apply(next);
            next = null;
            return given;
        }

        @Override
        public void remove() {
            throw BTreeState.readOnly();
        }
    }
}
