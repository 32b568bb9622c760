package io.zrs.storage;

import java.util.Set;

/** A transaction being written that can undo others. */
public interface UndoTransaction extends StorageTransaction {
    /**
     * Gives each object that {@code transaction} changed the data back that it had before; an object that the transaction created ceases to exist.
     *
     * <p>An object that was changed since gets both changes merged if a {@link ConflictResolver} can do so. Several transactions can be
     * undone together by one call for each, the newest first: each sees what the calls before it did. The order of the rules is that of ZODB.
     *
     * @return the objects that were changed, in the order of their records
     * @throws UndoException if there is no such transaction, it was packed, a pack is running, or objects were changed since in a
     *     way that cannot be merged; this transaction can then only be closed
     */
    Set<Oid> undo(Tid transaction);
}
