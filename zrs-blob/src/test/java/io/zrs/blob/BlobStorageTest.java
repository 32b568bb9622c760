package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.ConflictException;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a blob storage does while nothing goes wrong with the disk. The file system knows neither modes nor forced directories. */
class BlobStorageTest {
    private static final Oid OID = new Oid(0x0abc01);
    private static final Tid TID = new Tid(0x0100);
    private static final Tid NEXT = new Tid(0x0101);

    private final FileSystem fileSystem = Jimfs.newFileSystem(Configuration.unix());
    private final Path root = fileSystem.getPath("/srv/blobs");
    private MemoryStorage base = new MemoryStorage();
    private BlobStorage storage = BlobStorage.wrap(base, root);
    private List<String> before = List.of();

    @BeforeEach
    void remember() throws IOException {
        before = tree();
    }

    @AfterEach
    void close() throws IOException {
        base.instant = () -> {};
        storage.close();
        fileSystem.close();
    }

    @Test
    void newDirectoryHasMarkerAndTmp() throws IOException {
        assertThat(before).containsExactly(".layout", "tmp");
        assertThat(Files.readString(root.resolve(".layout"))).isEqualTo("bushy");
        assertThat(storage.temporaryDirectory()).isEqualTo(root.resolve("tmp"));
    }

