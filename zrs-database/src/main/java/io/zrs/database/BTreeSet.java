package io.zrs.database;

/**
 * A sorted set in many records, of which only those are loaded that are needed: {@code BTrees.OOBTree.OOTreeSet} and its kin for integers and bytes.
 * Also a {@code Set}, which is one leaf of such a set, or an object of its own.
 *
 * <p>Order, loading and iterators: as those of {@link BTree}. BTrees are read-only here: everything that would change one is an {@link
 * UnsupportedOperationException}.
 *
 * <p>Threading and errors: as {@link BTree}. Source: BTrees, {@code TreeSetTemplate.c}.
 */
public final class BTreeSet extends BTreeKeys implements Persistent {
    private final Persistence persistence;

    /** A ghost. */
    BTreeSet(PythonClass pythonClass, BTreeClass treeClass) {
        this.persistence = new Persistence(this, pythonClass, new BTreeState(treeClass));
    }

    @Override
    public Persistence persistence() {
        return persistence;
    }

    /**
     * Refused.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public void changed() {
        throw BTreeState.readOnly();
    }

    @Override
    BTreeRange range() {
        return BTreeRange.all(this);
    }
}
