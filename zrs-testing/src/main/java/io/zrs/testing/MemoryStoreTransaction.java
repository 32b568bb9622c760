package io.zrs.testing;

import io.zrs.storage.BlobTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import io.zrs.storage.UndoTransaction;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;

/** A new transaction. Threading: thread-safe. */
final class MemoryStoreTransaction implements BlobTransaction, UndoTransaction {
    private final MemoryWriter writer;
    private final MemoryChanges changes;

    MemoryStoreTransaction(MemoryWriter writer, MemoryChanges changes) {
        this.writer = writer;
        this.changes = changes;
    }

    @Override
    public Tid tid() {
        return changes.tid();
    }

    @Override
    public void store(Oid oid, Tid oldSerial, ByteBuffer data) {
        changes.store(oid, oldSerial, data);
        writer.noteOid(oid);
    }

    @Override
    public void storeBlob(Oid oid, Tid oldSerial, ByteBuffer data, Path file) {
        changes.storeBlob(oid, oldSerial, data, file);
        writer.noteOid(oid);
    }

    @Override
    public void deleteObject(Oid oid, Tid oldSerial) {
        changes.deleteObject(oid, oldSerial);
    }

    @Override
    public void checkCurrentSerial(Oid oid, Tid serial) {
        changes.checkCurrentSerial(oid, serial);
    }

    @Override
    public Set<Oid> undo(Tid transaction) {
        writer.checkNotPacking(transaction);
        return changes.undo(transaction);
    }

    @Override
    public Set<Oid> vote() {
        return changes.vote();
    }

    @Override
    public Tid finish() {
        return writer.commit(changes);
    }

    @Override
    public void close() {
        writer.abort(changes);
    }
}
