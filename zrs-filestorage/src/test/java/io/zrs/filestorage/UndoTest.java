package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.bytes;
import static io.zrs.filestorage.TestStorage.commit;
import static io.zrs.filestorage.TestStorage.data;
import static io.zrs.filestorage.TestStorage.finish;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
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

import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoInfo;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UndoTest {
    private static final Oid ONE = new Oid(1);
    private static final Oid TWO = new Oid(2);

    private final Path path = memoryPath();
    private FileStorage storage = open(path);

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void pointsToTheRecordBefore() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid second = store(storage, 1, first, "second");
        long end = storage.sizeInBytes();
        long record = 4 + 23;
        long nextRecord = record + 42 + 5 + 8 + 23;
        Tid undoing = undo(storage, second);
        String expected = """
                %s 0000000000000049 20 0000 0000 0000
                0000000000000001 %s %016x %016x 0000 0000000000000000 %016x
                0000000000000049
                """.formatted(undoing.toHex(), undoing.toHex(), nextRecord, end, record);
        assertThat(hex(end)).isEqualTo(expected.replaceAll("\\s", ""));
        assertThat(text(storage.load(ONE).data())).isEqualTo("first");
        assertThat(storage.load(ONE).tid()).isEqualTo(undoing);
    }

    @Test
    void anUndoCanBeUndone() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid second = store(storage, 1, first, "second");
        Tid undoing = undo(storage, second);
        undo(storage, undoing);
        assertThat(text(storage.load(ONE).data())).isEqualTo("second");
        assertThat(backPointerAtEnd())
                .as("the record that was undone, not that which has the data")
                .isEqualTo(4 + 23 + 42 + 5 + 8 + 23);
    }

    @Test
    void anObjectThatIsNotCreatedDoesNotExist() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid undoing = undo(storage, first);
        assertThatThrownBy(() -> storage.load(ONE))
                .isInstanceOfSatisfying(
                        PosKeyException.class, e -> assertThat(e.oid()).isEqualTo(ONE));
        assertThat(backPointerAtEnd()).isZero();
        undo(storage, undoing);
        assertThat(text(storage.load(ONE).data())).isEqualTo("first");
    }

    @Test
    void aDeletionCanBeUndone() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid deletion;
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            transaction.deleteObject(ONE, first);
            transaction.vote();
            deletion = transaction.finish();
        }
        undo(storage, deletion);
        assertThat(text(storage.load(ONE).data())).isEqualTo("first");
    }

    @Test
    void severalAreUndoneTogetherNewestFirst() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid second = store(storage, 1, first, "second");
        Tid third = store(storage, 1, second, "third");
        try (UndoTransaction transaction = begin()) {
            assertThat(transaction.undo(third)).containsExactly(ONE);
            assertThat(transaction.undo(second)).containsExactly(ONE);
            transaction.vote();
            transaction.finish();
        }
        assertThat(text(storage.load(ONE).data())).isEqualTo("first");
        assertThat(storage.objectCount()).isOne();
    }

    @Test
    void severalThatAreUndoneOldestFirstAreInTheWayOfEachOther() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid second = store(storage, 1, first, "second");
        Tid third = store(storage, 1, second, "third");
        try (UndoTransaction transaction = begin()) {
            assertThatThrownBy(() -> transaction.undo(second)).isInstanceOf(UndoException.class);
            assertThatIllegalStateException().isThrownBy(() -> transaction.undo(third));
        }
        assertThat(text(storage.load(ONE).data())).isEqualTo("third");
    }

    @Test
    void whatWasUndoneInTheSameTransactionCanBeStoredOrUndoneOver() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid second = store(storage, 1, first, "second");
        try (UndoTransaction transaction = begin()) {
            transaction.undo(second);
            transaction.store(TWO, Tid.NONE, data("two"));
            transaction.store(ONE, second, data("third"));
            transaction.vote();
            transaction.finish();
        }
        assertThat(text(storage.load(ONE).data())).isEqualTo("third");
        assertThat(text(storage.load(TWO).data())).isEqualTo("two");
    }

    @Test
    void whatWasStoredInTheSameTransactionIsInTheWay() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid second = store(storage, 1, first, "second");
        try (UndoTransaction transaction = begin()) {
            transaction.store(ONE, second, data("third"));
            assertThatThrownBy(() -> transaction.undo(second))
                    .isInstanceOfSatisfying(
                            UndoException.class, e -> assertThat(e.failures()).containsOnlyKeys(ONE));
        }
    }

    @Test
    void aLaterChangeIsInTheWayAndNamed() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid second = store(storage, 1, first, "second");
        Tid third = store(storage, 1, second, "third");
        byte[] before = bytes(path);
        assertThatThrownBy(() -> undo(storage, second)).isInstanceOfSatisfying(UndoException.class, e -> {
            assertThat(e.transaction()).isEqualTo(second);
            assertThat(e.failures()).containsOnlyKeys(ONE);
            assertThat(e.failures().get(ONE)).contains("changed since", third.toString());
        });
        assertThatThrownBy(() -> undo(storage, first))
                .isInstanceOfSatisfying(
                        UndoException.class,
                        e -> assertThat(e.failures().get(ONE)).contains("created"));
        assertThat(path).hasBinaryContent(before);
    }

    @Test
    void aLaterChangeToTheSameDataIsNotInTheWay() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid second = store(storage, 1, first, "second");
        Tid third = store(storage, 1, second, "third");
        Tid again = store(storage, 1, third, "second");
        undo(storage, second);
        assertThat(text(storage.load(ONE).data())).isEqualTo("first");
        undo(storage, again.laterThan(again));
        assertThat(text(storage.load(ONE).data())).isEqualTo("second");
    }

    @Test
    void aLaterDeletionIsInTheWay() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid second = store(storage, 1, first, "second");
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            transaction.deleteObject(ONE, second);
            transaction.vote();
            transaction.finish();
        }
        assertThatThrownBy(() -> undo(storage, second))
                .isInstanceOfSatisfying(
                        UndoException.class,
                        e -> assertThat(e.failures().get(ONE)).contains("deleted since"));
    }

    @Test
    void aDeletionThatSomethingWasStoredOverCannotBeUndone() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid deletion;
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            transaction.deleteObject(ONE, first);
            transaction.vote();
            deletion = transaction.finish();
        }
        store(storage, 1, deletion, "again");
        assertThatThrownBy(() -> undo(storage, deletion))
                .isInstanceOfSatisfying(
                        UndoException.class,
                        e -> assertThat(e.failures().get(ONE)).contains("deleted by it"));
    }

    @Test
    void oneObjectThatIsInTheWayStopsTheWholeUndo() {
        Tid both;
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            transaction.store(ONE, Tid.NONE, data("one"));
            transaction.store(TWO, Tid.NONE, data("two"));
            transaction.vote();
            both = transaction.finish();
        }
        store(storage, 2, both, "two again");
        assertThatThrownBy(() -> undo(storage, both))
                .isInstanceOfSatisfying(
                        UndoException.class, e -> assertThat(e.failures()).containsOnlyKeys(TWO));
        assertThat(text(storage.load(ONE).data())).isEqualTo("one");
    }

    @Test
    void ofTwoRecordsOfOneObjectTheLastOneDecides() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid twice;
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            transaction.store(ONE, first, data("second"));
            transaction.store(ONE, first, data("third"));
            transaction.vote();
            twice = transaction.finish();
        }
        long end = storage.sizeInBytes();
        try (UndoTransaction transaction = begin()) {
            assertThat(transaction.undo(twice)).containsExactly(ONE);
            transaction.vote();
            transaction.finish();
        }
        assertThat(text(storage.load(ONE).data())).isEqualTo("first");
        assertThat(storage.sizeInBytes() - end)
                .as("only the record that could be undone is written")
                .isEqualTo(23 + 42 + 8 + 8);
    }

    @Test
    void ofTwoEqualRecordsOfOneObjectBothAreUndone() {
        Tid twice;
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            transaction.store(ONE, Tid.NONE, data("same"));
            transaction.store(ONE, Tid.NONE, data("same"));
            transaction.vote();
            twice = transaction.finish();
        }
        long end = storage.sizeInBytes();
        undo(storage, twice);
        assertThat(storage.sizeInBytes() - end).isEqualTo(23 + 2 * (42 + 8) + 8);
        assertThatThrownBy(() -> storage.load(ONE)).isInstanceOf(PosKeyException.class);
    }

    @Test
    void anEmptyTransactionIsUndoneByAnother() {
        Tid empty = storeNothing();
        Tid undoing = undo(storage, empty);
        assertThat(storage.lastTransaction()).isEqualTo(undoing);
        assertThat(undoable(storage).undoLog(0, 9)).extracting(UndoInfo::tid).containsExactly(undoing, empty);
    }

    @Test
    void transactionsThatAreNotThereAreRefused() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        List<Tid> absent = new ArrayList<>(List.of(Tid.NONE, new Tid(1), first.next(), new Tid(-1)));
        for (Tid tid : absent) {
            assertThatThrownBy(() -> undo(storage, tid)).isInstanceOfSatisfying(UndoException.class, e -> {
                assertThat(e.transaction()).isEqualTo(tid);
                assertThat(e.failures()).isEmpty();
                assertThat(e).hasMessageContaining("no such transaction");
            });
        }
        try (UndoTransaction transaction = begin()) {
            assertThatThrownBy(() -> transaction.undo(transaction.tid()))
                    .isInstanceOf(UndoException.class)
                    .hasMessageContaining("no such transaction");
        }
        assertThatThrownBy(() -> undo(open(memoryPath()), first)).isInstanceOf(UndoException.class);
    }

    @Test
    void transactionsOfAnotherStatusAreRefused() {
        restore(10, 'p');
        restore(20, 'u');
        restore(30, ' ');
        assertThatThrownBy(() -> undo(storage, new Tid(10)))
                .isInstanceOf(UndoException.class)
                .hasMessageContaining("packed");
        assertThatThrownBy(() -> undo(storage, new Tid(20)))
                .isInstanceOf(UndoException.class)
                .hasMessageContaining("is 'u'");
        undo(storage, new Tid(30));
    }

    @Test
    void nothingIsUndoneAfterTheVote() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        try (UndoTransaction transaction = begin()) {
            transaction.vote();
            assertThatIllegalStateException().isThrownBy(() -> transaction.undo(first));
            transaction.finish();
        }
        assertThat(text(storage.load(ONE).data())).isEqualTo("first");
    }

    @Test
    void anUndoThatIsNotFinishedLeavesNothing() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        byte[] before = bytes(path);
        try (UndoTransaction transaction = begin()) {
            transaction.undo(first);
            transaction.vote();
        }
        assertThat(path).hasBinaryContent(before);
        assertThat(text(storage.load(ONE).data())).isEqualTo("first");
        undo(storage, first);
    }

    @Test
    void whatIsNotOnDiskYetIsInTheWayButCannotBeUndone() {
        commit(storage, 10, 1);
        commit(storage, 20, 1);
        finish(storage, 30, 1);
        assertThatThrownBy(() -> undo(storage, new Tid(30)))
                .isInstanceOf(UndoException.class)
                .hasMessageContaining("not on disk yet");
        assertThatThrownBy(() -> undo(storage, new Tid(20)))
                .isInstanceOfSatisfying(
                        UndoException.class, e -> assertThat(e.failures()).containsOnlyKeys(ONE));
    }

    @Test
    void largeTransactionsAreUndoneTogether() {
        int count = 5_000;
        Tid created = storeAll(count, Tid.NONE, "created");
        Tid changed = storeAll(count, created, "changed");
        try (UndoTransaction transaction = begin()) {
            assertThat(transaction.undo(changed)).hasSize(count);
            assertThat(transaction.undo(created)).hasSize(count).startsWith(new Oid(0), ONE, TWO);
            transaction.vote();
            transaction.finish();
        }
        for (long oid = 0; oid < count; oid += 997) {
            Oid gone = new Oid(oid);
            assertThatThrownBy(() -> storage.load(gone)).isInstanceOf(PosKeyException.class);
            assertThat(text(storage.loadSerial(gone, changed))).isEqualTo("changed");
        }
    }

    @Test
    void aPointerThatLeadsNowhereIsDamageAndIsNotCopied() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        store(storage, 2, Tid.NONE, "two");
        Tid second = store(storage, 1, first, "second");
        long record = storage.sizeInBytes() - 8 - 6 - 42;
        storage.close();
        byte[] damaged = bytes(path);
        ByteBuffer.wrap(damaged).putLong((int) record + 16, 4 + 23 + 42 + 5 + 8 + 23);
        TestStorage.write(path, damaged);
        storage = open(path);
        assertThatThrownBy(() -> undo(storage, second)).isInstanceOf(CorruptedStorageException.class);
        storage.close();
        assertThat(path).hasBinaryContent(damaged);
    }

    @Test
    void aPointerThatIsCutOffIsDamage() throws IOException {
        Tid first = store(storage, 1, Tid.NONE, "first");
        undo(storage, first);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 8 - 4);
        }
        assertThatThrownBy(() -> storage.load(ONE)).isInstanceOf(CorruptedStorageException.class);
    }

    @Test
    void listsWhatCanBeUndone() {
        commit(storage, 1, 1);
        restore(10, 'p');
        TransactionMetadata metadata = TransactionMetadata.of("me", "changes");
        try (RestoreTransaction transaction = restorable(storage)
                .beginRestore(new TransactionHeader(new Tid(20), ' ', metadata), PickleDialect.PYTHON3)) {
            transaction.vote();
            transaction.finish();
        }
        restore(30, 'u');
        commit(storage, 40, 1);
        commit(storage, 50, 2);
        Undoable undoable = undoable(storage);
        assertThat(undoable.undoLog(0, 10))
                .extracting(info -> info.tid().value())
                .as("up to what was packed, without what does not count")
                .containsExactly(50L, 40L, 20L);
        assertThat(undoable.undoLog(1, 1))
                .extracting(info -> info.tid().value())
                .containsExactly(40L);
        assertThat(undoable.undoLog(2, 10)).containsExactly(new UndoInfo(new Tid(20), metadata, 23 + 2 + 7));
        assertThat(undoable.undoLog(3, 10)).isEmpty();
        assertThat(undoable.undoLog(0, 0)).isEmpty();
        assertThat(undoable.undoInfo(1, 1, info -> info.tid().value() != 40))
                .as("those that do not pass are not counted")
                .extracting(info -> info.tid().value())
                .containsExactly(20L);
        assertThatIllegalArgumentException().isThrownBy(() -> undoable.undoLog(-1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> undoable.undoLog(0, -1));
    }

    @Test
    void listsLongMetadata() {
        String user = "u".repeat(0xffff);
        Tid tid;
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.of(user, user))) {
            transaction.vote();
            tid = transaction.finish();
        }
        assertThat(undoable(storage).undoLog(0, 1))
                .containsExactly(new UndoInfo(tid, TransactionMetadata.of(user, user), 23 + 2 * 0xffff));
    }

    @Test
    void onlyVisibleTransactionsAreListed() {
        commit(storage, 10, 1);
        finish(storage, 20, 1);
        assertThat(undoable(storage).undoLog(0, 10))
                .extracting(info -> info.tid().value())
                .containsExactly(10L);
    }

    @Test
    void whatIsOpenForReadingOnlyCannotBeUndone() {
        commit(storage, 10, 1);
        try (FileStorage readOnly = FileStorage.open(path, options().withMode(Mode.READ_ONLY))) {
            assertThat(readOnly.capability(Undoable.class)).isEmpty();
        }
    }

    @Test
    void aClosedStorageAnswersNothing() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Undoable undoable = undoable(storage);
        UndoTransaction transaction = begin();
        storage.close();
        assertThatIllegalStateException().isThrownBy(() -> undoable.undoLog(0, 1));
        assertThatIllegalStateException().isThrownBy(() -> undoable.beginUndo(TransactionMetadata.EMPTY));
        assertThatIllegalStateException().isThrownBy(() -> transaction.undo(first));
        transaction.close();
    }

    private UndoTransaction begin() {
        return undoable(storage).beginUndo(TransactionMetadata.EMPTY);
    }

    private Tid storeNothing() {
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            transaction.vote();
            return transaction.finish();
        }
    }

    private Tid storeAll(int count, Tid oldSerial, String text) {
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            for (int oid = 0; oid < count; oid++) {
                transaction.store(new Oid(oid), oldSerial, data(text));
            }
            transaction.vote();
            return transaction.finish();
        }
    }

    private void restore(long tid, char status) {
        TransactionHeader header = new TransactionHeader(new Tid(tid), status, TransactionMetadata.EMPTY);
        try (RestoreTransaction transaction = restorable(storage).beginRestore(header, PickleDialect.PYTHON3)) {
            transaction.restore(TWO, new Tid(tid), data("two:" + tid), null);
            transaction.vote();
            transaction.finish();
        }
        restorable(storage).force();
    }

    private String hex(long from) {
        byte[] all = bytes(path);
        return HexFormat.of().formatHex(all, (int) from, all.length);
    }

    private long backPointerAtEnd() {
        byte[] all = bytes(path);
        return ByteBuffer.wrap(all).getLong(all.length - 16);
    }
}
