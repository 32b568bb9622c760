package io.zrs.database;

import java.util.AbstractCollection;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.Spliterator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link BTreeRange} as a map.
 *
 * <p>Threading: as its connection.
 */
abstract class BTreeMapping extends AbstractMap<Object, @Nullable Object>
        implements NavigableMap<Object, @Nullable Object> {
    BTreeMapping() {}

    /** What this map shows. */
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
    public boolean containsKey(@Nullable Object key) {
        return range().find(key) != null;
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        Entry<Object, @Nullable Object> entry = range().find(key);
        return entry == null ? null : entry.getValue();
    }

    @Override
    public Comparator<Object> comparator() {
        return range().comparator();
    }

    @Override
    public @Nullable Entry<Object, @Nullable Object> firstEntry() {
        return range().first();
    }

    @Override
    public @Nullable Entry<Object, @Nullable Object> lastEntry() {
        return range().last();
    }

    @Override
    public @Nullable Entry<Object, @Nullable Object> lowerEntry(@Nullable Object key) {
        return range().before(key, false);
    }

    @Override
    public @Nullable Entry<Object, @Nullable Object> floorEntry(@Nullable Object key) {
        return range().before(key, true);
    }

    @Override
    public @Nullable Entry<Object, @Nullable Object> ceilingEntry(@Nullable Object key) {
        return range().after(key, true);
    }

    @Override
    public @Nullable Entry<Object, @Nullable Object> higherEntry(@Nullable Object key) {
        return range().after(key, false);
    }

    @Override
    public Object firstKey() {
        return navigableKeySet().first();
    }

    @Override
    public Object lastKey() {
        return navigableKeySet().last();
    }

    @Override
    public @Nullable Object lowerKey(@Nullable Object key) {
        return navigableKeySet().lower(key);
    }

    @Override
    public @Nullable Object floorKey(@Nullable Object key) {
        return navigableKeySet().floor(key);
    }

    @Override
    public @Nullable Object ceilingKey(@Nullable Object key) {
        return navigableKeySet().ceiling(key);
    }

    @Override
    public @Nullable Object higherKey(@Nullable Object key) {
        return navigableKeySet().higher(key);
    }

    @Override
    public NavigableMap<Object, @Nullable Object> descendingMap() {
        return new Part(range().reversed());
    }

    @Override
    public NavigableMap<Object, @Nullable Object> subMap(
            @Nullable Object fromKey, boolean fromInclusive, @Nullable Object toKey, boolean toInclusive) {
        return new Part(range().between(fromKey, fromInclusive, toKey, toInclusive));
    }

    @Override
    public NavigableMap<Object, @Nullable Object> headMap(@Nullable Object toKey, boolean inclusive) {
        return new Part(range().to(toKey, inclusive));
    }

    @Override
    public NavigableMap<Object, @Nullable Object> tailMap(@Nullable Object fromKey, boolean inclusive) {
        return new Part(range().from(fromKey, inclusive));
    }

    @Override
    public NavigableMap<Object, @Nullable Object> subMap(@Nullable Object fromKey, @Nullable Object toKey) {
        return subMap(fromKey, true, toKey, false);
    }

    @Override
    public NavigableMap<Object, @Nullable Object> headMap(@Nullable Object toKey) {
        return headMap(toKey, false);
    }

    @Override
    public NavigableMap<Object, @Nullable Object> tailMap(@Nullable Object fromKey) {
        return tailMap(fromKey, true);
    }

    @Override
    public NavigableSet<Object> navigableKeySet() {
        return new BTreeKeys.Part(range());
    }

    @Override
    public NavigableSet<Object> descendingKeySet() {
        return new BTreeKeys.Part(range().reversed());
    }

    @Override
    public NavigableSet<Object> keySet() {
        return navigableKeySet();
    }

    @Override
    public Collection<@Nullable Object> values() {
        return new Values(range());
    }

    @Override
    public Set<Entry<Object, @Nullable Object>> entrySet() {
        return new Entries(range());
    }

    @Override
    public @Nullable Object put(@Nullable Object key, @Nullable Object value) {
        throw BTreeState.readOnly();
    }

    @Override
    public void putAll(Map<? extends Object, ? extends @Nullable Object> entries) {
        throw BTreeState.readOnly();
    }

    @Override
    public @Nullable Object remove(@Nullable Object key) {
        throw BTreeState.readOnly();
    }

    @Override
    public void clear() {
        throw BTreeState.readOnly();
    }

    @Override
    public @Nullable Entry<Object, @Nullable Object> pollFirstEntry() {
        throw BTreeState.readOnly();
    }

    @Override
    public @Nullable Entry<Object, @Nullable Object> pollLastEntry() {
        throw BTreeState.readOnly();
    }

    /** As Python prints a dictionary; cut if it is long, and no more is loaded then. */
    @Override
    public String toString() {
        return PythonRepr.of(this);
    }

    /** A part of a tree, or one seen from above. */
    private static final class Part extends BTreeMapping {
        private final BTreeRange range;

        private Part(BTreeRange range) {
            this.range = range;
        }

        @Override
        BTreeRange range() {
            return range;
        }
    }

    private static final class Values extends AbstractCollection<@Nullable Object> {
        private final BTreeRange range;

        private Values(BTreeRange range) {
            this.range = range;
        }

        @Override
        public Iterator<@Nullable Object> iterator() {
            return range.iterator(Entry::getValue);
        }

        @Override
        public Spliterator<@Nullable Object> spliterator() {
            return range.spliterator(Entry::getValue);
        }

        @Override
        public int size() {
            return range.size();
        }

        @Override
        public boolean isEmpty() {
            return range.isEmpty();
        }

        @Override
        public void clear() {
            throw BTreeState.readOnly();
        }

        @Override
        public String toString() {
            return PythonRepr.of(this);
        }
    }

    private static final class Entries extends AbstractSet<Entry<Object, @Nullable Object>> {
        private final BTreeRange range;

        private Entries(BTreeRange range) {
            this.range = range;
        }

        @Override
        public Iterator<Entry<Object, @Nullable Object>> iterator() {
            return range.iterator(entry -> entry);
        }

        @Override
        public Spliterator<Entry<Object, @Nullable Object>> spliterator() {
            return range.spliterator(entry -> entry);
        }

        @Override
        public boolean contains(@Nullable Object entry) {
            return entry instanceof Entry<?, ?> other && other.equals(range.find(other.getKey()));
        }

        @Override
        public int size() {
            return range.size();
        }

        @Override
        public boolean isEmpty() {
            return range.isEmpty();
        }

        @Override
        public boolean remove(@Nullable Object entry) {
            throw BTreeState.readOnly();
        }

        @Override
        public void clear() {
            throw BTreeState.readOnly();
        }
    }
}
