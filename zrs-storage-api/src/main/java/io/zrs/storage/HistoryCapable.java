package io.zrs.storage;

import java.util.List;

/** Capability: the revisions of one object. Threading: thread-safe. */
public interface HistoryCapable {
    /**
     * The revisions of an object that the storage still has, newest first, those included in which it does not exist.
     *
     * @param count how many to return at most
     * @throws PosKeyException if there is no such object
     * @throws IllegalArgumentException if {@code count} is negative
     */
    List<HistoryEntry> history(Oid oid, int count);
}
