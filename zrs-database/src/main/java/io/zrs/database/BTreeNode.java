package io.zrs.database;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of one object of a tree. Plain data: it stays as it is when the object is made a ghost.
 *
 * <p>Threading: immutable, but for what the values hold.
 */
sealed interface BTreeNode {
    /**
     * Keys in ascending order, with their values.
     *
     * @param values one for each key; of sets, the keys
     */
    record Leaf(List<Object> keys, List<@Nullable Object> values) implements BTreeNode {
        /** Of an empty tree. */
        static final Leaf EMPTY = new Leaf(List.of(), List.of());
    }

    /**
     * Children, and the keys that part them.
     *
     * @param keys one less than children; child <i>i</i> holds what is not below key <i>i - 1</i> and below key <i>i</i>
     */
    record Inner(List<Object> keys, List<Child> children) implements BTreeNode {}

    /**
     * A child by its oid: an object would stay in memory as long as its parent.
     *
     * @param pythonClass what the parent calls its class
     */
    record Child(long oid, PythonClass pythonClass) {}
}
