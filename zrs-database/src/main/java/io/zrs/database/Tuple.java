package io.zrs.database;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collection;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Python's {@code tuple}: a list that never changes. As every list it equals any other with equal items, so {@code map.get(List.of(1L, "a"))} finds the
 * key {@code (1, 'a')}.
 *
 * <p>Threading: immutable, though its items need not be.
 */
public final class Tuple extends AbstractList<@Nullable Object> implements RandomAccess {
    private static final Tuple EMPTY = new Tuple(new Object[0]);

    private final @Nullable Object[] items;
    private boolean immutable;
    private int hash;

    private Tuple(@Nullable Object[] items) {
        this.items = items;
    }

    /** The tuple of {@code items}; integers of all types become {@link Long}, {@link Float} becomes {@link Double}. */
    public static Tuple of(@Nullable Object... items) {
        return copyOf(Arrays.asList(items));
    }

    /** The tuple of {@code items}; integers of all types become {@link Long}, {@link Float} becomes {@link Double}. */
    public static Tuple copyOf(Collection<? extends @Nullable Object> items) {
        return items instanceof Tuple tuple
                ? tuple
                : owned(items.stream().map(PythonNumbers::normalised).toArray());
    }

    /** Takes over {@code items}. */
    static Tuple owned(@Nullable Object[] items) {
        return items.length == 0 ? EMPTY : new Tuple(items);
    }

    @Override
    public @Nullable Object get(int index) {
        return items[index];
    }

    @Override
    public int size() {
        return items.length;
    }

    @Override
    public int hashCode() {
        return immutable ? hash : super.hashCode();
    }

    /**
     * Notes that nothing in it ever changes. Its hash is then taken once: of tuples in tuples, shared in a hostile record, it could else take forever.
     */
    void setImmutable() {
        hash = super.hashCode();
        immutable = true;
    }

    boolean isImmutable() {
        return immutable;
    }

    /** As Python prints it, {@code (1,)}; cut if it is long. */
    @Override
    public String toString() {
        return PythonRepr.of(this);
    }
}
