package io.zrs.database;

/**
 * A sorted mapping in many records, of which only those are loaded that are needed: {@code BTrees.OOBTree.OOBTree} and its kin for integers, floats
 * and bytes. Also a {@code Bucket}, which is one leaf of such a tree, or an object of its own.
 *
 * <p>Keys are in the order of Python: None, then numbers by value, then text and bytes by code point, then tuples; dates among themselves. A key of another
 * kind than the tree's is not there; one that cannot be compared with a key that the tree has is a {@link ClassCastException}. Trees whose keys have no order here, for
 * example instances of application classes, can only be gone through.
 *
 * <p>{@code get} loads one record a level, an iterator leaf by leaf as it goes on; ranges and the other views hold nothing. {@code size} counts, and loads
 * every leaf for it: applications keep a {@link Length} beside a large tree. So do {@code equals} and {@code hashCode}. Streams do not ask for the size.
 *
 * <p>Iterators never fail because the connection has moved on to another snapshot: they go on there after the last key that they gave. Only where the keys have no order,
 * that is a {@link java.util.ConcurrentModificationException}.
 *
 * <p>BTrees are read-only here: everything that would change one is an {@link UnsupportedOperationException}.
 *
 * <p>Threading and errors: as {@link Persistent}. A tree whose nodes contradict each other is an {@link UnreadableObjectException} when that is seen. Source: BTrees, {@code
 * BTreeTemplate.c}.
 */
public final class BTree extends BTreeMapping implements Persistent {
    private final Persistence persistence;

    /** A ghost. */
    BTree(PythonClass pythonClass, BTreeClass treeClass) {
        this.persistence = new Persistence(this, pythonClass, new BTreeState(treeClass));
    }

    /**
     * The value of a key, which must be there.
     *
     * @throws java.util.NoSuchElementException if it is not, or is None
     * @throws ClassCastException if it is not of {@code type}, or the key cannot be compared
     */
    public <T> T get(Object key, Class<T> type) {
        return Typed.cast(key, get(key), type);
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
