package io.zrs.secondary;

import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.DataRecord;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.TransactionHeader;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes transactions into a storage, step by step. The order of the steps is the protocol's to keep.
 *
 * <p>Threading: one thread at a time. Whatever the storage throws passes through; only {@link #abort} may follow.
 */
final class TransactionWriter {
    private final RestorableStorage storage;
    private final Runnable finished;
    private @Nullable RestoreTransaction transaction;
    private @Nullable BlobSink blob;
    private boolean hasBlob;

    /**
     * A writer with no transaction open.
     *
     * @param finished told of each transaction that is finished
     */
    TransactionWriter(RestorableStorage storage, Runnable finished) {
        this.storage = storage;
        this.finished = finished;
    }

    /** Whether the open transaction has a blob. */
    boolean hasBlob() {
        return hasBlob;
    }

    void begin(TransactionHeader header, PickleDialect dialect) {
        transaction = storage.beginRestore(header, dialect);
    }

    void store(DataRecord content) {
        byte[] data = content.data();
        open().restore(content.oid(), content.tid(), data == null ? null : ByteBuffer.wrap(data), content.dataTid());
    }

    void beginBlob(DataRecord content) {
        // A protocol with blobs objects to a storage without them, so this is one with.
        BlobRestoreTransaction blobs = (BlobRestoreTransaction) open();
        ByteBuffer data = ByteBuffer.wrap(Objects.requireNonNull(content.data()));
        hasBlob = true;
        blob = blobs.restoreBlob(content.oid(), content.tid(), data, content.dataTid());
    }

    void blobBytes(ByteBuffer bytes) {
        Objects.requireNonNull(blob).write(bytes);
    }

    void endBlob() {
        try (BlobSink whole = Objects.requireNonNull(blob)) {
            whole.complete();
        }
        blob = null;
    }

    void commit() {
        try (RestoreTransaction whole = open()) {
            whole.vote();
            whole.finish();
        }
        transaction = null;
        hasBlob = false;
        finished.run();
    }

    /** Drops the transaction that is open, if there is one. */
    void abort() {
        RestoreTransaction dropped = transaction;
        BlobSink droppedBlob = blob;
        transaction = null;
        blob = null;
        hasBlob = false;
        try {
            if (droppedBlob != null) {
                droppedBlob.close();
            }
        } finally {
            if (dropped != null) {
                dropped.close();
            }
        }
    }

    private RestoreTransaction open() {
        return Objects.requireNonNull(transaction);
    }
}
