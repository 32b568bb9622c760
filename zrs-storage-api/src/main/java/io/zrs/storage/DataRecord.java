package io.zrs.storage;

import org.jspecify.annotations.Nullable;

/**
 * One record of a transaction, as the log has it.
 *
 * <p>Threading: safe to hand on; the data array belongs to whoever read the record.
 */
public final class DataRecord {
    private final Oid oid;
    private final Tid tid;
    private final byte @Nullable [] data;
    private final @Nullable Tid dataTid;

    /**
     * A record that owns {@code data} from now on.
     *
     * @param data null if the object does not exist as of this record
     * @param dataTid see {@link #dataTid()}
     */
    public DataRecord(Oid oid, Tid tid, byte @Nullable [] data, @Nullable Tid dataTid) {
        this.oid = oid;
        this.tid = tid;
        this.data = data;
        this.dataTid = dataTid;
    }

    /** The object. */
    public Oid oid() {
        return oid;
    }

    /** Serial of the revision; normally, but not always, the tid of the transaction. */
    public Tid tid() {
        return tid;
    }

    /** The data, also where the log refers to an earlier record for it; null if the object does not exist as of this record. */
    public byte @Nullable [] data() {
        return data;
    }

    /** The revision that this record refers to instead of having data of its own (one step, as undo wrote it), null if it has its own. */
    public @Nullable Tid dataTid() {
        return dataTid;
    }
}
