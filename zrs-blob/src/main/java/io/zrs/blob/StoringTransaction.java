package io.zrs.blob;

import io.zrs.storage.BlobTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** A new transaction; its blobs are durable before its vote ends. Threading: confined to one thread at a time. */
class StoringTransaction implements BlobTransaction {
    final BlobCommits commits;
    final TransactionBlobs blobs;
    private final StorageTransaction base;

    StoringTransaction(StorageTransaction base, BlobCommits commits) {
        this.base = base;
        this.commits = commits;
        this.blobs = commits.begin();
    }

    @Override
    public Tid tid() {
        return base.tid();
    }

    @Override
    public void store(Oid oid, Tid oldSerial, ByteBuffer data) {
        blobs.write(() -> base.store(oid, oldSerial, data));
    }

    @Override
    public void storeBlob(Oid oid, Tid oldSerial, ByteBuffer data, Path file) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException("no file to store as blob " + oid + ": " + file);
        }
        blobs.write(() -> {
            base.store(oid, oldSerial, data);
            UncommittedBlob blob = commits.create(oid, tid());
            blobs.add(blob);
            commits.takeData(blob, file);
        });
    }

    @Override
    public void deleteObject(Oid oid, Tid oldSerial) {
        blobs.write(() -> {
            base.deleteObject(oid, oldSerial);
            blobs.drop(new BlobRevision(oid, tid()));
        });
    }

    @Override
    public void checkCurrentSerial(Oid oid, Tid serial) {
        blobs.write(() -> base.checkCurrentSerial(oid, serial));
    }

    @Override
    public Set<Oid> vote() {
        Set<Oid> merged = new HashSet<>();
        blobs.vote(all -> {
            commits.place(all);
            merged.addAll(base.vote());
        });
        return merged;
    }

    @Override
    public Tid finish() {
        blobs.finish(all -> commits.commit(all, base::finish));
        return base.tid();
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
