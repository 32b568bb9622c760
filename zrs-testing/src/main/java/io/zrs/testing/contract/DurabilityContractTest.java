package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import io.zrs.testing.contract.HistoryModel.Written;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Rules of what is there when a storage is opened again: all that {@code finish} and {@code force} returned from, and nothing that was not finished. Extend it
 * for a storage that keeps its state in the directory which {@link #open} gets. A crash is played by copying that directory while the storage is
 * open ({@link #crash}): to know what a power cut leaves, a storage needs tests of its own.
 *
 * <p>Threading: the tests write on their own thread.
 */
public abstract class DurabilityContractTest extends StorageFixture {
    @TempDir
    private Path crashes = Path.of("");

    /** For those who extend it. */
    protected DurabilityContractTest() {}

    @Test
    void whatWasFinishedIsThereAgain() throws Exception {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid deleted = delete(OTHER, store(OTHER, Tid.NONE, "other"));
        long size = storage().sizeInBytes();
        reopen();
        Expect.current(storage(), OID, second, "two");
        Expect.before(storage(), OID, second, first, second, "one");
        Expect.noObject(storage(), OTHER);
        assertEquals(deleted, storage().lastTransaction(), "lastTransaction after reopening");
        assertEquals(size, storage().sizeInBytes(), "sizeInBytes after reopening");
    }

    @Test
    void whatWasNotFinishedIsNot() throws Exception {
        Tid first = store(OID, Tid.NONE, "one");
        StorageTransaction open = writable().begin(TransactionMetadata.EMPTY);
        open.store(OID, first, data("open"));
        reopen();
        Expect.onlyClose(open, "after the storage was closed");
        open.close();
        Expect.current(storage(), OID, first, "one");
        StorageTransaction voted = writable().begin(TransactionMetadata.EMPTY);
        voted.store(OID, first, data("voted"));
        voted.vote();
        reopen();
        Expect.onlyClose(voted, "after the storage was closed");
        voted.close();
        Expect.current(storage(), OID, first, "one");
        assertEquals(first, storage().lastTransaction(), "lastTransaction after reopening");
        Tid second = store(OID, first, "two");
        reopen();
        Expect.current(storage(), OID, second, "two");
    }

    @Test
    void closingForcesWhatWasRestored() throws Exception {
        if (source().capability(RestorableStorage.class).isEmpty()) {
            return;
        }
        Tid tid = Tid.of(clock.peek());
        restore(header(tid), transaction -> transaction.restore(OID, tid, data("finished"), null));
        try (RestoreTransaction open = restorable().beginRestore(header(tid.next()), PickleDialect.PYTHON3)) {
            open.restore(OID, tid.next(), data("voted"), null);
            open.vote();
            closeStorage();
        }
        openStorage();
        sync();
        Expect.current(storage(), OID, tid, "finished");
        assertEquals(tid, storage().lastTransaction(), "lastTransaction after reopening");
    }

    @Test
    void tidsAndOidsGoOnBehindWhatIsThere() throws Exception {
        Tid last = commit(transaction -> {
            for (int oid = 0; oid < 20; oid++) {
                transaction.store(new Oid(oid), Tid.NONE, data("data"));
            }
        });
        clock.move(Duration.ofDays(-1));
        reopen();
        assertFalse(storage().loadBefore(OID, Tid.MAX) == null, "the object is there after reopening");
        for (int i = 0; i < 20; i++) {
            long oid = writable().newOid().value();
            assertTrue(
                    Long.compareUnsigned(oid, 20) >= 0,
                    "newOid after reopening gave an oid that an object has: " + oid);
        }
        Tid next = store(OID, last, "again");
        assertTrue(next.compareTo(last) > 0, "a tid after reopening is later than all that are there");
    }

    @Test
    void openingTwiceFindsTheSame() throws Exception {
        Tid tid = store(OID, Tid.NONE, "one");
        for (int i = 0; i < 3; i++) {
            reopen();
            Expect.current(storage(), OID, tid, "one");
            assertEquals(1, storage().objectCount(), "objectCount after reopening");
        }
    }

    @Test
    void blobsAreThereAgain() throws Exception {
        if (source().capability(BlobWritableStorage.class).isEmpty()) {
            return;
        }
        Path file = Files.write(directory().resolve("blob"), new byte[] {1, 2, 3});
        BlobWritableStorage blobs = capability(source(), BlobWritableStorage.class);
        Tid tid;
        try (BlobTransaction transaction = blobs.begin(TransactionMetadata.EMPTY)) {
            transaction.storeBlob(OID, Tid.NONE, Records.blob(), file);
            transaction.vote();
            tid = transaction.finish();
        }
        try (StorageUnderTest copy = openCopy()) {
            copy.sync();
            assertArrayEquals(new byte[] {1, 2, 3}, bytes(copy, tid), "a blob after a crash");
        }
        reopen();
        assertArrayEquals(new byte[] {1, 2, 3}, bytes(subject(), tid), "a blob after reopening");
    }

    @RepeatedTest(value = 3, name = "seed={currentRepetition}")
    void aCrashLeavesWhatWasFinished(RepetitionInfo repetition) {
        Seeds.run(repetition, random -> {
            HistoryModel model = new HistoryModel();
            RandomWriter writer = new RandomWriter(random, model);
            for (int step = 0; step < 12; step++) {
                writer.step(writable());
                try (StorageTransaction open = writable().begin(TransactionMetadata.EMPTY)) {
                    List<Written> records = writer.write(open);
                    if (random.nextBoolean()) {
                        open.vote();
                        if (random.nextBoolean()) {
                            model.commit(open.finish(), records);
                        }
                    }
                    try (StorageUnderTest copy = openCopy()) {
                        copy.sync();
                        check(copy, model, random);
                    }
                }
                sync();
                if (random.nextInt(3) == 0) {
                    reopen();
                }
                check(subject(), model, random);
            }
        });
    }

    private static void check(StorageUnderTest subject, HistoryModel model, Random random) {
        model.check(subject.storage(), random);
        subject.storage().capability(TransactionLog.class).ifPresent(model::checkLog);
    }

    private static byte[] bytes(StorageUnderTest subject, Tid tid) throws IOException {
        return Files.readAllBytes(
                capability(subject.storage(), BlobCapable.class).loadBlob(OID, tid));
    }

    /**
     * Plays a crash of the storage that is open in {@code from}: makes {@code open(to, …)} find what a process that begins anew would find there. The storage in
     * {@code from} goes on. By default all files are copied.
     */
    protected void crash(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private StorageUnderTest openCopy() throws Exception {
        Path copy = Files.createTempDirectory(crashes, "crash");
        crash(directory(), copy);
        return open(copy, clock, ConflictResolver.NONE);
    }
}
