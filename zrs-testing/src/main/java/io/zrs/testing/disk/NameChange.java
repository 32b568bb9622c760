package io.zrs.testing.disk;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one name since its directory was forced. A move is two of them: the arrival under the new name, and the departure from
 * the old one.
 *
 * <p>Threading: guarded by its {@link Disk}.
 */
final class NameChange {
    final DirectoryNode directory;
    final String name;
    final @Nullable Node before;
    final @Nullable Node after;

    /** Grows from one operation to the next; the same for both halves of a move. */
    final long order;

    /** What is there after a crash if this is: for instance what happened to the same name before. */
    private final List<NameChange> requirements = new ArrayList<>(2);

    private boolean settled;
    private boolean kept;

    NameChange(DirectoryNode directory, String name, @Nullable Node before, @Nullable Node after, long order) {
        this.directory = directory;
        this.name = name;
        this.before = before;
        this.after = after;
        this.order = order;
    }

    /** Keeps {@code other} wherever this is kept. */
    void requires(@Nullable NameChange other) {
        if (other != null && !other.settled) {
            requirements.add(other);
        }
    }

    /** Survives the crash that is just happening, and with it what it requires. */
    void keep() {
        if (!settled && !kept) {
            kept = true;
            requirements.forEach(NameChange::keep);
        }
    }

    boolean isKept() {
        return kept;
    }

    /** Is durable, and with it what it requires. */
    void settle() {
        if (!settled) {
            settled = true;
            directory.settled(this);
            requirements.forEach(NameChange::settle);
            requirements.clear();
        }
    }

    /** Is of no interest any more: after a crash everything is durable. */
    void end() {
        settled = true;
        requirements.clear();
    }
}
