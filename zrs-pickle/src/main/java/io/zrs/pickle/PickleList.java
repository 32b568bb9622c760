package io.zrs.pickle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A list. Threading and comparison: {@link PickleValue}. */
public final class PickleList extends Compound {
    private List<PickleValue> items = List.of();

    PickleList() {}

    /** The list of {@code items}. */
    public static PickleList of(PickleValue... items) {
        return of(List.of(items));
    }

    /** The list of {@code items}. */
    public static PickleList of(List<? extends PickleValue> items) {
        PickleList list = new PickleList();
        list.appendAll(items);
        return list;
    }

    /** A builder of a list that may be put somewhere before it is complete: into itself, too. */
    public static Builder builder() {
        return new Builder();
    }

    /** The items, unmodifiable. */
    public List<PickleValue> items() {
        return Collections.unmodifiableList(items);
    }

    @Override
    public List<PickleValue> children() {
        return items();
    }

    @Override
    public <X extends Exception> void dispatch(Handler<X> handler) throws X {
        handler.list(this);
    }

    /** Appends, and answers as {@link #adopt} does. */
    boolean append(PickleValue item) {
        return appendAll(List.of(item));
    }

    /** Appends, and answers as {@link #adopt} does. */
    boolean appendAll(List<? extends PickleValue> more) {
        if (items.isEmpty()) {
            items = new ArrayList<>(more.size()); // an empty list, of which there may be many, has none
        }
        boolean exact = true;
        for (int i = 0; i < more.size(); i++) {
            items.add(more.get(i));
            exact &= adopt(more.get(i));
        }
        return exact;
    }

    /**
     * Fills one list.
     *
     * <p>Threading: needs outside synchronisation, together with its list, as long as it is used.
     */
    public static final class Builder {
        private final PickleList list = new PickleList();

        private Builder() {}

        /** The list, each time the same one: it holds what was added so far, and will hold what is added later. */
        public PickleList value() {
            return list;
        }

        /** Adds {@code item} at the end. */
        public Builder add(PickleValue item) {
            list.append(item);
            return this;
        }
    }
}
