package io.zrs.database;

import java.util.AbstractSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map.Entry;
import java.util.NavigableSet;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a {@link BTreeRange} as a set.
 *
 * <p>Threading: as its connection.
 */
abstract class BTreeKeys extends AbstractSet<Object> implements NavigableSet<Object> {
    BTreeKeys() {}

    /** What this set shows. */
    abstract BTreeRange range();

    @Override
    public int size() {
        return range().size();
    }

    @Override
    public boolean isEmpty() {
        return range().isEmpty();
    }

    @Override
    public boolean contains(@Nullable Object key) {
        return range().find(key) != null;
    }

    @Override
    public Iterator<Object> iterator() {
        return range().iterator(Entry::getKey);
    }

    @Override
    public Iterator<Object> descendingIterator() {
        return range().reversed().iterator(Entry::getKey);
    }

    @Override
    public Spliterator<Object> spliterator() {
        return range().spliterator(Entry::getKey);
    }

    @Override
    public Comparator<Object> comparator() {
        return range().comparator();
    }

    @Override
    public Object first() {
        return existing(range().first());
    }

    @Override
    public Object last() {
        return existing(range().last());
    }

    @Override
    public @Nullable Object lower(@Nullable Object key) {
        return keyOf(range().before(key, false));
    }

    @Override
    public @Nullable Object floor(@Nullable Object key) {
        return keyOf(range().before(key, true));
    }

    @Override
    public @Nullable Object ceiling(@Nullable Object key) {
        return keyOf(range().after(key, true));
    }

    @Override
    public @Nullable Object higher(@Nullable Object key) {
        return keyOf(range().after(key, false));
    }

    @Override
    public NavigableSet<Object> descendingSet() {
        return new Part(range().reversed());
    }

    @Override
    public NavigableSet<Object> subSet(
            @Nullable Object fromKey, boolean fromInclusive, @Nullable Object toKey, boolean toInclusive) {
        return new Part(range().between(fromKey, fromInclusive, toKey, toInclusive));
    }

    @Override
    public NavigableSet<Object> headSet(@Nullable Object toKey, boolean inclusive) {
        return new Part(range().to(toKey, inclusive));
    }

    @Override
    public NavigableSet<Object> tailSet(@Nullable Object fromKey, boolean inclusive) {
        return new Part(range().from(fromKey, inclusive));
    }

    @Override
    public NavigableSet<Object> subSet(@Nullable Object fromKey, @Nullable Object toKey) {
        return subSet(fromKey, true, toKey, false);
    }

    @Override
    public NavigableSet<Object> headSet(@Nullable Object toKey) {
        return headSet(toKey, false);
    }

    @Override
    public NavigableSet<Object> tailSet(@Nullable Object fromKey) {
        return tailSet(fromKey, true);
    }

    @Override
    public boolean add(@Nullable Object key) {
        throw BTreeState.readOnly();
    }

    @Override
    public boolean remove(@Nullable Object key) {
        throw BTreeState.readOnly();
    }

    @Override
    public void clear() {
        throw BTreeState.readOnly();
    }

    @Override
    public @Nullable Object pollFirst() {
        throw BTreeState.readOnly();
    }

    @Override
    public @Nullable Object pollLast() {
        throw BTreeState.readOnly();
    }

    /** As Python prints a set; cut if it is long, and no more is loaded then. */
    @Override
    public String toString() {
        return PythonRepr.of(this);
    }

    private static @Nullable Object keyOf(@Nullable Entry<Object, @Nullable Object> entry) {
        return entry == null ? null : entry.getKey();
    }

    private static Object existing(@Nullable Entry<Object, @Nullable Object> entry) {
        if (entry == null) {
            throw new NoSuchElementException();
        }
        return entry.getKey();
    }

    /** The keys of a tree or of a part, from below or from above. */
    static final class Part extends BTreeKeys {
        private final BTreeRange range;

        Part(BTreeRange range) {
            this.range = range;
        }

        @Override
        BTreeRange range() {
            return range;
        }
    }
}
