package io.zrs.storage;

/** Somebody else has changed the object since the caller loaded it ({@code ConflictError}). */
public final class ConflictException extends StorageException {
    private final long oid;
    private final long committed;
    private final long old;

    /**
     * Names both revisions.
     *
     * @param committed the current revision
     * @param old the revision that the caller wanted to replace
     */
    public ConflictException(Oid oid, Tid committed, Tid old) {
        super("conflict on oid " + oid + ": current revision " + committed + ", changed from " + old);
        this.oid = oid.value();
        this.committed = committed.value();
        this.old = old.value();
    }

    /** The object. */
    public Oid oid() {
        return new Oid(oid);
    }

    /** The current revision. */
    public Tid committed() {
        return new Tid(committed);
    }

    /** The revision that the caller wanted to replace. */
    public Tid old() {
        return new Tid(old);
    }
}
