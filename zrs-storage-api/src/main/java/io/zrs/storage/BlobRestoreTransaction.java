package io.zrs.storage;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A transaction being restored that may hold blobs. */
public interface BlobRestoreTransaction extends RestoreTransaction {
    /**
     * Begins a revision of a blob object; it counts when the sink is completed, which must come before any other call on this transaction.
     *
     * @param data the record; consumed before this returns
     * @param dataTid as for {@link #restore}
     * @return takes the bytes of the blob
     */
    BlobSink restoreBlob(Oid oid, Tid serial, ByteBuffer data, @Nullable Tid dataTid);
}
