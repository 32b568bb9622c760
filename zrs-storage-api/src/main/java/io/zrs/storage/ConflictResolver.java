package io.zrs.storage;

import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Merges two concurrent changes of one object, as {@code _p_resolveConflict} does in Python.
 *
 * <p>A storage that was given one asks it before it throws a {@link ConflictException}. It is also a service: {@link #installed} finds all.
 *
 * <p>Threading: thread-safe; called on the committing thread, whose turn to write it keeps. What it throws counts as "cannot merge" and is logged.
 */
@FunctionalInterface
public interface ConflictResolver {
    /** Merges nothing. */
    ConflictResolver NONE = (oid, old, committed, changed) -> null;

    /**
     * Merges.
     *
     * @param old the record that both changes began with
     * @param committed what somebody else made of it; the current one
     * @param changed what is to be stored
     * @return the record to store instead, null if the changes cannot be merged; the arrays given may not be changed, but returned
     */
    byte @Nullable [] resolve(Oid oid, byte[] old, byte[] committed, byte[] changed);

    /** All resolvers that {@link ServiceLoader} finds, one after the other until one merges. */
    static ConflictResolver installed() {
        return InstalledResolvers.load();
    }
}
