package io.zrs.filestorage;

import static io.zrs.filestorage.Packs.commit;
import static io.zrs.filestorage.Packs.directory;
import static io.zrs.filestorage.Packs.fill;
import static io.zrs.filestorage.Packs.finish;
import static io.zrs.filestorage.Packs.pack;
import static io.zrs.filestorage.Packs.undo;
import static io.zrs.filestorage.TestStorage.begin;
import static io.zrs.filestorage.TestStorage.bytes;
import static io.zrs.filestorage.TestStorage.log;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.text;
import static io.zrs.filestorage.TestStorage.tids;
import static io.zrs.filestorage.TestStorage.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.PackException;
import io.zrs.storage.PackListener;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog.Order;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stays, what goes, and when nothing happens at all. */
class PackTest {
    private final Path path = memoryPath();

    @Test
    void removesWhatWasNotCurrentAndWhatNobodyRefersTo() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            pack(storage, 8);
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 8L);
            assertThat(storage.objectCount()).isEqualTo(4);
            assertThatThrownBy(() -> storage.load(new Oid(4))).isInstanceOf(PosKeyException.class);
            assertThat(storage.loadBefore(new Oid(1), new Tid(6))).isNull();
            assertThat(text(storage.load(new Oid(1)).data())).contains("1:6;");
        }
    }

    @Test
    void keepsGarbageWhenToldTo() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            pack(storage, 8, Garbage.KEEP, PackListener.NONE);
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 7L, 8L);
            assertThat(text(storage.load(new Oid(4)).data())).contains("4:7;");
            pack(storage, 8);
            assertThat(tids(storage))
                    .as("garbage that a pack kept goes with the next one")
                    .containsExactly(3L, 4L, 6L, 8L);
        }
    }

    @Test
    void whatWasWrittenLaterStaysWithAllThatItRefersTo() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            commit(storage, 9, 4, 5);
            commit(storage, 10, 5);
            commit(storage, 11, 6);
            commit(storage, 12, 3, 4);
            pack(storage, 11);
            assertThat(tids(storage))
                    .as("4 was garbage, but is referred to")
                    .containsExactly(3L, 4L, 6L, 8L, 9L, 10L, 12L);
        }
    }

    @Test
    void theNewestTransactionStaysThoughNothingOfItDoes() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            commit(storage, 9, 4);
            pack(storage, 9);
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 8L, 9L);
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(9));
        }
        try (FileStorage storage = open(path)) {
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(9));
            commit(storage, 10, 3);
            pack(storage, 10);
            assertThat(tids(storage)).containsExactly(3L, 6L, 8L, 10L);
        }
    }

    @Test
    void packedTransactionsSaySo() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            pack(storage, 5);
            StringBuilder statuses = new StringBuilder();
            try (TransactionCursor cursor = log(storage).iterate(Tid.NONE, Order.OLDEST_FIRST)) {
                for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
                    statuses.append(next.header().status());
                }
            }
            assertThat(statuses.toString()).isEqualTo("pppp   ");
        }
    }

    @Test
    void aRevisionThatALaterOnePointsBackToStaysAndIsFound() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            byte[] data = storage.loadSerial(new Oid(1), new Tid(2));
            undo(storage, 9, 1, 2, data);
            for (Garbage garbage : Garbage.values()) {
                pack(storage, 8, garbage, PackListener.NONE);
                assertThat(storage.loadSerial(new Oid(1), new Tid(2))).isEqualTo(data);
                assertThat(storage.load(new Oid(1)).data()).isEqualTo(data);
                assertThatThrownBy(() -> storage.loadSerial(new Oid(1), new Tid(5)))
                        .isInstanceOf(PosKeyException.class);
            }
            pack(storage, 9);
            assertThat(storage.load(new Oid(1)).data()).isEqualTo(data);
            assertThatThrownBy(() -> storage.loadSerial(new Oid(1), new Tid(2))).isInstanceOf(PosKeyException.class);
        }
    }

    @Test
    void deletedObjectsVanish() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            restore(storage, 9, 4, null);
            pack(storage, 9, Garbage.KEEP, PackListener.NONE);
            assertThat(storage.objectCount()).isEqualTo(4);
            assertThatThrownBy(() -> storage.load(new Oid(4))).isInstanceOf(PosKeyException.class);
        }
    }

    @Test
    void nothingHappensWhereThereIsNothingToDo() {
        try (FileStorage storage = open(path)) {
            assertThat(pack(storage, -1)).isEqualTo(new PackResult(4, 4, 0, 0));
            fill(storage);
            assertUnchanged(storage, 0, Garbage.COLLECT);
            assertUnchanged(storage, 1, Garbage.COLLECT);
            pack(storage, 6);
            assertUnchanged(storage, 6, Garbage.COLLECT);
            assertUnchanged(storage, 5, Garbage.KEEP);
            assertUnchanged(storage, 3, Garbage.COLLECT);
        }
    }

    @Test
    void namesReferencesToObjectsThatAreNotThere() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            commit(storage, 9, 3, 0, 77, 78);
            Map<String, String> before = directory(path);
            assertThatThrownBy(() -> pack(storage, 9))
                    .isInstanceOf(PackException.class)
                    .hasMessageContainingAll("0x03 to 0x4d", "0x03 to 0x4e", "without garbage collection");
            assertThat(directory(path)).isEqualTo(before);
            pack(storage, 9, Garbage.KEEP, PackListener.NONE);
            assertThat(tids(storage)).containsExactly(3L, 6L, 7L, 8L, 9L);
        }
    }

    @Test
    void aReferenceToADeletedObjectLeadsNowhereEither() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            restore(storage, 9, 3, null);
            assertThatThrownBy(() -> pack(storage, 9))
                    .isInstanceOf(PackException.class)
                    .hasMessageContaining("0x02 to 0x03");
        }
    }

    @Test
    void withoutARootNothingCanBeReached() {
        try (FileStorage storage = open(path)) {
            commit(storage, 1, 5);
            commit(storage, 2, 5);
            assertThatThrownBy(() -> pack(storage, 2))
                    .isInstanceOf(PackException.class)
                    .hasMessageContaining("root");
            assertThat(pack(storage, 2, Garbage.KEEP, PackListener.NONE).objectsAfter())
                    .isEqualTo(1);
        }
    }

    @Test
    void aRecordWhoseReferencesCannotBeReadIsNamed() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            TestStorage.commit(storage, 9, 3);
            assertThatThrownBy(() -> pack(storage, 9))
                    .isInstanceOf(CorruptedStorageException.class)
                    .hasMessageContaining("references of oid 0x03");
            assertThat(pack(storage, 8).bytesAfter())
                    .as("what is written later need not be read")
                    .isPositive();
        }
    }

    @Test
    void aDamagedFileStaysAsItIs() {
        try (FileStorage storage = open(path)) {
            fill(storage);
            byte[] content = bytes(path);
            content[4 + 23 + 31] ^= 1; // the last byte of the first record's pointer to its transaction
            write(path, content);
            Map<String, String> before = directory(path);
            assertThatThrownBy(() -> pack(storage, 8)).isInstanceOf(CorruptedStorageException.class);
            assertThat(directory(path)).isEqualTo(before);
        }
    }

    @Test
    void tellsOfBlobsThatGo() {
        List<String> removed = new ArrayList<>();
        PackListener listener = new PackListener() {
            @Override
            public void removesBlob(Oid oid, Tid tid) {
                removed.add(oid + " " + tid.value());
            }
        };
        try (FileStorage storage = open(path)) {
            fill(storage);
            restore(storage, 9, 1, TestRecords.blob("a"));
            restore(storage, 10, 1, TestRecords.blob("b"));
            restore(storage, 11, 9, TestRecords.blob("garbage"));
            try (RestoreTransaction twice = begin(storage, 12)) {
                for (int i = 0; i < 2; i++) {
                    twice.restore(new Oid(1), new Tid(12), TestRecords.blob("c"), null);
                    twice.restore(new Oid(9), new Tid(12), TestRecords.blob("more garbage"), null);
                }
                twice.vote();
                twice.finish();
            }
            restorable(storage).force();
            pack(storage, 12, Garbage.COLLECT, listener);
        }
        assertThat(removed).containsExactly("0x01 9", "0x01 10", "0x09 11", "0x09 12");
    }

    @Test
    void needsRoomForWhatStays() throws IOException {
        try (FileSystem small = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                .setMaxSize(60_000)
                .setBlockSize(512)
                .build())) {
            Path file = Files.createDirectory(small.getPath("/db")).resolve("Data.fs");
            try (FileStorage storage = FileStorage.open(file, options())) {
                fill(storage);
                restore(storage, 9, 1, TestRecords.record("x".repeat(40_000)));
                Map<String, String> before = directory(file);
                assertThatThrownBy(() -> pack(storage, 9))
                        .isInstanceOf(PackException.class)
                        .hasMessageMatching(".* needs 4\\d{4} bytes, but only 1\\d{4} are free.*");
                assertThat(directory(file)).isEqualTo(before);
                restore(storage, 10, 1, TestRecords.record("x"));
                assertThat(pack(storage, 10).bytesAfter())
                        .as("there is room if little stays")
                        .isLessThan(2000);
            }
        }
    }

    @Test
    void whatACrashedPackLeftIsDeletedByWhoMayWrite() {
        Path leftover = path.resolveSibling("Data.fs.pack");
        open(path).close();
        write(leftover, new byte[] {1});
        FileStorage.open(path, options().withMode(Mode.READ_ONLY)).close();
        assertThat(leftover).exists();
        try (FileStorage storage = open(path)) {
            assertThat(leftover).doesNotExist();
            fill(storage);
            write(leftover, new byte[] {1});
            assertThat(pack(storage, 8).objectsAfter()).isEqualTo(4);
            assertThat(leftover).doesNotExist();
        }
    }

    @Test
    void onlyWhoMayWriteCanPack() {
        open(path).close();
        try (FileStorage storage = FileStorage.open(path, options().withMode(Mode.READ_ONLY))) {
            assertThat(storage.capability(Packable.class)).isEmpty();
        }
    }

    @Test
    void aLinkStaysALinkAndPermissionsStay(@TempDir Path directory) throws IOException {
        Path real = Files.createDirectory(directory.resolve("elsewhere")).resolve("real.fs");
        Path link = directory.resolve("Data.fs");
        open(real).close();
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Files.createSymbolicLink(link, real);
        try (FileStorage storage = open(link)) {
            fill(storage);
            pack(storage, 8);
        }
        assertThat(link).isSymbolicLink();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(real)))
                .isEqualTo("rw-r-----");
        try (FileStorage storage = open(real)) {
            assertThat(tids(storage)).containsExactly(3L, 4L, 6L, 8L);
        }
    }

    @Test
    void oidsNeedNotBeDense() {
        long[] oids = {1L << 28, (1L << 28) - 1, 1L << 40, Long.MIN_VALUE, -1};
        try (FileStorage storage = open(path)) {
            finish(storage, 1, 0, oids);
            for (int i = 0; i < oids.length; i++) {
                finish(storage, 2 + 2 * i, oids[i], oids[(i + 1) % oids.length]);
                finish(storage, 3 + 2 * i, oids[i] - 2, oids[i]);
            }
            commit(storage, 20, 0, oids);
            pack(storage, 20);
            assertThat(tids(storage)).containsExactly(2L, 4L, 6L, 8L, 10L, 20L);
        }
    }

    @Test
    void objectsBeyondAFullListAreFoundByTheirMarks() {
        int count = 700;
        long[] children = LongStream.range(0, count).map(i -> 1000 + 3 * i).toArray();
        try (FileStorage storage = open(path)) {
            finish(storage, 1, 0, children);
            for (int i = 0; i < count; i++) {
                finish(storage, 2 + i, children[i], children[(i + 1) % count], children[i] + 1);
            }
            for (int i = 0; i < count; i++) {
                finish(storage, 1000 + i, children[i] + 1);
            }
            finish(storage, 2000, 5);
        }
        try (LogFile file = ChannelLogFile.open(path, false)) {
            View view = LogOpener.open(path, options().withMode(Mode.READ_ONLY), file)
                    .view();
            PastIndex past = new PastIndex(view.log(), view.end(), view.end());
            PackProgress progress = new PackProgress(PackListener.NONE, () -> {});
            Reachability reachability = new Reachability(view.log(), past, view.end(), progress, 50);
            reachability.markFromRoot();
            for (long child : children) {
                assertThat(reachability.contains(child)).isTrue();
                assertThat(reachability.contains(child + 1)).isTrue();
            }
            assertThat(reachability.contains(5)).isFalse();
        }
    }

    private static void restore(FileStorage storage, long tid, long oid, @Nullable ByteBuffer data) {
        try (RestoreTransaction transaction = begin(storage, tid)) {
            transaction.restore(new Oid(oid), new Tid(tid), data, null);
            transaction.vote();
            transaction.finish();
        }
        restorable(storage).force();
    }

    private void assertUnchanged(FileStorage storage, long time, Garbage garbage) {
        Map<String, String> before = directory(path);
        long size = storage.sizeInBytes();
        long count = storage.objectCount();
        assertThat(pack(storage, time, garbage, PackListener.NONE)).isEqualTo(new PackResult(size, size, count, count));
        assertThat(directory(path)).isEqualTo(before);
    }
}
