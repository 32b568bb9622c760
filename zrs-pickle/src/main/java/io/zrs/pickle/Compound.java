package io.zrs.pickle;

import java.util.List;

/**
 * A value with others inside, perhaps itself. {@link Graph} compares and prints it.
 *
 * <p>The reader fills a compound after it was made, so it also keeps what the depth limit needs: the nesting below it,
 * known as long as nothing is put into a compound that already lies inside another one. Nothing else looks at that: of
 * values that a builder fills it may be too small.
 */
abstract sealed class Compound implements PickleValue
        permits PickleTuple, PickleList, PickleDict, PickleSet, PickleObject, PersistentReference {
    private int depth = 1;
    private boolean placed;

    /** What this is, in a word, quickly. */
    String label() {
        return getClass().getSimpleName();
    }

    /** What must be equal besides the children: the label, and how the children are arranged. */
    String shape() {
        return label();
    }

    /** Nesting, itself included; too small after {@link #adopt} has said so. */
    final int depth() {
        return depth;
    }

    /**
     * Notes that {@code child} lies inside this compound now.
     *
     * @return whether the depth of this compound is exact and is still that of everything that contains it
     */
    @SuppressWarnings("ReferenceEquality") // whether it contains itself, not an equal one
    final boolean adopt(PickleValue child) {
        if (!(child instanceof Compound compound)) {
            return true;
        }
        if (placed || compound == this) {
            compound.placed = true;
            return false;
        }
        compound.placed = true;
        depth = Math.max(depth, compound.depth + 1);
        return true;
    }

    /** Adopts all of {@code children}; for compounds that are complete when they are made. */
    final void adoptAll(List<? extends PickleValue> children) {
        for (int i = 0; i < children.size(); i++) {
            adopt(children.get(i));
        }
    }

    @Override
    public final boolean equals(Object other) {
        return other instanceof PickleValue value && Graph.same(this, value);
    }

    @Override
    public final int hashCode() {
        return Graph.hash(this);
    }

    @Override
    public final String toString() {
        return Graph.print(this);
    }
}
