package io.zrs.pickle;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * What compounds have in common, without unbounded recursion: comparing, hashing, printing, measuring. A graph of n
 * values can stand for a tree of 2^n, or for an endless one.
 *
 * <p>Threading: stateless.
 */
final class Graph {
    private static final int HASHED_CHILDREN = 16;
    private static final int PRINTED_DEPTH = 6;
    private static final int PRINTED_SIZE = 1_000;

    private Graph() {}

    /**
     * Whether no walk tells the two apart. Pairs once assumed equal are merged into classes, as in the comparison of
     * finite automata by Hopcroft and Karp, so that each step joins two classes and there are fewer steps than values.
     */
    static boolean same(PickleValue left, PickleValue right) {
        IdentityHashMap<PickleValue, PickleValue> parents = new IdentityHashMap<>();
        Deque<PickleValue> pending = new ArrayDeque<>(List.of(left, right));
        while (!pending.isEmpty()) {
            PickleValue a = pending.remove();
            PickleValue b = pending.remove();
            if (!merge(parents, a, b)) {
                continue;
            }
            if (!(a instanceof Compound compoundA) || !(b instanceof Compound compoundB)) {
                if (a instanceof Compound || !a.equals(b)) {
                    return false;
                }
                continue;
            }
            List<PickleValue> childrenA = a.children();
            List<PickleValue> childrenB = b.children();
            if (!compoundA.shape().equals(compoundB.shape()) || childrenA.size() != childrenB.size()) {
                return false;
            }
            for (int i = 0; i < childrenA.size(); i++) {
                pending.add(childrenA.get(i));
                pending.add(childrenB.get(i));
            }
        }
        return true;
    }

    /** Joins the classes of the two, and tells whether they were different ones. */
    @SuppressWarnings("ReferenceEquality") // about these very objects: their equality is what is being found out
    private static boolean merge(IdentityHashMap<PickleValue, PickleValue> parents, PickleValue a, PickleValue b) {
        PickleValue classA = representative(parents, a);
        PickleValue classB = representative(parents, b);
        if (classA == classB) {
            return false;
        }
        parents.put(classA, classB);
        return true;
    }

    private static PickleValue representative(IdentityHashMap<PickleValue, PickleValue> parents, PickleValue value) {
        PickleValue at = value;
        PickleValue parent = parents.get(at);
        while (parent != null) {
            PickleValue grandparent = parents.get(parent);
            if (grandparent != null) {
                parents.put(at, grandparent); // halves the path
            }
            at = parent;
            parent = grandparent;
        }
        return at;
    }

    /** One level deep and of the first few children only: equal for values that are {@link #same}. */
    static int hash(Compound value) {
        List<PickleValue> children = value.children();
        int hash = 31 * value.label().hashCode() + children.size();
        for (int i = 0; i < Math.min(children.size(), HASHED_CHILDREN); i++) {
            PickleValue child = children.get(i);
            hash = 31 * hash + (child instanceof Compound inner ? inner.label().hashCode() : child.hashCode());
        }
        return hash;
    }

    /** A text of bounded length for messages. */
    static String print(Compound value) {
        StringBuilder text = new StringBuilder();
        print(value, PRINTED_DEPTH, text);
        return text.toString();
    }

    private static void print(PickleValue value, int depth, StringBuilder text) {
        if (!(value instanceof Compound compound)) {
            text.append(value);
            return;
        }
        text.append(compound.label()).append('(');
        String separator = "";
        for (PickleValue child : compound.children()) {
            text.append(separator);
            separator = ", ";
            if (depth == 0 || text.length() > PRINTED_SIZE) {
                text.append('…');
                break;
            }
            print(child, depth - 1, text);
        }
        text.append(')');
    }

    /**
     * Whether the longest way down from {@code root}, not counting returns to where it came by, is longer than
     * {@code depthMax}.
     */
    static boolean isDeeper(PickleValue root, int depthMax) {
        if (!(root instanceof Compound compound)) {
            return false;
        }
        IdentityHashMap<Compound, Integer> depths = new IdentityHashMap<>(); // 0 while on the way
        List<Visit> way = new ArrayList<>(List.of(new Visit(compound)));
        depths.put(compound, 0);
        while (!way.isEmpty()) {
            Visit visit = way.get(way.size() - 1);
            if (visit.next == visit.children.size()) {
                int depth = visit.below + 1;
                if (depth > depthMax) {
                    return true;
                }
                depths.put(visit.value, depth);
                way.remove(way.size() - 1);
                if (!way.isEmpty()) {
                    way.get(way.size() - 1).below(depth);
                }
            } else if (visit.children.get(visit.next++) instanceof Compound child) {
                Integer depth = depths.putIfAbsent(child, 0);
                if (depth != null) {
                    visit.below(depth);
                } else if (way.size() >= depthMax) {
                    return true;
                } else {
                    way.add(new Visit(child));
                }
            }
        }
        return false;
    }

    /** One compound on the way down. */
    private static final class Visit {
        private final Compound value;
        private final List<PickleValue> children;
        private int next;
        private int below;

        private Visit(Compound value) {
            this.value = value;
            this.children = value.children();
        }

        private void below(int depth) {
            below = Math.max(below, depth);
        }
    }
}
