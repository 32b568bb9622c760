package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Rules of {@link Packable} where there are blobs. Extend it for a storage that has {@link Packable} and {@link io.zrs.storage.BlobCapable}, and whose source has
 * {@link BlobWritableStorage}. What is packed is {@link StorageUnderTest#storage}.
 *
 * <p>Threading: the tests write on their own thread.
 */
public abstract class BlobPackContractTest extends BlobFixture {
    private static final Oid GARBAGE = new Oid(5);

    /** For those who extend it. */
    protected BlobPackContractTest() {}

    @Test
    void removesTheBlobsOfWhatItRemoves() {
        storeList(Oid.ROOT, Tid.NONE, "root", OID);
        Tid first = storeBlob(OID, Tid.NONE, "first");
        Tid second = storeBlob(OID, first, "second");
        Tid garbage = storeBlob(GARBAGE, Tid.NONE, "garbage");
        Tid third = storeBlob(OID, second, "third");
        Path firstFile = blobs().loadBlob(OID, first);
        Path garbageFile = blobs().loadBlob(GARBAGE, garbage);
        pack(garbage, Garbage.COLLECT);
        assertNoBlob(OID, first, "a revision that was packed");
        assertNoBlob(GARBAGE, garbage, "an object that was collected");
        assertFalse(Files.exists(firstFile), "the file of a revision that was packed is still there");
        assertFalse(Files.exists(garbageFile), "the file of an object that was collected is still there");
        assertBlob(OID, second, "second");
        assertBlob(OID, third, "third");
        pack(third, Garbage.COLLECT);
        assertNoBlob(OID, second, "a revision that was packed");
        assertBlob(OID, third, "third");
    }

    @Test
    void keepsTheBlobsOfGarbageIfTold() {
        storeList(Oid.ROOT, Tid.NONE, "root");
        Tid first = storeBlob(GARBAGE, Tid.NONE, "first");
        Tid second = storeBlob(GARBAGE, first, "second");
        pack(second, Garbage.KEEP);
        assertNoBlob(GARBAGE, first, "a revision that was packed");
        assertBlob(GARBAGE, second, "second");
    }

    @Test
    void aPackThatFailsLeavesTheBlobs() {
        storeList(Oid.ROOT, Tid.NONE, "root", OID);
        Tid first = storeBlob(OID, Tid.NONE, "first");
        Tid second = storeBlob(OID, first, "second");
        IllegalArgumentException failure = Expect.failure("listener");
        PackListener failing = new PackListener() {
            @Override
            public void beforeSwitch() {
                throw failure;
            }
        };
        assertThrows(
                RuntimeException.class,
                () -> packing().pack(second, Garbage.COLLECT, failing),
                "a pack whose listener throws");
        assertBlob(OID, first, "first");
        assertBlob(OID, second, "second");
        pack(second, Garbage.COLLECT);
        assertNoBlob(OID, first, "a revision that was packed");
        assertBlob(OID, second, "second");
    }

    @Test
    void leavesTheBlobsOfAnOpenTransactionAlone() {
        Tid root = storeList(Oid.ROOT, Tid.NONE, "root", OID);
        Tid first = storeBlob(OID, Tid.NONE, "first");
        Tid second = storeBlob(OID, first, "second");
        Path file = temporaryFile("third");
        pack(second, Garbage.COLLECT);
        Tid third;
        try (BlobTransaction transaction = blobWriting().begin(TransactionMetadata.EMPTY)) {
            transaction.storeBlob(OID, second, Records.blob(), file);
            transaction.store(Oid.ROOT, root, Records.list("root", List.of(OID)));
            transaction.vote();
            third = transaction.finish();
        }
        sync();
        assertTrue(!Files.exists(file), "the storage took the file");
        assertBlob(OID, second, "second");
        assertBlob(OID, third, "third");
    }
}
