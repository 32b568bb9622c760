package io.zrs.database;

import io.zrs.storage.Oid;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;

/**
 * An object has no revision as old as the connection's snapshot ({@code ReadConflictError}): it is newer, or a pack has removed what was there.
 * {@link Connection#sync} or {@link Connection#abort} and try again.
 */
public final class ReadConflictException extends StorageException {
    private final long oid;

    ReadConflictException(Oid oid, Tid before) {
        super("oid " + oid + " has no revision before tid " + before + " any more, or not yet");
        this.oid = oid.value();
    }

    /** The object. */
    public Oid oid() {
        return new Oid(oid);
    }
}
