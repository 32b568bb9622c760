package io.zrs.server;

import io.zrs.database.BTree;
import io.zrs.database.BTreeSet;
import io.zrs.storage.StorageException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Some of the items of a collection, in its order.
 *
 * <p>A BTree is walked to the end of the page, and then at most {@value #COUNTED_MAX} items further, to see how many there are.
 *
 * <p>Threading: confined to one thread.
 */
final class Page {
    static final int COUNTED_MAX = 1_000;

    /**
     * Which items.
     *
     * @param from segment of the key to begin with, or with what comes after it, in a BTree; null for the beginning
     * @param offset how many to pass over
     * @param limit how many to take at most
     */
    record Range(@Nullable String from, long offset, int limit) {}

    /**
     * One of them.
     *
     * @param key or index; null in a set
     */
    record Item(@Nullable Object key, @Nullable Object value) {}

    /**
     * How many items there are from the beginning, or from the key that was asked for.
     *
     * @param isAll whether these are all
     */
    record Count(long items, boolean isAll) {}

    private final List<Item> items = new ArrayList<>();
    private @Nullable Item next;
    private Count count = new Count(0, true);
    private @Nullable StorageException failure;

    private final boolean isTree;

    private Page(boolean isTree) {
        this.isTree = isTree;
    }

    /** A page of a dictionary, a persistent mapping, a BTree, or of the parts of an object. */
    static Page of(Map<?, ?> entries, Range range) {
        Map<?, ?> selected = range.from() == null ? entries : tail(entries, range.from());
        Page page = new Page(entries instanceof BTree);
        page.fill(selected.entrySet(), range);
        return page;
    }

    /** A page of a list, a tuple or a set. */
    static Page of(Collection<?> items, Range range) {
        Collection<?> selected = range.from() == null ? items : tail(items, range.from());
        Page page = new Page(items instanceof BTreeSet);
        page.fill(selected, range);
        return page;
    }

    List<Item> items() {
        return Collections.unmodifiableList(items);
    }

    /** The first item after the page. */
    Optional<Item> next() {
        return Optional.ofNullable(next);
    }

    /** Whether it is of a BTree, in which one can begin anywhere. */
    boolean isTree() {
        return isTree;
    }

    Count count() {
        return count;
    }

    /** Why the page ends before its end: what comes there cannot be read. */
    Optional<StorageException> failure() {
        return Optional.ofNullable(failure);
    }

    private void fill(Collection<?> all, Range range) {
        long end = range.offset() + range.limit();
        long walked = 0;
        Iterator<?> iterator = all.iterator();
        try {
            while (iterator.hasNext() && walked <= end) {
                Item item = item(iterator.next(), all instanceof Set<?> ? null : walked);
                if (walked == end) {
                    next = item;
                } else if (walked >= range.offset()) {
                    items.add(item);
                }
                walked++;
            }
        } catch (StorageException e) {
            failure = e;
        }
        count = isTree ? countOn(iterator, walked, end + COUNTED_MAX) : new Count(all.size(), true);
    }

    private Count countOn(Iterator<?> iterator, long walked, long end) {
        long seen = walked;
        try {
            while (failure == null && seen < end && iterator.hasNext()) {
                iterator.next();
                seen++;
            }
            return new Count(seen, failure == null && !iterator.hasNext());
        } catch (StorageException e) {
            return new Count(seen, false); // not on this page
        }
    }

    private static Map<?, ?> tail(Map<?, ?> entries, String from) {
        for (Object key : PathSegment.keys(from)) {
            try {
                if (entries instanceof BTree tree) {
                    Map<?, ?> tail = tree.tailMap(key, true);
                    return tail.isEmpty() ? Map.of() : tail;
                }
            } catch (ClassCastException e) {
                // The keys are of another kind.
            }
        }
        throw noKey(from);
    }

    private static Collection<?> tail(Collection<?> items, String from) {
        for (Object key : PathSegment.keys(from)) {
            try {
                if (items instanceof BTreeSet tree) {
                    Collection<?> tail = tree.tailSet(key, true);
                    return tail.isEmpty() ? Set.of() : tail;
                }
            } catch (ClassCastException e) {
                // The keys are of another kind.
            }
        }
        throw noKey(from);
    }

    private static CommandFailure noKey(String from) {
        return new CommandFailure(
                ExitCode.USAGE,
                "--from is for a BTree, and " + from + " can be none of its keys; for others there is --offset");
    }

    private static Item item(@Nullable Object item, @Nullable Long index) {
        return item instanceof Map.Entry<?, ?> entry
                ? new Item(entry.getKey(), entry.getValue())
                : new Item(index, item);
    }
}
