package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.spy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blobs get their old bytes back. */
class BlobUndoTest {
    private static final Oid OID = new Oid(0x15);
    private static final Oid OTHER = new Oid(0x16);
    private static final String BLOB = "cZODB.blob\nBlob\nq\u0001.N.";

    private final FileSystem fileSystem = Jimfs.newFileSystem(Configuration.unix());
    private final Path root = fileSystem.getPath("/blobs");
    private final BlobDisk disk = spy(FileSystemDisk.of(root));
    private final MemoryStorage base = new MemoryStorage();
    private final BlobStorage storage = BlobStorage.wrap(base, root, BlobLayout.LAWN, disk);

    @AfterEach
    void close() throws IOException {
        storage.close();
        fileSystem.close();
    }

    @Test
    void undoCopiesTheBlobOfTheRevisionBefore() throws IOException {
        Tid one = store(OID, Tid.NONE, "one");
        Tid two = store(OID, one, "two");
        Tid undone = undo(two);
        assertThat(storage.loadBlob(OID, undone)).hasContent("one");
        assertThat(storage.loadBlob(OID, one)).hasContent("one");
        assertThat(storage.loadBlob(OID, two)).hasContent("two");
        assertThat(storage.temporaryDirectory()).isEmptyDirectory();
    }

    @Test
    void undoOfAnUndoCopiesWhatTheFirstOneTookAway() throws IOException {
        Tid one = store(OID, Tid.NONE, "one");
        Tid two = store(OID, one, "two");
        assertThat(storage.loadBlob(OID, undo(undo(two)))).hasContent("two");
    }

    @Test
    void undoOfACreationMakesNoFile() throws IOException {
        Tid one = store(OID, Tid.NONE, "one");
        Tid undone = undo(one);
        assertThatThrownBy(() -> storage.loadBlob(OID, undone)).isInstanceOf(PosKeyException.class);
        assertThat(files()).containsExactly("0x15/" + one + ".blob");
    }

    @Test
    void undoOfAnUndoOfACreationCopiesItsBlob() throws IOException {
        Tid one = store(OID, Tid.NONE, "one");
        assertThat(storage.loadBlob(OID, undo(undo(one)))).hasContent("one");
    }

    @Test
    void undoOfWhatFollowedADeletionMakesNoFile() throws IOException {
        Tid deletion = undo(store(OID, Tid.NONE, "one"));
        List<String> before = files();
        Tid again = store(OID, deletion, "again");
        undo(again);
        assertThat(files()).hasSize(before.size() + 1).contains("0x15/" + again + ".blob");
    }

    @Test
    void theOldestOfSeveralTransactionsDecides() throws IOException {
        Tid one = store(OID, Tid.NONE, "one");
        Tid two = store(OID, one, "two");
        Tid three = store(OID, two, "three");
        Tid undone = undo(three, two);
        assertThat(storage.loadBlob(OID, undone)).hasContent("one");
        assertThat(storage.temporaryDirectory()).isEmptyDirectory();
    }

    @Test
    void undoOfAllTransactionsDownToTheCreationMakesNoFile() throws IOException {
        Tid one = store(OID, Tid.NONE, "one");
        Tid two = store(OID, one, "two");
        Tid undone = undo(two, one);
        assertThat(files()).containsExactly("0x15/" + one + ".blob", "0x15/" + two + ".blob");
        assertThatThrownBy(() -> storage.loadBlob(OID, undone)).isInstanceOf(PosKeyException.class);
    }

    @Test
    void anObjectThatIsNoBlobGetsNoFile() throws IOException {
        Tid one = storeRecord("a record");
        Tid two = storeRecord("another");
        undo(two);
        undo(one);
        assertThat(files()).isEmpty();
    }

    @Test
    void anEmptyBlobGetsAnEmptyFile() throws IOException {
        Tid one = store(OID, Tid.NONE, "");
        assertThat(storage.loadBlob(OID, undo(store(OID, one, "two")))).isEmptyFile();
    }

    @Test
    void undoFailsIfTheFileOfTheRevisionBeforeIsMissing() throws IOException {
        Tid one = store(OID, Tid.NONE, "one");
        Tid two = store(OID, one, "two");
        Files.delete(storage.loadBlob(OID, one));
        List<String> before = files();
        try (UndoTransaction transaction = undoable().beginUndo(TransactionMetadata.EMPTY)) {
            assertThatThrownBy(() -> transaction.undo(two))
                    .isInstanceOf(PosKeyException.class)
                    .hasMessageContainingAll("No blob file", "0x15", one.toString());
            assertThatThrownBy(transaction::vote).isInstanceOf(IllegalStateException.class);
        }
        assertThat(files()).isEqualTo(before);
        assertThat(storage.temporaryDirectory()).isEmptyDirectory();
        assertThat(storage.load(OID).tid()).isEqualTo(two);
    }

