package io.zrs.pickle;

import java.util.List;

/** A tuple. Threading and comparison: {@link PickleValue}. */
public final class PickleTuple extends Compound {
    private static final PickleTuple EMPTY = new PickleTuple(List.of());

    private final List<PickleValue> items;

    private PickleTuple(List<PickleValue> items) {
        this.items = items;
        adoptAll(items);
    }

    /** The tuple of {@code items}. */
    public static PickleTuple of(PickleValue... items) {
        return of(List.of(items));
    }

    /** The tuple of {@code items}. */
    public static PickleTuple of(List<? extends PickleValue> items) {
        return items.isEmpty() ? EMPTY : new PickleTuple(List.copyOf(items));
    }

    /** The items, unmodifiable. */
    public List<PickleValue> items() {
        return items;
    }

    @Override
    public List<PickleValue> children() {
        return items;
    }

    @Override
    public <X extends Exception> void dispatch(Handler<X> handler) throws X {
        handler.tuple(this);
    }
}
