package io.zrs.pickle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A set or frozen set of protocol 4 and above, its items in the order of the pickle; below, sets are calls, and come as
 * {@link PickleObject}. Threading and comparison: {@link PickleValue}.
 */
public final class PickleSet extends Compound {
    private final boolean frozen;
    private List<PickleValue> items = List.of();

    private PickleSet(boolean frozen) {
        this.frozen = frozen;
    }

    static PickleSet empty() {
        return new PickleSet(false);
    }

    /** The {@code set} of {@code items}. */
    public static PickleSet of(List<? extends PickleValue> items) {
        PickleSet set = new PickleSet(false);
        set.addAll(items);
        return set;
    }

    /** The {@code frozenset} of {@code items}. */
    public static PickleSet frozen(List<? extends PickleValue> items) {
        PickleSet set = new PickleSet(true);
        set.addAll(items);
        return set;
    }

    /** Whether this is a {@code frozenset}. */
    public boolean isFrozen() {
        return frozen;
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
        handler.set(this);
    }

    @Override
    String label() {
        return frozen ? "frozenset" : "set";
    }

    /** Adds items, and answers as {@link #adopt} does. */
    boolean addAll(List<? extends PickleValue> more) {
        if (items.isEmpty()) {
            items = new ArrayList<>(more.size());
        }
        boolean exact = true;
        for (int i = 0; i < more.size(); i++) {
            items.add(more.get(i));
            exact &= adopt(more.get(i));
        }
        return exact;
    }
}
