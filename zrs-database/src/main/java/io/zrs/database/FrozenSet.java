package io.zrs.database;

import java.util.AbstractSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Python's {@code frozenset}: a set that never changes, in the order of its record.
 *
 * <p>Threading: immutable.
 */
public final class FrozenSet extends AbstractSet<@Nullable Object> {
    private final Set<@Nullable Object> items;
    private final int hash;

    private FrozenSet(Set<@Nullable Object> items) {
        this.items = Collections.unmodifiableSet(items);
        this.hash = items.hashCode();
    }

    /** The frozen set of {@code items}; integers of all types become {@link Long}, {@link Float} becomes {@link Double}. */
    public static FrozenSet copyOf(Collection<? extends @Nullable Object> items) {
        Set<@Nullable Object> normalised = new LinkedHashSet<>();
        for (Object item : items) {
            normalised.add(PythonNumbers.normalised(item));
        }
        return new FrozenSet(normalised);
    }

    @Override
    public boolean contains(@Nullable Object item) {
        return items.contains(PythonNumbers.normalised(item));
    }

    @Override
    public Iterator<@Nullable Object> iterator() {
        return items.iterator();
    }

    @Override
    public int size() {
        return items.size();
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return super.equals(other);
    }

    /** As Python prints it, {@code frozenset({1, 2})}; cut if it is long. */
    @Override
    public String toString() {
        return PythonRepr.of(this);
    }
}