    @Test
    void undoThatCannotCopyLeavesNothing() throws IOException {
        Tid two = store(OID, store(OID, Tid.NONE, "one"), "two");
        List<String> before = files();
        doThrow(new IOException("the disk is full")).when(disk).create(argThat(path -> path.startsWith("/blobs/tmp")));
        try (UndoTransaction transaction = undoable().beginUndo(TransactionMetadata.EMPTY)) {
            assertThatThrownBy(() -> transaction.undo(two))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("the disk is full");
        }
        assertThat(files()).isEqualTo(before);
    }

    @Test
    void abortedUndoLeavesNothing() throws IOException {
        Tid two = store(OID, store(OID, Tid.NONE, "one"), "two");
        List<String> before = files();
        for (boolean voted : List.of(false, true)) {
            try (UndoTransaction transaction = undoable().beginUndo(TransactionMetadata.EMPTY)) {
                transaction.undo(two);
                if (voted) {
                    transaction.vote();
                    assertThat(files()).isNotEqualTo(before);
                    assertThatThrownBy(() -> storage.loadBlob(OID, transaction.tid()))
                            .isInstanceOf(PosKeyException.class);
                }
            }
            assertThat(files()).isEqualTo(before);
            assertThat(storage.temporaryDirectory()).isEmptyDirectory();
        }
    }

    @Test
    void whatTheBaseRefusesIsRefused() {
        try (UndoTransaction transaction = undoable().beginUndo(TransactionMetadata.EMPTY)) {
            assertThatThrownBy(() -> transaction.undo(new Tid(0))).isInstanceOf(UndoException.class);
        }
    }

    @Test
    void aTransactionThatIsNotVisibleCannotBeUndone() throws IOException {
        Tid two = store(OID, store(OID, Tid.NONE, "one"), "two");
        try (UndoTransaction transaction = undoable().beginUndo(TransactionMetadata.EMPTY)) {
            assertThatThrownBy(() -> transaction.undo(two.next()))
                    .isInstanceOf(UndoException.class)
                    .hasMessageContaining(two.next().toString());
        }
    }

    @Test
    void anUndoCanStoreBesides() throws IOException {
        Tid two = store(OID, store(OID, Tid.NONE, "one"), "two");
        try (UndoTransaction transaction = undoable().beginUndo(TransactionMetadata.EMPTY)) {
            assertThat(transaction.undo(two)).containsExactly(OID);
            transaction.store(OTHER, Tid.NONE, bytes("record"));
            transaction.vote();
            transaction.finish();
        }
        assertThat(storage.loadBlob(OID, storage.lastTransaction())).hasContent("one");
        assertThat(storage.load(OTHER).tid()).isEqualTo(storage.lastTransaction());
    }

    @Test
    void aBlobDeletedByTheTransactionThatStoredItLeavesNoFile() throws IOException {
        try (BlobTransaction transaction = begin()) {
            transaction.storeBlob(OID, Tid.NONE, bytes(BLOB), callersFile("gone"));
            transaction.deleteObject(OID, transaction.tid());
            transaction.vote();
            transaction.finish();
        }
        assertThat(files()).isEmpty();
        assertThat(storage.temporaryDirectory()).isEmptyDirectory();
    }

    private Tid undo(Tid... transactions) {
        try (UndoTransaction transaction = undoable().beginUndo(TransactionMetadata.EMPTY)) {
            for (Tid tid : transactions) {
                transaction.undo(tid);
            }
            transaction.vote();
            return transaction.finish();
        }
    }

    private Tid store(Oid oid, Tid oldSerial, String blob) throws IOException {
        try (BlobTransaction transaction = begin()) {
            transaction.storeBlob(oid, oldSerial, bytes(BLOB), callersFile(blob));
            transaction.vote();
            return transaction.finish();
        }
    }

    private Tid storeRecord(String record) {
        try (BlobTransaction transaction = begin()) {
            Tid current = storage.lastTransaction();
            transaction.store(OTHER, current, bytes(record));
            transaction.vote();
            return transaction.finish();
        }
    }

    private Path callersFile(String content) throws IOException {
        return Files.writeString(storage.temporaryDirectory().resolve("callers"), content);
    }

    private BlobTransaction begin() {
        return storage.capability(BlobWritableStorage.class).orElseThrow().begin(TransactionMetadata.EMPTY);
    }

    private Undoable undoable() {
        return storage.capability(Undoable.class).orElseThrow();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(name -> name.endsWith(".blob"))
                    .sorted()
                    .toList();
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
