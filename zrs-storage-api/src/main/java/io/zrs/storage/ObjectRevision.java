package io.zrs.storage;

import org.jspecify.annotations.Nullable;

/**
 * One revision of an object, as {@code load} and {@code loadBefore} answer it.
 *
 * <p>Threading: safe to hand on; the data array belongs to whoever loaded the revision.
 */
public final class ObjectRevision {
    private final byte[] data;
    private final Tid tid;
    private final @Nullable Tid endTid;

    /**
     * A revision that owns {@code data} from now on.
     *
     * @param endTid tid of the revision after this one, null if it is the current one
     */
    public ObjectRevision(byte[] data, Tid tid, @Nullable Tid endTid) {
        this.data = data;
        this.tid = tid;
        this.endTid = endTid;
    }

    /** The record: two pickles, of the class and of the state. The array itself, not a copy. */
    public byte[] data() {
        return data;
    }

    /** The transaction that wrote this revision (its serial). */
    public Tid tid() {
        return tid;
    }

    /** The transaction that ended this revision, null if it is the current one. */
    public @Nullable Tid endTid() {
        return endTid;
    }
}
