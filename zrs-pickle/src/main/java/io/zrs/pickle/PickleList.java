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
}
