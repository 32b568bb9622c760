package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.bytes;
import static io.zrs.filestorage.TestStorage.data;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.store;
import static io.zrs.filestorage.TestStorage.text;
import static io.zrs.filestorage.TestStorage.undo;
import static io.zrs.filestorage.TestStorage.undoable;
import static io.zrs.filestorage.TestStorage.writable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.ConflictException;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Oid;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoTransaction;
import io.zrs.testing.LogCapture;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records here are numbers in text; two changes of one are merged by adding both differences, as {@code BTrees.Length} does. */
class ConflictResolutionTest {
    private static final Oid OID = new Oid(1);

    private final List<String> asked = new ArrayList<>();
    private ConflictResolver resolver = (oid, old, committed, changed) -> add(old, committed, changed);
    private final Path path = memoryPath();
    private final FileStorage storage =
            FileStorage.open(path, options().withConflictResolver((oid, old, committed, changed) -> {
                asked.add(oid.value() + ": " + text(old) + " " + text(committed) + " " + text(changed));
                return resolver.resolve(oid, old, committed, changed);
            }));
    private final Tid first = store(storage, 1, Tid.NONE, "10");
    private final Tid second = store(storage, 1, first, "13");

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void twoChangesAreMergedAndReported() {
        store(storage, 2, Tid.NONE, "1");
        ByteBuffer changed = data("15");
        try (StorageTransaction transaction = begin()) {
            transaction.store(OID, first, changed);
            transaction.store(new Oid(3), Tid.NONE, data("3"));
            assertThat(transaction.vote()).containsExactly(OID);
            transaction.finish();
        }
        assertThat(changed.hasRemaining()).isFalse();
        assertThat(text(storage.load(OID).data())).isEqualTo("18");
        assertThat(text(storage.load(new Oid(3)).data())).isEqualTo("3");
        assertThat(asked).containsExactly("1: 10 13 15");
    }

