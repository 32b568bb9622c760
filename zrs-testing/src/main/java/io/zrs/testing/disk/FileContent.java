package io.zrs.testing.disk;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file as programs see them, and how to get back from there to those that were forced.
 *
 * <p>Threading: guarded by its {@link Disk}.
 */
final class FileContent {
    /** No array can be longer, on any virtual machine. */
    static final int SIZE_MAX = Integer.MAX_VALUE - 8;

    /** A disk does not wait for ever: beyond this the oldest change becomes durable by itself. */
    private static final int CHANGES_MAX = 4096;

    private static final int CAPACITY_MIN = 64;

    private final Deque<ContentChange> changes = new ArrayDeque<>(0);

    /** What lies beyond {@link #size} may be anything. */
    private byte[] bytes = ContentChange.NOTHING;

    private int size;

    /** The last of the changes that somebody asked to force, and that are put off. */
    private @Nullable ContentChange postponed;

    int size() {
        return size;
    }

    /** Whether there is something that was not forced. */
    boolean isChanged() {
        return !changes.isEmpty();
    }

    /** At most {@code count} bytes; -1 at or after the end. */
    int read(ByteBuffer target, long position, int count) {
        if (position >= size) {
            return count == 0 ? 0 : -1;
        }
        int read = (int) Math.min(count, size - position);
        target.put(bytes, (int) position, read);
        return read;
    }

    /** The next {@code count} bytes of {@code source}; {@code position + count} is not above {@link #SIZE_MAX}. */
    void write(ByteBuffer source, int position, int count) {
        if (count == 0) {
            return;
        }
        int end = position + count;
        byte[] before =
                position < size ? Arrays.copyOfRange(bytes, position, Math.min(end, size)) : ContentChange.NOTHING;
        add(new ContentChange(position, count, size, Math.max(size, end), before));
        extend(position, end);
        source.get(bytes, position, count);
    }

    /** Cuts off what lies beyond {@code newSize}, if there is anything. */
    void truncate(long newSize) {
        if (newSize < size) {
            int position = (int) newSize;
            add(new ContentChange(position, 0, size, position, Arrays.copyOfRange(bytes, position, size)));
            size = position;
        }
    }

    void force() {
        changes.clear();
        postponed = null;
    }

    void postponeForce() {
        postponed = changes.peekLast();
    }

    void forcePostponed() {
        if (postponed != null && changes.contains(postponed)) {
            while (changes.removeFirst() != postponed) {
                // Up to that one.
            }
        }
        postponed = null;
    }

    /** Is as it was forced; what this returns happened since then, from the oldest on, and is forgotten. */
    List<ContentChange> undo() {
        Iterator<ContentChange> newestFirst = changes.descendingIterator();
        while (newestFirst.hasNext()) {
            undo(newestFirst.next());
        }
        List<ContentChange> undone = new ArrayList<>(changes);
        force();
        return undone;
    }

    /** Does again, for good, what was undone, or the bytes from {@code from} to {@code to} of it. */
    void redo(ContentChange change, int from, int to) {
        if (change.isTruncation()) {
            size = Math.min(size, change.position);
        } else if (from < to) {
            int position = change.position + from;
            extend(position, change.position + to);
            System.arraycopy(change.after, from, bytes, position, to - from);
        }
    }

    /** Grows with zeros, for good. */
    void grow(int newSize) {
        if (newSize > size) {
            extend(newSize, newSize);
        }
    }

    /** Writes for good, within the file. */
    void overwrite(int position, byte[] content) {
        System.arraycopy(content, 0, bytes, position, content.length);
    }

    private void undo(ContentChange change) {
        if (!change.isTruncation()) {
            change.after = Arrays.copyOfRange(bytes, change.position, change.position + change.length);
        }
        System.arraycopy(change.before, 0, bytes, change.position, change.before.length);
        size = change.sizeBefore;
    }

    private void add(ContentChange change) {
        if (changes.size() == CHANGES_MAX) {
            changes.removeFirst();
        }
        changes.add(change);
    }

    /** Makes room for bytes from {@code position} to {@code end}; between the old end and them lie zeros. */
    private void extend(int position, int end) {
        if (end > bytes.length) {
            long generous = Math.max(CAPACITY_MIN, Math.max(end, 2L * bytes.length));
            bytes = Arrays.copyOf(bytes, (int) Math.min(SIZE_MAX, generous));
        }
        if (position > size) {
            Arrays.fill(bytes, size, position, (byte) 0);
        }
        size = Math.max(size, end);
    }
}
