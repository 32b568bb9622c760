package io.zrs.protocol;

import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a replication stream apart into its steps. A session keeps the grammar:
 *
 * <pre>
 * transaction := begin { store | beginBlob blobBytes* endBlob } commit
 * </pre>
 *
 * <p>A transaction that was not committed when the connection ends never counts. Threading: the session's thread, which must not be blocked.
 */
public interface ReplicationSink {
    /**
     * A transaction begins.
     *
     * @param header with the extension as a storage has it, as a pickle
     * @param dialect language of the primary's pickles
     * @throws ProtocolException if it cannot follow the last one
     */
    void begin(TransactionHeader header, PickleDialect dialect);

    /**
     * A record without blob.
     *
     * @param data the sink's from now on; null if the object does not exist as of this revision
     * @param dataTid see {@link io.zrs.storage.RestoreTransaction#restore}
     */
    void store(Oid oid, Tid serial, byte @Nullable [] data, @Nullable Tid dataTid);

    /** A record with a blob, whose bytes follow. Parameters as for {@link #store}. */
    void beginBlob(Oid oid, Tid serial, byte[] data, @Nullable Tid dataTid);

    /**
     * Some of a blob's bytes.
     *
     * @param bytes valid only during the call
     */
    void blobBytes(ByteBuffer bytes);

    /** The blob is whole. */
    void endBlob();

    /** The transaction is whole, and arrived as it was sent. */
    void commit();
}
