package io.zrs.database;

import io.zrs.storage.Oid;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;

/** The record of an object is no pickle, or has a state that its class cannot have. */
public final class UnreadableObjectException extends StorageException {
    private final long oid;
    private final long tid;

    UnreadableObjectException(Oid oid, Tid tid, Exception cause) {
        super("the record of oid " + oid + ", tid " + tid + " cannot be read: " + cause.getMessage(), cause);
        this.oid = oid.value();
        this.tid = tid.value();
    }

    /** The object. */
    public Oid oid() {
        return new Oid(oid);
    }

    /** Its revision. */
    public Tid tid() {
        return new Tid(tid);
    }
}
