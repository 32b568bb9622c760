package io.zrs.blob;

import io.zrs.pickle.RecordScanner;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoTransaction;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A new transaction that gives blobs back the bytes that they had: each revision of a blob has a file of its own, so they are copied.
 *
 * <p>Threading: confined to one thread at a time. Source: ZODB, {@code FileStorage.py}, {@code undo}.
 */
final class UndoingTransaction extends StoringTransaction implements UndoTransaction {
    private final UndoTransaction base;
    private final Storage storage;

    UndoingTransaction(UndoTransaction base, BlobCommits commits, Storage storage) {
        super(base, commits);
        this.base = base;
        this.storage = storage;
    }

    @Override
    public Set<Oid> undo(Tid transaction) {
        Set<Oid> undone = new LinkedHashSet<>();
        blobs.write(() -> {
            checkVisible(transaction);
            undone.addAll(base.undo(transaction));
            undone.forEach(oid -> undoBlob(oid, transaction));
        });
        return undone;
    }

    /** Otherwise the revisions before it might not be visible either, and the wrong blob would be taken for the one before. */
    private void checkVisible(Tid transaction) {
        if (transaction.compareTo(storage.lastTransaction()) > 0) {
            throw new UndoException(transaction, "no such transaction");
        }
    }

    private void undoBlob(Oid oid, Tid transaction) {
        UncommittedBlob blob = commits.create(oid, tid());
        source(oid, transaction)
                .ifPresentOrElse(
                        source -> {
                            blobs.add(blob);
                            commits.copyData(blob, source);
                        },
                        () -> blobs.drop(blob.revision()));
    }

    /** The revision that an object gets back, if it is one of a blob. */
    private Optional<BlobRevision> source(Oid oid, Tid transaction) {
        ObjectRevision before;
        try {
            before = storage.loadBefore(oid, transaction);
        } catch (PosKeyException e) {
            return Optional.empty(); // It did not exist, and does so again.
        }
        return Optional.ofNullable(before)
                .filter(revision -> RecordScanner.isBlob(ByteBuffer.wrap(revision.data())))
                .map(revision -> new BlobRevision(oid, revision.tid()));
    }
}
