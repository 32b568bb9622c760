package io.zrs.database;

import io.zrs.database.BTreeNode.Child;
import io.zrs.database.BTreeNode.Inner;
import io.zrs.database.BTreeNode.Leaf;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The state of a tree, or of a leaf of one.
 *
 * <pre>
 * leaf := (items,) | (items, next)              items: key, value, key, … ; of sets: key, key, …
 * tree := None                                  empty
 *       | ((leaf,),)                            one leaf without an oid of its own
 *       | ((child, key, child, …), first)       references to leaves, or to trees
 * </pre>
 *
 * <p>The references to the next and the first leaf are checked, then not used: the children say the same, and cannot lead in a circle.
 *
 * <p>Threading: as its connection. Source: BTrees, {@code BucketTemplate.c}, {@code SetTemplate.c} and {@code BTreeTemplate.c}.
 */
final class BTreeState implements State {
    private static final String READ_ONLY = "BTrees are read-only here: only Python can change them";

    private final BTreeClass treeClass;
    private BTreeNode node = Leaf.EMPTY;

    BTreeState(BTreeClass treeClass) {
        this.treeClass = treeClass;
    }

    /** The node that a tree, or a leaf, consists of; loads it if need be. */
    static BTreeNode nodeOf(Persistent object) {
        object.persistence().read();
        if (object.persistence().state() instanceof BTreeState state) {
            return state.node;
        }
        throw new AssertionError("part of no tree: " + object.pythonClass());
    }

    /** What every method throws that would change a tree. */
    static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException(READ_ONLY);
    }

    @Override
    public void read(PickleValue state, ValueReader values) throws UnreadableStateException {
        node = treeClass.isLeaf() ? readLeaf(state, values) : readTree(state, values);
    }

    @Override
    public PickleValue write(ValueWriter values) {
        throw readOnly();
    }

    @Override
    public void forget() {
        node = Leaf.EMPTY;
    }

    private BTreeNode readTree(PickleValue state, ValueReader values) throws UnreadableStateException {
        if (state == PickleValue.None.NONE) {
            return Leaf.EMPTY;
        }
        List<PickleValue> parts = tuple(state, "the state of a tree");
        List<PickleValue> items = parts.isEmpty() ? List.of() : tuple(parts.get(0), "what a tree consists of");
        if (parts.size() == 1 && items.size() == 1) {
            return readLeaf(items.get(0), values);
        }
        if (parts.size() != 2 || items.size() % 2 == 0) {
            throw new UnreadableStateException(
                    "a tree in " + parts.size() + " parts, the first with " + items.size() + " children and keys");
        }
        checkIsLeaf(parts.get(1), values, "the first leaf");
        return readInner(items, values);
    }

    private Inner readInner(List<PickleValue> items, ValueReader values) throws UnreadableStateException {
        List<Object> keys = new ArrayList<>(items.size() / 2);
        List<Child> children = new ArrayList<>(items.size() / 2 + 1);
        boolean hasLeaves = false;
        for (int i = 0; i < items.size(); i++) {
            if (i % 2 == 1) {
                keys.add(treeClass.keys().read(items.get(i), values));
                continue;
            }
            String name = "child " + children.size();
            Persistent child = readPart(items.get(i), values, name);
            boolean isLeaf = isLeaf(child);
            if (i > 0 && isLeaf != hasLeaves) {
                throw new UnreadableStateException(name + (isLeaf ? " is a leaf, others" : " is none, others are"));
            }
            hasLeaves = isLeaf;
            children.add(new Child(child.persistence().attachedOid().value(), child.pythonClass()));
        }
        return new Inner(ascending(keys), Collections.unmodifiableList(children));
    }

    private Leaf readLeaf(PickleValue state, ValueReader values) throws UnreadableStateException {
        List<PickleValue> parts = tuple(state, "the state of a leaf");
        if (parts.isEmpty() || parts.size() > 2) {
            throw new UnreadableStateException("a leaf in " + parts.size() + " parts");
        }
        List<PickleValue> items = tuple(parts.get(0), "what a leaf holds");
        if (parts.size() == 2) {
            checkIsLeaf(parts.get(1), values, "the next leaf");
        }
        if (treeClass.isSet()) {
            List<Object> keys = new ArrayList<>(items.size());
            for (PickleValue item : items) {
                keys.add(treeClass.keys().read(item, values));
            }
            return new Leaf(ascending(keys), keys);
        }
        if (items.size() % 2 != 0) {
            throw new UnreadableStateException("a key without a value: " + items.size() + " keys and values");
        }
        List<Object> keys = new ArrayList<>(items.size() / 2);
        List<Object> contents = new ArrayList<>(items.size() / 2);
        for (int i = 0; i < items.size(); i += 2) {
            keys.add(treeClass.keys().read(items.get(i), values));
            contents.add(treeClass.values().read(items.get(i + 1), values));
        }
        return new Leaf(ascending(keys), Collections.unmodifiableList(contents));
    }

    private void checkIsLeaf(PickleValue reference, ValueReader values, String name) throws UnreadableStateException {
        if (!isLeaf(readPart(reference, values, name))) {
            throw new UnreadableStateException(name + " is a tree");
        }
    }

    /** Another part of the same tree. */
    private Persistent readPart(PickleValue reference, ValueReader values, String name)
            throws UnreadableStateException {
        if (values.read(reference) instanceof Persistent part
                && part.persistence().state() instanceof BTreeState state
                && state.treeClass.isSet() == treeClass.isSet()) {
            return part;
        }
        throw new UnreadableStateException(
                name + " is no part of a " + (treeClass.isSet() ? "set" : "mapping") + ": " + reference);
    }

    private static boolean isLeaf(Persistent part) {
        return part.persistence().state() instanceof BTreeState state && state.treeClass.isLeaf();
    }

    private static List<PickleValue> tuple(PickleValue value, String name) throws UnreadableStateException {
        if (value instanceof PickleTuple tuple) {
            return tuple.items();
        }
        throw new UnreadableStateException(name + " is no tuple: " + value);
    }

    private static List<Object> ascending(List<Object> keys) throws UnreadableStateException {
        for (int i = 1; i < keys.size(); i++) {
            if (PythonOrder.isOutOfOrder(keys.get(i - 1), keys.get(i))) {
                throw new UnreadableStateException("keys do not ascend: key " + i + " of " + keys.size());
            }
        }
        return Collections.unmodifiableList(keys);
    }
}
