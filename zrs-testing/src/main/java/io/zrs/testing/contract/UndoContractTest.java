package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.MetadataTooLongException;
import io.zrs.storage.Oid;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoInfo;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import io.zrs.testing.contract.TestResolver.Question;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/**
 * Rules of {@link Undoable} and {@link UndoTransaction}. Extend it for a storage that has this capability; with {@link RestorableStorage} or {@link TransactionLog} the
 * rules that speak of both are tested too.
 *
 * <p>Threading: the tests write on their own thread, but for one that only begins.
 */
public abstract class UndoContractTest extends StorageFixture {
    private static final int METADATA_SIZE = 70_000;

    /** For those who extend it. */
    protected UndoContractTest() {}

    @Test
    void listsTransactionsNewestFirst() {
        assertEquals(List.of(), undoing().undoLog(0, 10), "undoLog of an empty storage");
        TransactionMetadata ada = TransactionMetadata.of("ada", "first");
        TransactionMetadata bob = new TransactionMetadata(Bytes.utf8("bob"), Bytes.utf8("second"), Records.extension());
        Tid first = commit(ada, transaction -> transaction.store(OID, Tid.NONE, data("one")));
        Tid second = commit(bob, transaction -> transaction.store(OID, first, data("two")));
        List<UndoInfo> log = undoing().undoLog(0, 10);
        assertEquals(List.of(second, first), log.stream().map(UndoInfo::tid).toList(), "tids of undoLog, newest first");
        assertEquals(List.of(bob, ada), log.stream().map(UndoInfo::metadata).toList(), "metadata of undoLog");
        assertTrue(log.stream().allMatch(info -> info.size() > 0), "sizes of undoLog");
    }

