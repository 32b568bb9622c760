package io.zrs.testing;

import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A transaction being restored. Threading: thread-safe. */
final class MemoryRestoreTransaction implements BlobRestoreTransaction {
    private final MemoryWriter writer;
    private final MemoryChanges changes;
    private final PickleDialect dialect;

    MemoryRestoreTransaction(MemoryWriter writer, MemoryChanges changes, PickleDialect dialect) {
        this.writer = writer;
        this.changes = changes;
        this.dialect = dialect;
    }

    @Override
    public void restore(Oid oid, Tid serial, @Nullable ByteBuffer data, @Nullable Tid dataTid) {
        changes.restore(oid, serial, data, dataTid);
        writer.noteOid(oid);
    }

    @Override
    public BlobSink restoreBlob(Oid oid, Tid serial, ByteBuffer data, @Nullable Tid dataTid) {
        BlobSink sink = changes.restoreBlob(oid, serial, data, dataTid);
        writer.noteOid(oid);
        return sink;
    }

    @Override
    public void vote() {
        changes.vote();
    }

    @Override
    public void finish() {
        writer.finish(changes, dialect);
    }

    @Override
    public void close() {
        writer.abort(changes);
    }
}
