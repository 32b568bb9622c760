package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.filestorage.StorageLock;
import io.zrs.golden.Golden;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Storage;
import io.zrs.storage.Storages;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Around a real file storage, on the real file system. */
class FileStorageBlobsTest {
    private static final Tid TID = Tid.parse("036c6b9111111111");
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2007-03-21T20:32:57Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"py2-variety", "py3-variety", "py2-blobstorage", "py3-blobstorage"})
    void copiesGoldenDatabase(String set) throws IOException {
        Golden.copy(set, directory.resolve("golden"));
        Set<BlobRevision> copied;
        try (BlobStorage original = open("golden", Mode.READ_ONLY);
                BlobStorage copy = open("copy", Mode.CREATE_NEW)) {
            copied = copyAll(original, copy);
        }
        try (BlobStorage copy = open("copy", Mode.READ_WRITE)) {
            List<BlobRevision> walked = new ArrayList<>();
            copy.directory().walk(walked::add);
            assertThat(walked).hasSizeGreaterThan(5).containsExactlyInAnyOrderElementsOf(copied);
            assertThat(copy.temporaryDirectory()).isEmptyDirectory();
            for (BlobRevision revision : walked) {
                assertThat(copy.loadBlob(revision.oid(), revision.tid()))
                        .hasSameBinaryContentAs(BlobDirectory.open(directory.resolve("golden/blobs"))
                                .path(revision.oid(), revision.tid()));
            }
        }
    }

    @Test
    void whatWasNotForcedIsGoneAfterACrash() throws IOException {
        try (BlobStorage storage = open("live", Mode.CREATE_NEW)) {
            restore(storage, new Oid(1), TID);
            restorable(storage).force();
            restore(storage, new Oid(2), TID.next());
            try (BlobTransaction transaction =
                    storage.capability(BlobWritableStorage.class).orElseThrow().begin(TransactionMetadata.EMPTY)) {
                Path file = Files.writeString(storage.temporaryDirectory().resolve("callers"), "new");
                transaction.storeBlob(new Oid(3), Tid.NONE, ByteBuffer.wrap(new byte[1]), file);
                transaction.vote();
                assertThat(storage.directory().path(new Oid(3), transaction.tid()))
                        .exists();
                copyTree(directory.resolve("live"), directory.resolve("crashed"));
            }
        }
        try (BlobStorage storage = open("crashed", Mode.READ_WRITE)) {
            assertThat(storage.lastTransaction()).isEqualTo(TID);
            assertThat(storage.loadBlob(new Oid(1), TID)).hasContent("blob");
            assertThat(storage.temporaryDirectory()).isEmptyDirectory();
            List<BlobRevision> walked = new ArrayList<>();
            storage.directory().walk(walked::add);
            assertThat(walked).containsExactly(new BlobRevision(new Oid(1), TID));
        }
    }

    @Test
    void openingDecidesNothingForANewFile() throws IOException {
        try (BlobStorage storage = open("new", Mode.CREATE_NEW)) {
            assertThat(directory.resolve("new/Data.fs")).isEmptyFile();
            restore(storage, new Oid(1), TID);
        }
        assertThat(Files.readAllBytes(directory.resolve("new/Data.fs"))).startsWith('F', 'S', '2', '1');
    }

    @Test
    void opensByUri() {
        Path file = directory.resolve("Data.fs");
        Path blobs = directory.resolve("blobs");
        try (Storage storage =
                Storages.open("file://" + file + "?blobstorage_dir=" + blobs + "&blobstorage_layout=lawn")) {
            assertThat(storage).isInstanceOf(BlobStorage.class);
            assertThat(storage.name()).isEqualTo(file.toString());
            assertThat(blobs.resolve(".layout")).hasContent("lawn");
        }
        try (Storage storage = Storages.open("file://" + file + "?blobstorage_dir=" + blobs + "2&read_only=true")) {
            assertThat(storage.lastTransaction()).isEqualTo(Tid.NONE);
            assertThat(directory.resolve("blobs2")).doesNotExist();
        }
    }

    private BlobStorage open(String name, Mode mode) throws IOException {
        Path home = Files.createDirectories(directory.resolve(name));
        FileStorageOptions options = FileStorageOptions.of(CLOCK).withMode(mode).withLock(StorageLock.javaOnly());
        return BlobStorage.wrap(FileStorage.open(home.resolve("Data.fs"), options), home.resolve("blobs"));
    }

    private static Set<BlobRevision> copyAll(BlobStorage original, BlobStorage copy) throws IOException {
        Set<BlobRevision> blobs = new HashSet<>();
        original.directory().walk(blobs::add);
        TransactionLog log = original.capability(TransactionLog.class).orElseThrow();
        try (TransactionCursor cursor = log.iterate(Tid.NONE, TransactionLog.Order.OLDEST_FIRST)) {
            for (LogTransaction from = cursor.next(); from != null; from = cursor.next()) {
                try (BlobRestoreTransaction to = restorable(copy).beginRestore(from.header(), log.dialect())) {
                    for (DataRecord record = from.nextRecord(); record != null; record = from.nextRecord()) {
                        copyRecord(original, record, to, blobs);
                    }
                    to.vote();
                    to.finish();
                }
            }
        }
        restorable(copy).force();
        assertThat(copy.lastTransaction()).isEqualTo(original.lastTransaction());
        return blobs;
    }

    private static void copyRecord(
            BlobStorage original, DataRecord record, BlobRestoreTransaction to, Set<BlobRevision> blobs)
            throws IOException {
        byte[] bytes = record.data();
        ByteBuffer data = bytes == null ? null : ByteBuffer.wrap(bytes);
        if (data != null && blobs.contains(new BlobRevision(record.oid(), record.tid()))) {
            try (BlobSink sink = to.restoreBlob(record.oid(), record.tid(), data, record.dataTid())) {
                sink.write(ByteBuffer.wrap(Files.readAllBytes(original.loadBlob(record.oid(), record.tid()))));
                sink.complete();
            }
        } else {
            to.restore(record.oid(), record.tid(), data, record.dataTid());
        }
    }

    private static void restore(BlobStorage storage, Oid oid, Tid tid) {
        TransactionHeader header = new TransactionHeader(tid, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
        try (BlobRestoreTransaction transaction = restorable(storage).beginRestore(header, PickleDialect.PYTHON2)) {
            try (BlobSink sink = transaction.restoreBlob(oid, tid, ByteBuffer.wrap(new byte[1]), null)) {
                sink.write(ByteBuffer.wrap(new byte[] {'b', 'l', 'o', 'b'}));
                sink.complete();
            }
            transaction.vote();
            transaction.finish();
        }
    }

    private static BlobRestorableStorage restorable(BlobStorage storage) {
        return storage.capability(BlobRestorableStorage.class).orElseThrow();
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