    @Test
    void whatIsNoConflictIsNotReported() {
        try (StorageTransaction transaction = begin()) {
            transaction.store(OID, second, data("15"));
            assertThat(transaction.vote()).isEmpty();
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void oneObjectMergedTwiceInATransactionIsComparedWithWhatIsCommitted() {
        try (StorageTransaction transaction = begin()) {
            transaction.store(OID, first, data("15"));
            transaction.store(OID, first, data("11"));
            transaction.store(OID, second, data("20"));
            assertThat(transaction.vote()).containsExactly(OID);
            transaction.finish();
        }
        assertThat(asked).containsExactly("1: 10 13 15", "1: 10 13 11");
        assertThat(text(storage.load(OID).data())).isEqualTo("20");
    }

    @Test
    void whatTheResolverCannotMergeIsAConflict() {
        resolver = ConflictResolver.NONE;
        assertConflict(first, second);
        assertThat(asked).hasSize(1);
    }

    @Test
    void aResolverThatFailsIsLoggedAndMergesNothing() {
        resolver = (oid, old, committed, changed) -> {
            throw new IllegalArgumentException("no number");
        };
        try (LogCapture log = LogCapture.of(ConflictMerger.class)) {
            assertConflict(first, second);
            assertThat(log.lines()).singleElement().asString().contains("resolver failed", "0x01");
        }
    }

    @Test
    void anEmptyRecordIsNoMerge() {
        resolver = (oid, old, committed, changed) -> new byte[0];
        try (LogCapture log = LogCapture.of(ConflictMerger.class)) {
            assertConflict(first, second);
            assertThat(log.lines()).singleElement().asString().contains("empty");
        }
    }

    @Test
    void withoutTheOldRevisionNobodyIsAsked() {
        assertConflict(second.next(), second);
        assertConflict(Tid.NONE, second);
        assertThat(asked).isEmpty();
    }

    @Test
    void aChangeOfADeletedObjectIsAConflict() {
        Tid deletion;
        try (StorageTransaction transaction = begin()) {
            transaction.deleteObject(OID, second);
            transaction.vote();
            deletion = transaction.finish();
        }
        try (LogCapture log = LogCapture.of(ConflictMerger.class)) {
            assertConflict(second, deletion);
            assertThat(log.lines()).as("the resolver was not asked").isEmpty();
        }
    }

    @Test
    void deletionsAndChecksAreNotMerged() {
        try (StorageTransaction transaction = begin()) {
            assertThatThrownBy(() -> transaction.deleteObject(OID, first)).isInstanceOf(ConflictException.class);
        }
        try (StorageTransaction transaction = begin()) {
            assertThatThrownBy(() -> transaction.checkCurrentSerial(OID, first)).isInstanceOf(ConflictException.class);
        }
        assertThat(asked).isEmpty();
    }

    @Test
    void anEmptyChangeIsRefusedBeforeAnybodyIsAsked() {
        try (StorageTransaction transaction = begin()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> transaction.store(OID, first, ByteBuffer.allocate(0)));
        }
        assertThat(asked).isEmpty();
    }

    /** A resolver is somebody else's code: what it waits for may need the storage. */
    @Test
    void theResolverMayUseTheStorageFromAnotherThread() {
        resolver = (oid, old, committed, changed) -> {
            CompletableFuture.runAsync(() -> restorable(storage).force()).join();
            return add(old, committed, changed);
        };
        Tid third = store(storage, 1, first, "15");
        assertThat(text(storage.load(OID).data())).isEqualTo("18");
        store(storage, 1, third, "28");
        undo(storage, third);
        assertThat(text(storage.load(OID).data())).isEqualTo("23");
    }

    @Test
    void anUndoIsMergedWithWhatWasChangedSince() {
        Tid third = store(storage, 1, second, "20");
        long end = storage.sizeInBytes();
        Tid undoing = undo(storage, second);
        assertThat(asked).as("old: what is undone; changed: what was before").containsExactly("1: 13 20 10");
        assertThat(text(storage.load(OID).data())).isEqualTo("17");
        assertThat(storage.load(OID).tid()).isEqualTo(undoing);
        assertThat(storage.loadBefore(OID, undoing))
                .isNotNull()
                .satisfies(revision -> assertThat(revision.tid()).isEqualTo(third));
        assertThat(storage.sizeInBytes() - end)
                .as("the merged record has data of its own")
                .isEqualTo(23 + 42 + 2 + 8);
    }

    @Test
    void undosInOneTransactionAreMergedOneAfterTheOther() {
        Tid third = store(storage, 1, second, "20");
        store(storage, 1, third, "120");
        try (UndoTransaction transaction = undoable(storage).beginUndo(TransactionMetadata.EMPTY)) {
            transaction.undo(third);
            transaction.undo(second);
            assertThat(transaction.vote()).isEmpty();
            transaction.finish();
        }
        assertThat(asked).containsExactly("1: 20 120 13", "1: 13 113 10");
        assertThat(text(storage.load(OID).data())).isEqualTo("110");
    }

    @Test
    void anUndoThatCannotBeMergedIsRefused() {
        resolver = ConflictResolver.NONE;
        store(storage, 1, second, "20");
        byte[] before = bytes(path);
        assertThatThrownBy(() -> undo(storage, second)).isInstanceOf(UndoException.class);
        assertThat(path).hasBinaryContent(before);
    }

    @Test
    void aCreationIsNotMerged() {
        assertThatThrownBy(() -> undo(storage, first)).isInstanceOf(UndoException.class);
        assertThat(asked).isEmpty();
    }

    private StorageTransaction begin() {
        return writable(storage).begin(TransactionMetadata.EMPTY);
    }

    private void assertConflict(Tid oldSerial, Tid committed) {
        byte[] before = bytes(path);
        try (StorageTransaction transaction = begin()) {
            assertThatThrownBy(() -> transaction.store(OID, oldSerial, data("15")))
                    .isInstanceOfSatisfying(ConflictException.class, e -> {
                        assertThat(e.oid()).isEqualTo(OID);
                        assertThat(e.committed()).isEqualTo(committed);
                        assertThat(e.old()).isEqualTo(oldSerial);
                    });
            assertThatIllegalStateException().isThrownBy(transaction::vote);
        }
        assertThat(path).hasBinaryContent(before);
    }

    private static byte @Nullable [] add(byte[] old, byte[] committed, byte[] changed) {
        int sum = Integer.parseInt(text(committed)) + Integer.parseInt(text(changed)) - Integer.parseInt(text(old));
        return Integer.toString(sum).getBytes(StandardCharsets.UTF_8);
    }
}