    @Test
    void listsAsManyAsAreAskedFor() {
        List<Tid> newestFirst = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            newestFirst.add(0, store(new Oid(10 + i), Tid.NONE, "data"));
        }
        for (int first = 0; first <= 6; first++) {
            for (int count = 0; count <= 6; count++) {
                int from = Math.min(first, 5);
                assertEquals(
                        newestFirst.subList(from, Math.min(from + count, 5)),
                        tids(undoing().undoLog(first, count)),
                        "undoLog(" + first + ", " + count + ")");
            }
        }
        assertThrows(IllegalArgumentException.class, () -> undoing().undoLog(-1, 1), "undoLog(-1, 1)");
        assertThrows(IllegalArgumentException.class, () -> undoing().undoLog(0, -1), "undoLog(0, -1)");
    }

    @Test
    void countsWhatPassesTheFilter() {
        List<Tid> evenNewestFirst = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Oid oid = new Oid(10 + i);
            Tid tid = commit(
                    TransactionMetadata.of(i % 2 == 0 ? "even" : "odd", ""),
                    transaction -> transaction.store(oid, Tid.NONE, data("data")));
            if (i % 2 == 0) {
                evenNewestFirst.add(0, tid);
            }
        }
        Bytes even = Bytes.utf8("even");
        assertEquals(
                evenNewestFirst.subList(1, 3),
                tids(undoing().undoInfo(1, 2, info -> info.metadata().user().equals(even))),
                "undoInfo(1, 2) with a filter that half of the transactions pass");
    }

    @Test
    void givesTheDataBackThatWasThereBefore() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = commit(transaction -> {
            transaction.store(OID, first, data("two"));
            transaction.store(OTHER, Tid.NONE, data("other"));
        });
        Tid third = store(UNKNOWN, Tid.NONE, "something else");
        Set<Oid> changed = new LinkedHashSet<>();
        Tid undo = undo(transaction -> changed.addAll(transaction.undo(second)));
        assertEquals(
                List.of(OID, OTHER), List.copyOf(changed), "objects that undo returns, in the order of their records");
        assertTrue(undo.compareTo(third) > 0, "an undo is a transaction of its own");
        Expect.current(storage(), OID, undo, "one");
        Expect.noObject(storage(), OTHER);
        Expect.before(storage(), OID, undo, second, undo, "two");
        Expect.before(storage(), OTHER, undo, second, undo, "other");
        Expect.current(storage(), UNKNOWN, third, "something else");
    }

    @Test
    void undoesAnUndo() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid undo = undo(second);
        Expect.current(storage(), OID, undo, "one");
        Tid redo = undo(undo);
        Expect.current(storage(), OID, redo, "two");
        Tid again = undo(redo);
        Expect.current(storage(), OID, again, "one");
    }

    @Test
    void undoesACreationAndItsUndo() {
        Tid created = store(OID, Tid.NONE, "one");
        Tid undo = undo(created);
        Expect.noObject(storage(), OID);
        Expect.before(storage(), OID, undo, created, undo, "one");
        Tid redo = undo(undo);
        Expect.current(storage(), OID, redo, "one");
    }

    @Test
    void undoesADeletion() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid deleted = delete(OID, first);
        Tid undo = undo(deleted);
        Expect.current(storage(), OID, undo, "one");
        undo(undo);
        Expect.noObject(storage(), OID);
    }

    @Test
    void undoesNothingOfAnEmptyTransaction() {
        Tid empty = commit(transaction -> {});
        Set<Oid> changed = new LinkedHashSet<>();
        Tid undo = undo(transaction -> changed.addAll(transaction.undo(empty)));
        assertEquals(Set.of(), changed, "objects that the undo of a transaction without records changes");
        assertEquals(undo, storage().lastTransaction(), "lastTransaction");
    }

    @Test
    void undoesAnObjectThatWasStoredTwice() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid twice = commit(transaction -> {
            transaction.store(OID, first, data("two"));
            transaction.store(OID, first, data("three"));
        });
        Tid undo = undo(twice);
        Expect.current(storage(), OID, undo, "one");
    }

    @Test
    void undoesAnObjectThatWasStoredTwiceAlike() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid twice = commit(transaction -> {
            transaction.store(OID, first, data("two"));
            transaction.store(OID, first, data("two"));
        });
        Tid undo = undo(twice);
        Expect.current(storage(), OID, undo, "one");
    }

    @Test
    void refusesWhatWasChangedSince() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = commit(transaction -> {
            transaction.store(OTHER, Tid.NONE, data("other"));
            transaction.store(OID, first, data("two"));
        });
        Tid third = store(OID, second, "three");
        refuse(second, Set.of(OID));
        Expect.current(storage(), OID, third, "three");
        Expect.current(storage(), OTHER, second, "other");
        assertEquals(third, storage().lastTransaction(), "lastTransaction after an undo that was refused");
    }

    @Test
    void refusesACreationThatWasChangedSince() {
        Tid first = store(OID, Tid.NONE, "one");
        store(OID, first, "two");
        resolver.join();
        refuse(first, Set.of(OID));
        assertEquals(List.of(), resolver.questions(), "the undo of a creation is not merged");
    }

    @Test
    void undoesWhatHasTheSameDataAgain() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid third = store(OID, second, "three");
        store(OID, third, "two");
        Tid undo = undo(second);
        Expect.current(storage(), OID, undo, "one");
    }

    @Test
    void undoesWhatIsCurrentAgainAfterAnUndo() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid third = store(OID, second, "three");
        undo(third);
        Tid undo = undo(second);
        Expect.current(storage(), OID, undo, "one");
    }

    @Test
    void mergesWithWhatWasChangedSince() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        store(OID, second, "three");
        resolver.join();
        Set<Oid> changed = new LinkedHashSet<>();
        Tid undo = undo(transaction -> changed.addAll(transaction.undo(second)));
        assertEquals(
                List.of(new Question(OID, "two", "three", "one")),
                resolver.questions(),
                "what the resolver is asked: what was undone, what is current, what was there before");
        assertEquals(Set.of(OID), changed, "objects that undo returns");
        Expect.current(storage(), OID, undo, "two<three<one");
    }

    @Test
    void undoesSeveralTransactionsTogether() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid third = store(OID, second, "three");
        Tid fourth = store(OID, third, "four");
        Tid undo = undo(transaction -> {
            transaction.undo(fourth);
            transaction.undo(third);
            transaction.undo(second);
        });
        Expect.current(storage(), OID, undo, "one");
        Expect.before(storage(), OID, undo, fourth, undo, "four");
        Tid redo = undo(undo);
        Expect.current(storage(), OID, redo, "four");
    }

    @Test
    void refusesSeveralTransactionsInTheWrongOrder() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid third = store(OID, second, "three");
        try (UndoTransaction transaction = undoing().beginUndo(TransactionMetadata.EMPTY)) {
            UndoException e =
                    assertThrows(UndoException.class, () -> transaction.undo(second), "undo of what was changed since");
            assertEquals(Set.of(OID), e.failures().keySet(), "objects that are in the way");
        }
        Expect.current(storage(), OID, third, "three");
    }

    @Test
    void storesAndUndoesInOneTransaction() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid undo = undo(transaction -> {
            transaction.store(OTHER, Tid.NONE, data("other"));
            transaction.undo(second);
        });
        Expect.current(storage(), OID, undo, "one");
        Expect.current(storage(), OTHER, undo, "other");
    }

    @Test
    void refusesATransactionThatIsNotThere() {
        Tid first = store(OID, Tid.NONE, "one");
        for (Tid none : List.of(Tid.NONE, first.next(), new Tid(first.value() - 1), Tid.MAX, new Tid(-1))) {
            refuse(none, Set.of());
        }
        try (UndoTransaction transaction = undoing().beginUndo(TransactionMetadata.EMPTY)) {
            transaction.store(OTHER, Tid.NONE, data("other"));
            assertThrows(UndoException.class, () -> transaction.undo(transaction.tid()), "undo of itself");
        }
        Expect.current(storage(), OID, first, "one");
    }

    @Test
    void refusesATransactionThatWasPacked() {
        if (source().capability(RestorableStorage.class).isEmpty()) {
            return;
        }
        Tid packed = Tid.of(clock.peek());
        clock.instant();
        restore(
                new TransactionHeader(packed, TransactionHeader.PACKED, TransactionMetadata.EMPTY),
                transaction -> transaction.restore(OID, packed, data("one"), null));
        force();
        Tid second = store(OID, packed, "two");
        assertEquals(List.of(second), tids(undoing().undoLog(0, 10)), "undoLog ends where it was packed");
        refuse(packed, Set.of());
        Tid undo = undo(second);
        Expect.current(storage(), OID, undo, "one");
    }

    @Test
    void callsOutOfOrderChangeNothing() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid undo;
        try (UndoTransaction transaction = undoing().beginUndo(TransactionMetadata.EMPTY)) {
            transaction.undo(second);
            transaction.vote();
            assertThrows(IllegalStateException.class, () -> transaction.undo(first), "undo after vote");
            undo = transaction.finish();
            assertThrows(IllegalStateException.class, () -> transaction.undo(first), "undo after finish");
        }
        sync();
        Expect.current(storage(), OID, undo, "one");
    }

    @Test
    void anAbortedUndoLeavesNothing() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        try (UndoTransaction transaction = undoing().beginUndo(TransactionMetadata.EMPTY)) {
            transaction.undo(second);
            transaction.vote();
        }
        Expect.current(storage(), OID, second, "two");
        assertEquals(second, storage().lastTransaction(), "lastTransaction after an abort");
    }

    @Test
    void metadataOfAnUndoAreKeptOrRefused() {
        TransactionMetadata metadata = TransactionMetadata.of("ada", "undo");
        Tid first = store(OID, Tid.NONE, "one");
        try (UndoTransaction transaction = undoing().beginUndo(metadata)) {
            transaction.undo(first);
            transaction.vote();
            transaction.finish();
        }
        assertEquals(metadata, undoing().undoLog(0, 1).get(0).metadata(), "metadata of an undo");
        try {
            undoing()
                    .beginUndo(TransactionMetadata.of("", "x".repeat(METADATA_SIZE)))
                    .close();
        } catch (MetadataTooLongException refused) {
            assertTurnIsFree();
        }
    }

    @Test
    void theLogSaysWhereTheDataIsOrHasItAgain() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid undo = undo(second);
        storage().capability(TransactionLog.class).ifPresent(log -> {
            try (TransactionCursor cursor = log.iterate(undo, Order.OLDEST_FIRST)) {
                LogTransaction transaction = cursor.next();
                DataRecord record = transaction == null ? null : transaction.nextRecord();
                byte[] data = record == null ? null : record.data();
                assertEquals("one", data == null ? "nothing" : text(data), "data of the undo's record in the log");
                Tid dataTid = record == null ? null : record.dataTid();
                assertTrue(dataTid == null || dataTid.equals(first), "dataTid of the undo's record: " + dataTid);
            }
        });
    }

    @RepeatedTest(value = 4, name = "seed={currentRepetition}")
    void behavesAsAModelDoes(RepetitionInfo repetition) {
        Seeds.run(repetition, random -> new UndoModel(random).run(this));
    }

    Undoable undoing() {
        return capability(source(), Undoable.class);
    }

    Tid undo(Tid undone) {
        return undo(transaction -> transaction.undo(undone));
    }

    Tid undo(Consumer<UndoTransaction> undo) {
        Tid tid;
        try (UndoTransaction transaction = undoing().beginUndo(TransactionMetadata.EMPTY)) {
            undo.accept(transaction);
            transaction.vote();
            tid = transaction.finish();
        }
        sync();
        return tid;
    }

    private void refuse(Tid undone, Set<Oid> inTheWay) {
        try (UndoTransaction transaction = undoing().beginUndo(TransactionMetadata.EMPTY)) {
            UndoException e = assertThrows(UndoException.class, () -> transaction.undo(undone), "undo of " + undone);
            assertEquals(undone, e.transaction(), "the exception names the transaction");
            assertEquals(inTheWay, e.failures().keySet(), "the exception names the objects that are in the way");
            Expect.onlyClose(transaction, "after an undo that was refused");
            assertThrows(
                    IllegalStateException.class, () -> transaction.undo(undone), "undo after an undo that was refused");
        }
        assertTurnIsFree();
    }

    private void assertTurnIsFree() {
        Background.awaitRun("begin after an undo that was refused", () -> {
            try (StorageTransaction next = writable().begin(TransactionMetadata.EMPTY)) {
                next.vote();
            }
        });
    }

    private static List<Tid> tids(List<UndoInfo> log) {
        return log.stream().map(UndoInfo::tid).toList();
    }
}
