package io.zrs.blob;

import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.Oid;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A transaction being restored; its blobs stay in the temporary directory until it is forced, together with those of others.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class RestoringTransaction implements BlobRestoreTransaction {
    private final RestoreTransaction base;
    private final BlobCommits commits;
    private final TransactionBlobs blobs;

    RestoringTransaction(RestoreTransaction base, BlobCommits commits) {
        this.base = base;
        this.commits = commits;
        this.blobs = commits.begin();
    }

    @Override
    public void restore(Oid oid, Tid serial, @Nullable ByteBuffer data, @Nullable Tid dataTid) {
        blobs.write(() -> base.restore(oid, serial, data, dataTid));
    }

    @Override
    public BlobSink restoreBlob(Oid oid, Tid serial, ByteBuffer data, @Nullable Tid dataTid) {
        return blobs.beginBlob(() -> base.restore(oid, serial, data, dataTid), commits.create(oid, serial));
    }

    @Override
    public void vote() {
        blobs.vote(all -> base.vote());
    }

    @Override
    public void finish() {
        blobs.finish(all -> commits.queue(all, base::finish));
    }

    @Override
    public void close() {
        // The blobs first: with its last call on the base storage this transaction loses its turn to write.
        try {
            blobs.abort();
        } finally {
            base.close();
        }
    }
}
