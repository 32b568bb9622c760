package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Rules of {@link BlobRestorableStorage} and {@link BlobSink}. Extend it for a storage that has this capability.
 *
 * <p>Threading: the tests write on their own thread.
 */
public abstract class BlobRestoreContractTest extends BlobFixture {
    private static final Tid FIRST = new Tid(0x036c6b9000000000L);
    private static final Tid SECOND = new Tid(0x036c6b9100000000L);

    /** For those who extend it. */
    protected BlobRestoreContractTest() {}

    @Test
    void restoresBlobs() {
        restoreBlobs(FIRST, transaction -> {
            fill(transaction.restoreBlob(OID, FIRST, Records.blob(), null), "first");
            transaction.restore(OTHER, FIRST, data("no blob"), null);
        });
        restoreBlobs(
                SECOND, transaction -> fill(transaction.restoreBlob(OID, SECOND, Records.blob(), FIRST), "second"));
        force();
        assertBlob(OID, FIRST, "first");
        assertBlob(OID, SECOND, "second");
        assertNoBlob(OTHER, FIRST, "an object that is no blob");
        assertEquals(SECOND, storage().load(OID).tid(), "tid of the blob object");
    }

    @Test
    void cannotBeLoadedBeforeItIsForced() {
        restoreBlobs(FIRST, transaction -> fill(transaction.restoreBlob(OID, FIRST, Records.blob(), null), "first"));
        restoreBlobs(
                SECOND, transaction -> fill(transaction.restoreBlob(OTHER, SECOND, Records.blob(), null), "second"));
        assertNoBlob(OID, FIRST, "a blob that is not forced");
        assertNoBlob(OTHER, SECOND, "a blob that is not forced");
        force();
        assertBlob(OID, FIRST, "first");
        assertBlob(OTHER, SECOND, "second");
    }

    @Test
    void takesTheBytesPieceByPiece() {
        restoreBlobs(FIRST, transaction -> {
            ByteBuffer record = Records.blob();
            try (BlobSink sink = transaction.restoreBlob(OID, FIRST, record, null)) {
                assertFalse(record.hasRemaining(), "restoreBlob consumes the record");
                ByteBuffer piece = ByteBuffer.allocateDirect(10);
                for (String text : new String[] {"one ", "", "two ", "three"}) {
                    piece.clear().put(data(text)).flip();
                    sink.write(piece);
                    assertFalse(piece.hasRemaining(), "write consumes the bytes");
                }
                sink.complete();
            }
            transaction.restoreBlob(OTHER, FIRST, Records.blob(), null).complete();
        });
        force();
        assertBlob(OID, FIRST, "one two three");
        assertBlob(OTHER, FIRST, "");
    }

    @Test
    void nothingElseMayComeBeforeTheBlobIsComplete() {
        try (BlobRestoreTransaction transaction = begin(FIRST)) {
            BlobSink sink = transaction.restoreBlob(OID, FIRST, Records.blob(), null);
            sink.write(data("part"));
            assertThrows(IllegalStateException.class, transaction::vote, "vote while a blob is not complete");
            assertThrows(
                    IllegalStateException.class,
                    () -> transaction.restore(OTHER, FIRST, data("other"), null),
                    "restore while a blob is not complete");
        }
        force();
        Expect.noObject(storage(), OID);
        assertNoBlob(OID, FIRST, "a blob that was not completed");
    }

    @Test
    void aDroppedBlobEndsTheTransaction() {
        try (BlobRestoreTransaction transaction = begin(FIRST)) {
            BlobSink sink = transaction.restoreBlob(OID, FIRST, Records.blob(), null);
            sink.write(data("part"));
            sink.close();
            sink.close();
            assertThrows(IllegalStateException.class, transaction::vote, "vote after a blob was dropped");
        }
        restoreBlobs(FIRST, transaction -> fill(transaction.restoreBlob(OID, FIRST, Records.blob(), null), "whole"));
        force();
        assertBlob(OID, FIRST, "whole");
    }

    @Test
    void anAbortLeavesNothing() {
        for (boolean isVoted : new boolean[] {false, true}) {
            try (BlobRestoreTransaction transaction = begin(FIRST)) {
                fill(transaction.restoreBlob(OID, FIRST, Records.blob(), null), "aborted");
                if (isVoted) {
                    transaction.vote();
                }
            }
            force();
            assertNoBlob(OID, FIRST, "a transaction that was aborted");
        }
        restoreBlobs(FIRST, transaction -> fill(transaction.restoreBlob(OID, FIRST, Records.blob(), null), "again"));
        force();
        assertBlob(OID, FIRST, "again");
    }

    @Test
    void aBlobIsThatOfItsSerial() {
        restoreBlobs(SECOND, transaction -> fill(transaction.restoreBlob(OID, FIRST, Records.blob(), null), "first"));
        force();
        assertBlob(OID, FIRST, "first");
    }

    private BlobRestoreTransaction begin(Tid tid) {
        return blobRestoring().beginRestore(header(tid), PickleDialect.PYTHON3);
    }

    private void restoreBlobs(Tid tid, Consumer<BlobRestoreTransaction> writes) {
        try (BlobRestoreTransaction transaction = begin(tid)) {
            writes.accept(transaction);
            transaction.vote();
            transaction.finish();
        }
    }
}
