package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.StorageLock;
import io.zrs.golden.Golden;
import io.zrs.pickle.RecordScanner;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.PackException;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packs of a real file storage that are cut short: whatever becomes of them, each revision of a blob has its file, and no other is there. */
class FileStoragePackTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2007-03-21T21:00:00Z"), ZoneOffset.UTC);
    private static final int BLOBS_BEFORE = 4;

    @TempDir
    Path directory;

    /** When to cut a pack short. */
    enum Moment {
        MARK,
        COPY,
        REMOVES_BLOB,
        BEFORE_SWITCH,
        CLEAN_UP
    }

    @ParameterizedTest
    @EnumSource
    void interruptedPackLeavesTheOldOrTheNew(Moment moment) {
        Golden.copy("py3-pack/before", directory.resolve("site"));
        boolean packed;
        try (BlobStorage storage = open()) {
            packed = pack(storage, moment, () -> Thread.currentThread().interrupt());
            assertThat(Thread.interrupted()).isTrue();
        }
        check(packed);
    }

    @ParameterizedTest
    @EnumSource
    void closedDuringAPackItLeavesTheOldOrTheNew(Moment moment) throws InterruptedException {
        Golden.copy("py3-pack/before", directory.resolve("site"));
        BlobStorage storage = open();
        Thread closing = new Thread(storage::close);
        boolean packed = pack(storage, moment, closing::start);
        closing.join();
        assertThat(directory.resolve("site/Data.fs.pack")).doesNotExist();
        check(packed);
    }

    private BlobStorage open() {
        FileStorageOptions options = FileStorageOptions.of(CLOCK).withLock(StorageLock.javaOnly());
        return BlobStorage.wrap(
                FileStorage.open(directory.resolve("site/Data.fs"), options), directory.resolve("site/blobs"));
    }

    private static boolean pack(BlobStorage storage, Moment moment, Runnable cut) {
        Packable packable = storage.capability(Packable.class).orElseThrow();
        try {
            packable.pack(storage.lastTransaction(), Garbage.COLLECT, listener(moment, cut));
            return true;
        } catch (PackException e) {
            return false;
        }
    }

    private static PackListener listener(Moment moment, Runnable cut) {
        return new PackListener() {
            private boolean done;

            @Override
            public void progress(Phase phase, long count, long total) {
                reached(Moment.valueOf(phase.name()));
            }

            @Override
            public void removesBlob(Oid oid, Tid tid) {
                reached(Moment.REMOVES_BLOB);
            }

            @Override
            public void beforeSwitch() {
                reached(Moment.BEFORE_SWITCH);
            }

            private void reached(Moment here) {
                if (here == moment && !done) {
                    done = true;
                    cut.run();
                }
            }
        };
    }

    private void check(boolean packed) {
        try (BlobStorage storage = open()) {
            Set<BlobRevision> expected = new HashSet<>();
            TransactionLog log = storage.capability(TransactionLog.class).orElseThrow();
            try (TransactionCursor cursor = log.iterate(Tid.NONE, Order.OLDEST_FIRST)) {
                for (LogTransaction each = cursor.next(); each != null; each = cursor.next()) {
                    addBlobs(each, expected);
                }
            }
            assertThat(expected).hasSize(packed ? 1 : BLOBS_BEFORE);
            Set<BlobRevision> found = new HashSet<>();
            storage.directory().walk(found::add);
            assertThat(found).isEqualTo(expected);
            assertThat(directory.resolve("site/blobs/.removed")).doesNotExist();
        }
    }

    private static void addBlobs(LogTransaction transaction, Set<BlobRevision> blobs) {
        for (DataRecord record = transaction.nextRecord(); record != null; record = transaction.nextRecord()) {
            byte[] data = record.data();
            if (data != null && RecordScanner.isBlob(ByteBuffer.wrap(data))) {
                blobs.add(new BlobRevision(record.oid(), record.tid()));
            }
        }
    }
}
