package io.zrs.testing.contract;

import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Rules of {@link Undoable} where there are blobs. Extend it for a storage that has {@link Undoable} and {@link BlobWritableStorage}.
 *
 * <p>Threading: the tests write on their own thread.
 */
public abstract class BlobUndoContractTest extends BlobFixture {
    /** For those who extend it. */
    protected BlobUndoContractTest() {}

    @Test
    void givesTheBytesBackThatWereThereBefore() {
        Tid first = storeBlob(OID, Tid.NONE, "first");
        Tid second = storeBlob(OID, first, "second");
        Tid undo = undo(transaction -> transaction.undo(second));
        assertBlob(OID, undo, "first");
        assertBlob(OID, second, "second");
        assertBlob(OID, first, "first");
        Tid redo = undo(transaction -> transaction.undo(undo));
        assertBlob(OID, redo, "second");
        Tid again = undo(transaction -> transaction.undo(redo));
        assertBlob(OID, again, "first");
    }

    @Test
    void undoesTheCreationOfABlob() {
        Tid created = storeBlob(OID, Tid.NONE, "first");
        Tid undo = undo(transaction -> transaction.undo(created));
        Expect.noObject(storage(), OID);
        assertNoBlob(OID, undo, "the undo of a creation");
        assertBlob(OID, created, "first");
        Tid redo = undo(transaction -> transaction.undo(undo));
        assertBlob(OID, redo, "first");
    }

    @Test
    void undoesSeveralTransactionsTogether() {
        Tid first = storeBlob(OID, Tid.NONE, "first");
        Tid second = storeBlob(OID, first, "second");
        Tid third = storeBlob(OID, second, "third");
        Tid undo = undo(transaction -> {
            transaction.undo(third);
            transaction.undo(second);
        });
        assertBlob(OID, undo, "first");
        Tid redo = undo(transaction -> transaction.undo(undo));
        assertBlob(OID, redo, "third");
    }

    @Test
    void storesBesideWhatItUndoes() {
        Tid first = storeBlob(OID, Tid.NONE, "first");
        Tid second = commitBlobs(transaction -> {
            transaction.storeBlob(OID, first, Records.blob(), temporaryFile("second"));
            transaction.store(OTHER, Tid.NONE, data("no blob"));
        });
        Tid undo = undo(transaction -> {
            transaction.undo(second);
            transaction.store(UNKNOWN, Tid.NONE, data("stored"));
        });
        assertBlob(OID, undo, "first");
        assertNoBlob(UNKNOWN, undo, "an object that is no blob");
        Expect.noObject(storage(), OTHER);
    }

    @Test
    void anAbortLeavesNothing() {
        Tid first = storeBlob(OID, Tid.NONE, "first");
        Tid second = storeBlob(OID, first, "second");
        for (boolean isVoted : new boolean[] {false, true}) {
            Tid aborted;
            try (UndoTransaction transaction = undoing().beginUndo(TransactionMetadata.EMPTY)) {
                aborted = transaction.tid();
                transaction.undo(second);
                assertNoBlob(OID, aborted, "an undo that is not committed");
                if (isVoted) {
                    transaction.vote();
                    assertNoBlob(OID, aborted, "an undo that is not committed");
                }
            }
            assertNoBlob(OID, aborted, "an undo that was aborted");
        }
        assertBlob(OID, second, "second");
    }

    private Undoable undoing() {
        return capability(source(), Undoable.class);
    }

    private Tid undo(Consumer<UndoTransaction> undo) {
        Tid tid;
        try (UndoTransaction transaction = undoing().beginUndo(TransactionMetadata.EMPTY)) {
            undo.accept(transaction);
            transaction.vote();
            tid = transaction.finish();
        }
        sync();
        return tid;
    }
}