    @Test
    void storesBlobByMovingItsFile() throws IOException {
        Path file = callersFile("hello");
        Tid tid = store(OID, Tid.NONE, file);
        assertThat(read(OID, tid)).isEqualTo("hello");
        assertThat(file).doesNotExist();
        assertThat(tree()).contains("0x00/0x00/0x00/0x00/0x00/0x0a/0xbc/0x01/0x01.blob");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void storesBlobFromAnotherFileSystem() throws IOException {
        try (FileSystem other = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = Files.writeString(other.getPath("/far"), "hello");
            assertThat(read(OID, store(OID, Tid.NONE, file))).isEqualTo("hello");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void keepsEveryRevision() throws IOException {
        Tid first = store(OID, Tid.NONE, callersFile("one"));
        Tid second = store(OID, first, callersFile("two"));
        assertThat(read(OID, first)).isEqualTo("one");
        assertThat(read(OID, second)).isEqualTo("two");
    }

    @Test
    void restoresBlobPieceByPiece() throws IOException {
        BlobRestoreTransaction transaction = beginRestore(TID);
        try (BlobSink sink = transaction.restoreBlob(OID, TID, bytes("record"), null)) {
            sink.write(bytes("hel"));
            sink.write(bytes(""));
            sink.write(bytes("lo"));
            sink.complete();
        }
        finish(transaction);
        restorable().force();
        assertThat(read(OID, TID)).isEqualTo("hello");
        assertThat(storage.loadSerial(OID, TID)).asString().isEqualTo("record");
        assertThat(storage.lastTransaction()).isEqualTo(TID);
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void emptyBlobIsEmptyFile() throws IOException {
        BlobRestoreTransaction transaction = beginRestore(TID);
        transaction.restoreBlob(OID, TID, bytes("record"), null).complete();
        finish(transaction);
        restorable().force();
        assertThat(storage.loadBlob(OID, TID)).isEmptyFile();
    }

    @Test
    void blobNeverWrittenHasNoFile() {
        BlobRestoreTransaction transaction = beginRestore(TID);
        transaction.restore(OID, TID, bytes("record"), null);
        finish(transaction);
        restorable().force();
        assertThat(storage.loadSerial(OID, TID)).asString().isEqualTo("record");
        assertThatThrownBy(() -> storage.loadBlob(OID, TID))
                .isInstanceOf(PosKeyException.class)
                .hasMessageStartingWith("No blob file")
                .hasMessageContainingAll("0x0abc01", "0x0100")
                .hasMessageNotContaining("srv");
        assertThatThrownBy(() -> storage.openBlob(OID, TID)).isInstanceOf(PosKeyException.class);
    }

    @Test
    void lastOfTwoBlobsOfOneRevisionCounts() throws IOException {
        BlobRestoreTransaction transaction = beginRestore(TID);
        restoreBlob(transaction, OID, TID, "first");
        restoreBlob(transaction, OID, TID, "second");
        finish(transaction);
        restorable().force();
        assertThat(read(OID, TID)).isEqualTo("second");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void committedBlobIsNeverReplaced() throws IOException {
        restore(OID, TID, TID, "committed");
        restorable().force();
        restore(OID, TID, NEXT, "once more");
        restorable().force();
        assertThat(read(OID, TID)).isEqualTo("committed");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void strayFileIsReplaced() throws IOException {
        Path stray = storage.directory().path(OID, TID);
        Files.createDirectories(stray.getParent());
        Files.writeString(stray, "of a transaction that never was");
        restore(OID, TID, TID, "committed");
        restorable().force();
        assertThat(read(OID, TID)).isEqualTo("committed");
    }

    @Test
    void conflictLeavesFileToCaller() throws IOException {
        Tid tid = store(OID, Tid.NONE, callersFile("one"));
        Path file = callersFile("two");
        try (BlobTransaction transaction = begin()) {
            assertThatThrownBy(() -> transaction.storeBlob(OID, Tid.NONE, bytes("record"), file))
                    .isInstanceOf(ConflictException.class);
            assertThatThrownBy(transaction::vote).isInstanceOf(IllegalStateException.class);
        }
        assertThat(file).hasContent("two");
        assertThat(read(OID, tid)).isEqualTo("one");
    }

    @Test
    void refusesWhatIsNoFile() {
        try (BlobTransaction transaction = begin()) {
            assertThatThrownBy(() -> transaction.storeBlob(OID, Tid.NONE, bytes("record"), root))
                    .isInstanceOf(IllegalArgumentException.class);
            transaction.store(OID, Tid.NONE, bytes("record"));
        }
    }

    @Test
    void abortBeforeVoteLeavesNothing() throws IOException {
        try (BlobTransaction transaction = begin()) {
            transaction.storeBlob(OID, Tid.NONE, bytes("record"), callersFile("gone"));
        }
        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void abortAfterVoteLeavesNothing() throws IOException {
        Tid tid = store(new Oid(0x0abc02), Tid.NONE, callersFile("neighbour"));
        before = tree();
        try (BlobTransaction transaction = begin()) {
            transaction.storeBlob(OID, Tid.NONE, bytes("record"), callersFile("gone"));
            transaction.storeBlob(new Oid(0x0abc02), tid, bytes("record"), callersFile("gone"));
            transaction.vote();
            assertThat(tree()).isNotEqualTo(before);
        }
        assertThat(tree()).isEqualTo(before);
        assertThat(read(new Oid(0x0abc02), tid)).isEqualTo("neighbour");
    }

    @Test
    void abortOfRestoreLeavesNothing() throws IOException {
        try (BlobRestoreTransaction transaction = beginRestore(TID)) {
            restoreBlob(transaction, OID, TID, "gone");
            transaction.restoreBlob(OID, TID, bytes("record"), null).write(bytes("half"));
        }
        assertThat(tree()).isEqualTo(before);
        restore(OID, TID, TID, "again");
        restorable().force();
        assertThat(read(OID, TID)).isEqualTo("again");
    }

    @Test
    void droppedBlobBreaksItsTransaction() throws IOException {
        try (BlobRestoreTransaction transaction = beginRestore(TID)) {
            try (BlobSink sink = transaction.restoreBlob(OID, TID, bytes("record"), null)) {
                sink.write(bytes("half"));
            }
            assertThat(temporaryFiles()).isEmpty();
            assertThatThrownBy(transaction::vote).isInstanceOf(IllegalStateException.class);
        }
        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void refusesCallsOutOfOrder() {
        try (BlobRestoreTransaction transaction = beginRestore(TID)) {
            BlobSink sink = transaction.restoreBlob(OID, TID, bytes("record"), null);
            assertThatThrownBy(() -> transaction.restore(OID, TID, null, null))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(transaction::vote).isInstanceOf(IllegalStateException.class);
            sink.write(bytes("kept"));
            sink.complete();
            assertThatThrownBy(sink::complete).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> sink.write(bytes("more"))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(transaction::finish).isInstanceOf(IllegalStateException.class);
            sink.close();
            transaction.vote();
            transaction.finish();
        }
        restorable().force();
        assertThat(storage.loadBlob(OID, TID)).hasContent("kept");
    }

    @Test
    void uncommittedBlobCannotBeLoaded() throws IOException {
        try (BlobTransaction transaction = begin()) {
            transaction.storeBlob(OID, Tid.NONE, bytes("record"), callersFile("hello"));
            transaction.vote();
            assertThat(storage.directory().path(OID, transaction.tid())).exists();
            assertThatThrownBy(() -> storage.loadBlob(OID, transaction.tid())).isInstanceOf(PosKeyException.class);
            transaction.finish();
            assertThat(read(OID, transaction.tid())).isEqualTo("hello");
        }
    }

    @Test
    void commitListenersCanLoadBlobs() {
        List<String> loaded = new ArrayList<>();
        storage.addCommitListener(transaction -> loaded.add(read(OID, transaction.tid())));
        restore(OID, TID, TID, "hello");
        assertThat(loaded).isEmpty();
        restorable().force();
        assertThat(loaded).containsExactly("hello");
    }

    @Test
    void storedTransactionTakesQueuedOnesAlong() throws IOException {
        restore(OID, TID, TID, "queued");
        Tid stored = store(new Oid(2), Tid.NONE, callersFile("stored"));
        assertThat(read(OID, TID)).isEqualTo("queued");
        assertThat(read(new Oid(2), stored)).isEqualTo("stored");
    }

    @Test
    void transactionQueuedDuringCommitIsPlacedAtOnce() throws IOException {
        restore(OID, TID, TID, "one");
        List<Boolean> placed = new ArrayList<>();
        base.instant = () -> {
            base.instant = () -> {};
            restore(OID, NEXT, NEXT, "two");
            placed.add(Files.exists(storage.directory().path(OID, NEXT)));
        };
        restorable().force();
        assertThat(placed).containsExactly(true);
        restorable().force();
        assertThat(read(OID, NEXT)).isEqualTo("two");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void openedBlobIsReadOnly() throws IOException {
        Tid tid = store(OID, Tid.NONE, callersFile("hello"));
        try (SeekableByteChannel channel = storage.openBlob(OID, tid)) {
            assertThat(channel.size()).isEqualTo(5);
            assertThatThrownBy(() -> channel.write(bytes("no"))).isInstanceOf(NonWritableChannelException.class);
        }
    }

    @Test
    void offersWhatTheBaseOffers() {
        TransactionLog log = mock(TransactionLog.class);
        base.more.put(TransactionLog.class, log);
        base.more.put(Runnable.class, mock(Runnable.class));
        assertThat(storage.capability(BlobCapable.class)).containsSame(storage);
        assertThat(storage.capability(WritableStorage.class)).containsInstanceOf(BlobWritableStorage.class);
        assertThat(storage.capability(RestorableStorage.class)).containsInstanceOf(BlobRestorableStorage.class);
        assertThat(storage.capability(TransactionLog.class)).containsSame(log);
        assertThat(storage.capability(Runnable.class)).isEmpty();
        base.capabilities = Set.of();
        base.more.clear();
        assertThat(storage.capability(BlobWritableStorage.class)).isEmpty();
        assertThat(storage.capability(BlobRestorableStorage.class)).isEmpty();
        assertThat(storage.capability(TransactionLog.class)).isEqualTo(Optional.empty());
    }

    @Test
    void closingAbortsWhatIsOpenAndForcesWhatIsFinished() throws IOException {
        restore(OID, TID, TID, "finished");
        BlobRestoreTransaction open = beginRestore(NEXT);
        BlobSink sink = open.restoreBlob(OID, NEXT, bytes("record"), null);
        sink.write(bytes("half"));
        storage.close();
        assertThat(base.closed).isTrue();
        assertThat(storage.directory().path(OID, TID)).hasContent("finished");
        assertThat(temporaryFiles()).isEmpty();
        open.close();
        storage.close();
    }

    @Test
    void closedStorageRefusesBlobs() {
        storage.close();
        assertThatThrownBy(() -> storage.loadBlob(OID, TID)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(storage::temporaryDirectory).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void readOnlyBaseLeavesDirectoryAlone() throws IOException {
        MemoryStorage readOnly = new MemoryStorage();
        readOnly.capabilities = Set.of();
        Files.writeString(root.resolve("tmp/secondary1blob"), "in use");
        before = tree();
        try (BlobStorage reading = BlobStorage.wrap(readOnly, root)) {
            assertThatThrownBy(() -> reading.loadBlob(OID, TID)).isInstanceOf(PosKeyException.class);
        }
        assertThat(tree()).isEqualTo(before);
        BlobStorage.wrap(readOnly, fileSystem.getPath("/srv/none")).close();
        assertThat(fileSystem.getPath("/srv/none")).doesNotExist();
    }

    @Test
    void aBaseThatWritesInEitherWayGetsADirectory() {
        for (Class<?> capability : List.of(WritableStorage.class, RestorableStorage.class)) {
            MemoryStorage writing = new MemoryStorage();
            writing.capabilities = Set.of(capability);
            Path directory = fileSystem.getPath("/srv/" + capability.getSimpleName());
            BlobStorage.wrap(writing, directory).close();
            assertThat(directory).isDirectory();
        }
    }

    @Test
    void openingDeletesLeftoversOfPythonSecondaryAndNothingElse() throws IOException {
        Files.writeString(root.resolve("tmp/secondaryx1blob"), "leaked");
        Files.writeString(root.resolve("tmp/BUCx1"), "somebody's");
        Files.writeString(root.resolve("tmp/CTFT.tmp"), "somebody's");
        base = base.surviving();
        storage = BlobStorage.wrap(base, root);
        assertThat(temporaryFiles()).containsExactly("BUCx1", "CTFT.tmp");
    }

    @Test
    void openingLeavesAFileWhereADirectoryWouldBe() throws IOException {
        Path file = Files.writeString(root.resolve("0x" + OID.toHex().substring(0, 2)), "somebody's");
        Files.createFile(root.resolve("tmp/zrs-" + OID.toHex() + "-" + TID.toHex() + "-1.placing"));
        base = base.surviving();
        storage = BlobStorage.wrap(base, root);
        assertThat(file).hasContent("somebody's");
        assertThat(temporaryFiles()).isEmpty();
    }

    @Test
    void openingMakesGoodAMoveThatWasLost() throws IOException {
        restore(OID, TID, TID, "hello");
        restorable().force();
        String name = "tmp/zrs-" + OID.toHex() + "-" + TID.toHex() + "-1";
        Files.move(storage.loadBlob(OID, TID), root.resolve(name + ".data"));
        Files.createFile(root.resolve(name + ".placing"));
        base = base.surviving();
        storage = BlobStorage.wrap(base, root);
        assertThat(read(OID, TID)).isEqualTo("hello");
        assertThat(temporaryFiles()).isEmpty();
    }

    private Tid store(Oid oid, Tid oldSerial, Path file) {
        try (BlobTransaction transaction = begin()) {
            transaction.storeBlob(oid, oldSerial, bytes("record"), file);
            transaction.vote();
            return transaction.finish();
        }
    }

    private void restore(Oid oid, Tid serial, Tid tid, String blob) {
        BlobRestoreTransaction transaction = beginRestore(tid);
        restoreBlob(transaction, oid, serial, blob);
        finish(transaction);
    }

    private static void restoreBlob(BlobRestoreTransaction transaction, Oid oid, Tid serial, String blob) {
        try (BlobSink sink = transaction.restoreBlob(oid, serial, bytes("record"), null)) {
            sink.write(bytes(blob));
            sink.complete();
        }
    }

    private static void finish(BlobRestoreTransaction transaction) {
        try (transaction) {
            transaction.vote();
            transaction.finish();
        }
    }

    private BlobTransaction begin() {
        return storage.capability(BlobWritableStorage.class).orElseThrow().begin(TransactionMetadata.EMPTY);
    }

    private BlobRestoreTransaction beginRestore(Tid tid) {
        return restorable()
                .beginRestore(
                        new TransactionHeader(tid, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY),
                        PickleDialect.PYTHON3);
    }

    private BlobRestorableStorage restorable() {
        return storage.capability(BlobRestorableStorage.class).orElseThrow();
    }

    private Path callersFile(String content) throws IOException {
        return Files.writeString(storage.temporaryDirectory().resolve("callers"), content);
    }

    private String read(Oid oid, Tid tid) {
        try (SeekableByteChannel channel = storage.openBlob(oid, tid)) {
            assertThat(storage.loadBlob(oid, tid)).hasSize(channel.size());
            ByteBuffer content = ByteBuffer.allocate((int) channel.size());
            while (channel.read(content) > 0) {
                // Until it is full.
            }
            return StandardCharsets.UTF_8.decode(content.flip()).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> temporaryFiles() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("tmp"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private List<String> tree() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> !file.equals(root))
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
