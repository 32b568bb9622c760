package io.zrs.database;

import io.zrs.database.BTreeNode.Child;
import io.zrs.database.BTreeNode.Inner;
import io.zrs.database.BTreeNode.Leaf;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Map.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Gives the entries of a tree one by one, up or down, loading leaf by leaf. Holds on to one leaf and the inner nodes above it.
 *
 * <p>When the connection has moved on to another snapshot, it goes on there after the last key that it gave. After an exception it tries the same again.
 *
 * <p>A damaged tree cannot keep it busy for ever: it may be {@value #DEPTH_MAX} levels deep, keys must ascend from leaf to leaf where {@link PythonOrder}
 * is sure of them, and there cannot be more leaves than objects.
 *
 * <p>Threading: as its connection.
 */
final class BTreeWalk {
    /** Even with two children a node, a deeper tree would need more oids than there are. */
    static final int DEPTH_MAX = 64;

    private static final int LEAVES_BETWEEN_CHECKS = 1024;

    private final Persistent tree;
    private final boolean up;
    private final Cut end;
    private Cut from;
    private boolean isDone;

    /** The snapshot that the rest is of; null while there is no rest. */
    private @Nullable Tid before;

    private final List<Step> path = new ArrayList<>();
    private Leaf leaf = Leaf.EMPTY;
    private int index;
    private long leafCount;

    /** A node on the way to the leaf, and the child taken there. */
    private static final class Step {
        private final Inner node;
        private int child;

        private Step(Inner node, int child) {
            this.node = node;
            this.child = child;
        }
    }

    private BTreeWalk(Persistent tree, boolean up, Cut from, Cut end) {
        this.tree = tree;
        this.up = up;
        this.from = from;
        this.end = end;
    }

    /** Begins after {@code from}, and ends at {@code end}. */
    static BTreeWalk up(Persistent tree, Cut from, Cut end) {
        return new BTreeWalk(tree, true, from, end);
    }

    /** Begins before {@code from}, and ends at {@code end}. */
    static BTreeWalk down(Persistent tree, Cut from, Cut end) {
        return new BTreeWalk(tree, false, from, end);
    }

    /** The entry of {@code key}; loads no leaf but the one that it would be in. */
    static @Nullable Entry<Object, @Nullable Object> find(Persistent tree, @Nullable Object key) {
        BTreeWalk walk = up(tree, Cut.before(key), Cut.after(key));
        walk.seek();
        return walk.index < walk.leaf.keys().size() ? walk.next() : null;
    }

    /**
     * The next entry, null after the last one.
     *
     * @throws ConcurrentModificationException if the connection has moved on, and the keys have no order by which the place could be found again
     */
    @Nullable
    Entry<Object, @Nullable Object> next() {
        if (isDone || !findNext()) {
            isDone = true;
            return null;
        }
        Object key = leaf.keys().get(index);
        if (end.isBelow(key) == up) {
            isDone = true;
            return null;
        }
        Object value = leaf.values().get(index);
        index += up ? 1 : -1;
        from = up ? Cut.after(key) : Cut.before(key);
        return new SimpleImmutableEntry<>(key, value);
    }

    /** Counts the entries that are left, leaf by leaf; only upwards. */
    long count() {
        long count = 0;
        while (findNext()) {
            int stop = end.in(leaf.keys());
            count += Math.max(0, stop - index);
            if (stop < leaf.keys().size()) {
                break;
            }
            index = stop;
        }
        return count;
    }

    /** Moves to the leaf with the next entry; false if there is none. */
    private boolean findNext() {
        if (before == null || !before.equals(snapshot())) {
            seek();
        }
        while (index < 0 || index >= leaf.keys().size()) {
            if (!toNextLeaf()) {
                return false;
            }
        }
        return true;
    }

    private void seek() {
        boolean again = before != null;
        before = null;
        path.clear();
        leafCount = 0;
        try {
            // Where a key parts two leaves, it is in the second one.
            descend(BTreeState.nodeOf(tree), up ? from.afterKey() : from);
            index = from.in(leaf.keys()) - (up ? 0 : 1);
        } catch (ClassCastException e) {
            if (again) {
                throw new ConcurrentModificationException("the connection has moved on, and keys have no order", e);
            }
            throw e;
        }
        before = snapshot();
    }

    private boolean toNextLeaf() {
        Leaf old = leaf;
        Tid stillBefore = before;
        before = null;
        while (!path.isEmpty()) {
            Step step = path.get(path.size() - 1);
            step.child += up ? 1 : -1;
            if (step.child >= 0 && step.child < step.node.children().size()) {
                Child child = step.node.children().get(step.child);
                descend(load(child), up ? Cut.START : Cut.END);
                checkOrder(old, child);
                index = up ? 0 : leaf.keys().size() - 1;
                before = stillBefore;
                return true;
            }
            path.remove(path.size() - 1);
        }
        before = stillBefore;
        return false;
    }

    private void descend(BTreeNode start, Cut place) {
        BTreeNode node = start;
        while (node instanceof Inner inner) {
            if (path.size() == DEPTH_MAX) {
                throw damaged(tree, "deeper than " + DEPTH_MAX + " levels");
            }
            Step step = new Step(inner, place.in(inner.keys()));
            path.add(step);
            node = load(inner.children().get(step.child));
        }
        leaf = (Leaf) node;
        if (++leafCount % LEAVES_BETWEEN_CHECKS == 0 && leafCount > objectCount()) {
            throw damaged(tree, "more leaves than the database has objects");
        }
    }

    private BTreeNode load(Child child) {
        return BTreeState.nodeOf(object(child));
    }

    private Persistent object(Child child) {
        return connection().ghost(new Oid(child.oid()), child.pythonClass());
    }

    private void checkOrder(Leaf old, Child child) {
        List<Object> lower = (up ? old : leaf).keys();
        List<Object> upper = (up ? leaf : old).keys();
        if (!lower.isEmpty()
                && !upper.isEmpty()
                && PythonOrder.isOutOfOrder(lower.get(lower.size() - 1), upper.get(0))) {
            throw damaged(object(child), "keys do not ascend from leaf to leaf");
        }
    }

    private Tid snapshot() {
        return connection().before();
    }

    private long objectCount() {
        return connection().database().storage().objectCount();
    }

    private Connection connection() {
        return tree.persistence().connection().orElseThrow();
    }

    private static UnreadableObjectException damaged(Persistent object, String message) {
        Persistence persistence = object.persistence();
        return new UnreadableObjectException(
                persistence.attachedOid(), persistence.knownSerial(), new UnreadableStateException(message));
    }
}
