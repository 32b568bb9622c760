package io.zrs.testing.disk;

import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory: its names, and what happened to them since they were durable.
 *
 * <p>Threading: guarded by its {@link Disk}.
 */
final class DirectoryNode extends Node {
    /** A disk does not wait for ever: beyond this the oldest change of a name becomes durable by itself. */
    private static final int CHANGES_MAX = 4096;

    private static final int SIZE_BYTES = 4096;

    private final Map<String, Node> entries = new TreeMap<>();
    private final Deque<NameChange> changes = new ArrayDeque<>();

    /** The last of the changes that somebody asked to force, and that are put off. */
    private @Nullable NameChange postponed;

    DirectoryNode(long number, FileTime now) {
        super(number, now, "rwxr-xr-x");
    }

    @Override
    long size() {
        return SIZE_BYTES;
    }

    @Nullable
    Node get(String name) {
        return entries.get(name);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Sorted by name. */
    Map<String, Node> entries() {
        return entries;
    }

    /**
     * Changes what a name stands for.
     *
     * @param after null to take the name away
     * @param order as in {@link NameChange#order}
     */
    NameChange change(String name, @Nullable Node after, long order) {
        Node before = put(name, after);
        NameChange change = new NameChange(this, name, before, after, order);
        change.requires(last(name));
        if (changes.size() == CHANGES_MAX) {
            changes.getFirst().settle();
        }
        changes.add(change);
        return change;
    }

    /** All that happened is durable. */
    void force() {
        settle(changes.peekLast());
    }

    void postponeForce() {
        postponed = changes.peekLast();
    }

    void forcePostponed() {
        settle(postponed);
        postponed = null;
    }

    private void settle(@Nullable NameChange last) {
        while (last != null && !changes.isEmpty() && changes.getFirst().order <= last.order) {
            changes.getFirst().settle();
        }
    }

    /** Called by {@code change}. */
    void settled(NameChange change) {
        if (changes.peekFirst() == change) {
            changes.removeFirst();
        } else {
            changes.remove(change);
        }
    }

    /** What is not durable, from the oldest on. */
    List<NameChange> changes() {
        return new ArrayList<>(changes);
    }

    /** Is as it was when it was durable, but for what is kept; that is durable from now on. */
    void crash() {
        Iterator<NameChange> newestFirst = changes.descendingIterator();
        while (newestFirst.hasNext()) {
            NameChange change = newestFirst.next();
            put(change.name, change.before);
        }
        for (NameChange change : changes) {
            if (change.isKept()) {
                put(change.name, change.after);
            }
            change.end();
        }
        changes.clear();
        postponed = null;
    }

    private @Nullable Node put(String name, @Nullable Node node) {
        return node == null ? entries.remove(name) : entries.put(name, node);
    }

    private @Nullable NameChange last(String name) {
        Iterator<NameChange> newestFirst = changes.descendingIterator();
        while (newestFirst.hasNext()) {
            NameChange change = newestFirst.next();
            if (change.name.equals(name)) {
                return change;
            }
        }
        return null;
    }
}
