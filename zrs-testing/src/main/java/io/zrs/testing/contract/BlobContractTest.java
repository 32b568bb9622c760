package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Rules of {@link BlobCapable} and {@link BlobWritableStorage}. Extend it for a storage that has both; one that only reads has the first, and its source the second.
 *
 * <p>Threading: the tests write on their own thread.
 */
public abstract class BlobContractTest extends BlobFixture {
    /** For those who extend it. */
    protected BlobContractTest() {}

    @Test
    void keepsABlobBesideEachRevision() {
        Tid first = storeBlob(OID, Tid.NONE, "first");
        Tid second = storeBlob(OID, first, "second");
        assertBlob(OID, first, "first");
        assertBlob(OID, second, "second");
        assertCurrent(Records.blob(), second);
        assertTrue(Files.isDirectory(blobs().temporaryDirectory()), "the temporary directory is there");
    }

    @Test
    void takesTheFile() {
        Path inside = temporaryFile("inside");
        Path outside = file("outside");
        Tid tid = commitBlobs(transaction -> {
            transaction.storeBlob(OID, Tid.NONE, Records.blob(), inside);
            assertFalse(Files.exists(inside), "a file in the temporary directory is the storage's after storeBlob");
            transaction.storeBlob(OTHER, Tid.NONE, Records.blob(), outside);
            assertFalse(Files.exists(outside), "a file elsewhere is the storage's after storeBlob");
        });
        assertBlob(OID, tid, "inside");
        assertBlob(OTHER, tid, "outside");
    }

    @Test
    void blobsOfAnySizeComeBack() {
        String large = "0123456789abcdef".repeat(100_000);
        Tid empty = storeBlob(OID, Tid.NONE, "");
        Tid tid = storeBlob(OTHER, Tid.NONE, large);
        assertBlob(OID, empty, "");
        assertBlob(OTHER, tid, large);
    }

    @Test
    void aRevisionWithoutBlobHasNone() {
        Tid first = storeBlob(OID, Tid.NONE, "first");
        Tid second = commit(transaction -> {
            transaction.store(OID, first, Records.blob());
            transaction.store(OTHER, Tid.NONE, data("no blob"));
        });
        assertNoBlob(OID, second, "a revision that was stored without one");
        assertNoBlob(OTHER, second, "an object that is no blob");
        assertNoBlob(UNKNOWN, second, "an unknown object");
        assertNoBlob(OID, first.next(), "a revision that is not there");
        assertBlob(OID, first, "first");
    }

    @Test
    void aDeletedBlobHasItsOldRevisions() {
        Tid first = storeBlob(OID, Tid.NONE, "first");
        Tid deleted = delete(OID, first);
        assertNoBlob(OID, deleted, "a deletion");
        assertBlob(OID, first, "first");
    }

    @Test
    void cannotBeLoadedBeforeItIsCommitted() {
        Tid first = storeBlob(OID, Tid.NONE, "first");
        Tid tid;
        try (BlobTransaction transaction = blobWriting().begin(TransactionMetadata.EMPTY)) {
            tid = transaction.tid();
            transaction.storeBlob(OID, first, Records.blob(), temporaryFile("second"));
            assertNoBlob(OID, tid, "a blob that was stored");
            transaction.vote();
            assertNoBlob(OID, tid, "a blob that was voted for");
            transaction.finish();
        }
        sync();
        assertBlob(OID, tid, "second");
    }

    @Test
    void canBeLoadedWhenListenersAreTold() {
        List<String> told = new ArrayList<>();
        whileTold(
                transaction -> {
                    assertBlob(OID, transaction.tid(), "first");
                    told.add("loaded");
                },
                () -> {
                    storeBlob(OID, Tid.NONE, "first");
                });
        assertEquals(List.of("loaded"), told, "a listener can load the blob that it is told of");
    }

    @Test
    void anAbortLeavesNothing() throws IOException {
        Tid first = storeBlob(OID, Tid.NONE, "first");
        List<Path> before = files();
        for (boolean isVoted : new boolean[] {false, true}) {
            Tid aborted;
            try (BlobTransaction transaction = blobWriting().begin(TransactionMetadata.EMPTY)) {
                aborted = transaction.tid();
                transaction.storeBlob(OID, first, Records.blob(), temporaryFile("aborted"));
                transaction.storeBlob(OTHER, Tid.NONE, Records.blob(), file("aborted"));
                if (isVoted) {
                    transaction.vote();
                }
            }
            assertNoBlob(OID, aborted, "a transaction that was aborted");
            assertNoBlob(OTHER, aborted, "a transaction that was aborted");
            List<Path> left = new ArrayList<>(files());
            left.removeAll(before);
            assertEquals(List.of(), left, "new files in the storage's directory after an abort");
        }
        assertBlob(OID, first, "first");
    }

    @Test
    void aConflictLeavesTheFileToTheCaller() throws IOException {
        Tid first = storeBlob(OID, Tid.NONE, "first");
        Path file = file("conflict");
        try (BlobTransaction transaction = blobWriting().begin(TransactionMetadata.EMPTY)) {
            Expect.conflict(OID, first, Tid.NONE, () -> transaction.storeBlob(OID, Tid.NONE, Records.blob(), file));
            Expect.onlyClose(transaction, "after a conflict");
        }
        assertEquals("conflict", Files.readString(file), "the file after a conflict");
        assertBlob(OID, first, "first");
    }

    @Test
    void callsOutOfOrderLeaveTheFileToTheCaller() throws IOException {
        Path file = file("late");
        try (BlobTransaction transaction = blobWriting().begin(TransactionMetadata.EMPTY)) {
            transaction.vote();
            assertThrows(
                    IllegalStateException.class,
                    () -> transaction.storeBlob(OID, Tid.NONE, Records.blob(), file),
                    "storeBlob after vote");
            transaction.finish();
        }
        assertEquals("late", Files.readString(file), "the file after a call out of order");
        Expect.noObject(storage(), OID);
    }

    private void assertCurrent(ByteBuffer record, Tid tid) {
        byte[] bytes = new byte[record.remaining()];
        record.get(bytes);
        Expect.current(storage(), OID, tid, text(bytes));
    }

    /** All files below the storage's directory. */
    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(directory())) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
