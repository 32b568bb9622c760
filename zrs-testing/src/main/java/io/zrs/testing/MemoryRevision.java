package io.zrs.testing;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One revision of an object, linked to the one before it.
 *
 * <p>It has data of its own, or refers to an earlier revision for it, as an undo writes it, or has neither: then the object does not exist as of
 * this revision, nor as of those that refer to it.
 *
 * <p>Equal only to itself. Threading: immutable; nobody writes to the arrays.
 */
final class MemoryRevision {
    private static final int NUMBERS_BYTES = 2 * Long.BYTES;

    private final TransactionHeader transaction;
    private final Oid oid;
    private final Tid tid;
    private final @Nullable MemoryRevision previous;
    private final byte @Nullable [] ownData;
    private final @Nullable MemoryRevision reference;
    private final @Nullable Path blob;

    /**
     * A revision that owns {@code ownData} from now on.
     *
     * @param transaction what it was written by, whose tid need not be {@code tid}
     * @param previous current revision of the object before this transaction, null if there was none, or if a pack has cut it off
     * @param reference the revision that has the data, null if this one has its own or none
     */
    MemoryRevision(
            TransactionHeader transaction,
            Oid oid,
            Tid tid,
            @Nullable MemoryRevision previous,
            byte @Nullable [] ownData,
            @Nullable MemoryRevision reference,
            @Nullable Path blob) {
        this.transaction = transaction;
        this.oid = oid;
        this.tid = tid;
        this.previous = previous;
        this.ownData = ownData;
        this.reference = reference;
        this.blob = blob;
    }

    TransactionHeader transaction() {
        return transaction;
    }

    Oid oid() {
        return oid;
    }

    Tid tid() {
        return tid;
    }

    @Nullable
    MemoryRevision previous() {
        return previous;
    }

    @Nullable
    MemoryRevision reference() {
        return reference;
    }

    /** The file that has the bytes of its blob, null if it has none. */
    @Nullable
    Path blob() {
        return blob;
    }

    /** The data, wherever it is, not to be written to; null if the object does not exist as of this revision. */
    byte @Nullable [] data() {
        return reference == null ? ownData : reference.data();
    }

    /** As {@link #data}, for the caller to keep. */
    byte @Nullable [] copyData() {
        byte[] data = data();
        return data == null ? null : data.clone();
    }

    /** The same revision in another place; without {@code newReference} it has its data itself. */
    MemoryRevision copy(
            TransactionHeader newTransaction,
            @Nullable MemoryRevision newPrevious,
            @Nullable MemoryRevision newReference) {
        byte[] newData = newReference == null ? data() : null;
        return new MemoryRevision(newTransaction, oid, tid, newPrevious, newData, newReference, blob);
    }

    /** Bytes of data that it has itself. */
    long ownSize() {
        return ownData == null ? 0 : ownData.length;
    }

    /** Bytes that it takes in the log: what it says, in its shortest form. */
    long size() {
        return NUMBERS_BYTES + (reference == null ? ownSize() : Long.BYTES);
    }
}
