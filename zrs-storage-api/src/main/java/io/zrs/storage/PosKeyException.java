package io.zrs.storage;

import org.jspecify.annotations.Nullable;

/** There is no such object, or no such revision of it ({@code POSKeyError}). */
public final class PosKeyException extends StorageException {
    private final long oid;
    private final @Nullable Long tid;

    /**
     * Names what is missing.
     *
     * @param tid the revision asked for, null if any would have done
     * @param reason what exactly is missing, and where
     */
    public PosKeyException(Oid oid, @Nullable Tid tid, String reason) {
        super(reason + ": oid " + oid + (tid == null ? "" : ", tid " + tid));
        this.oid = oid.value();
        this.tid = tid == null ? null : tid.value();
    }

    /** The object asked for. */
    public Oid oid() {
        return new Oid(oid);
    }

    /** The revision asked for, null if any would have done. */
    public @Nullable Tid tid() {
        return tid == null ? null : new Tid(tid);
    }
}
