package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zrs.storage.HistoryCapable;
import io.zrs.storage.HistoryEntry;
import io.zrs.storage.HistoryMatch;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.PackException;
import io.zrs.storage.PackListener;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.RecordCursor;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/**
 * Rules of {@link Packable}. Extend it for a storage that has this capability and {@link TransactionLog}; with {@link Undoable}, {@link HistoryCapable} or {@link RecordIteration}
 * the rules that speak of both are tested too. What is packed is {@link StorageUnderTest#storage}.
 *
 * <p>Threading: the tests write on their own thread and on one more.
 */
public abstract class PackContractTest extends PackFixture {
    private static final Oid ROOT = Oid.ROOT;

    /** For those who extend it. */
    protected PackContractTest() {}

    @Test
    void anEmptyStorageHasNothingToPack() {
        for (Garbage garbage : Garbage.values()) {
            PackResult result = pack(Tid.MAX, garbage);
            assertEquals(0, result.objectsAfter(), "objects of an empty storage");
            assertEquals(result.bytesBefore(), result.bytesAfter(), "bytes of an empty storage");
        }
        assertEquals(Tid.NONE, storage().lastTransaction(), "lastTransaction of an empty storage");
    }

    @Test
    void removesRevisionsThatWereNotCurrent() {
        Tid root = storeList(ROOT, Tid.NONE, "root", OID);
        Tid first = storeList(OID, Tid.NONE, "one");
        Tid second = storeList(OID, first, "two");
        Tid third = storeList(OID, second, "three");
        PackResult result = pack(third, Garbage.COLLECT);
        assertPacked(OID, first);
        assertPacked(OID, second);
        Expect.nothingBefore(storage(), OID, third);
        assertList(OID, third, "three");
        assertList(ROOT, root, "root", OID);
        assertEquals(List.of(root, third), tids(), "transactions that keep records");
        assertTrue(result.bytesAfter() < result.bytesBefore(), "a pack makes the storage smaller: " + result);
        assertEquals(2, result.objectsBefore(), "objectsBefore");
        assertEquals(2, result.objectsAfter(), "objectsAfter");
        assertNumbers(result);
    }

    @Test
    void keepsWhatIsSeenFromTheTimeOn() {
        storeList(ROOT, Tid.NONE, "root", OID, OTHER);
        Tid first = storeList(OID, Tid.NONE, "one");
        Tid second = storeList(OID, first, "two");
        Tid time = storeList(OTHER, Tid.NONE, "other");
        Tid third = storeList(OID, second, "three");
        Tid deleted = delete(OTHER, time);
        pack(time, Garbage.COLLECT);
        assertPacked(OID, first);
        Expect.before(storage(), OID, time.next(), second, third, listText("two"));
        Expect.before(storage(), OID, third, second, third, listText("two"));
        assertList(OID, third, "three");
        Expect.before(storage(), OTHER, deleted, time, deleted, listText("other"));
        Expect.noObject(storage(), OTHER);
    }

    @Test
    void theTimeNeedNotBeATransaction() {
        storeList(ROOT, Tid.NONE, "root", OID);
        Tid first = storeList(OID, Tid.NONE, "one");
        Tid second = storeList(OID, first, "two");
        Tid third = storeList(OID, second, "three");
        pack(new Tid(second.value() - 1), Garbage.COLLECT);
        assertEquals(
                listText("one"), text(storage().loadSerial(OID, first)), "a revision that was current at the time");
        pack(new Tid(third.value() - 1), Garbage.COLLECT);
        assertPacked(OID, first);
        assertEquals(
                listText("two"), text(storage().loadSerial(OID, second)), "a revision that was current at the time");
    }

    @Test
    void packsNothingBeforeTheBeginningAndNothingTwice() {
        Tid root = storeList(ROOT, Tid.NONE, "root");
        Tid second = storeList(ROOT, root, "root again");
        PackResult early = pack(new Tid(root.value() - 1), Garbage.COLLECT);
        assertEquals(early.bytesBefore(), early.bytesAfter(), "bytes, where there is nothing before the time");
        assertEquals(listText("root"), text(storage().loadSerial(ROOT, root)), "a revision after the time");
        pack(second, Garbage.COLLECT);
        long size = storage().sizeInBytes();
        PackResult again = pack(second, Garbage.COLLECT);
        assertEquals(size, again.bytesBefore(), "bytesBefore of a pack that has nothing to do");
        assertEquals(size, again.bytesAfter(), "bytesAfter of a pack that has nothing to do");
        assertEquals(1, again.objectsAfter(), "objectsAfter of a pack that has nothing to do");
        assertList(ROOT, second, "root again");
    }

    @Test
    void collectsWhatCannotBeReached() {
        Tid root = storeList(ROOT, Tid.NONE, "root", new Oid(1));
        storeList(new Oid(1), Tid.NONE, "reachable", new Oid(2));
        storeList(new Oid(2), Tid.NONE, "reachable, and back", ROOT, new Oid(1));
        Tid garbage = storeList(
                new Oid(3), Tid.NONE, "garbage that refers to garbage and to what stays", new Oid(4), new Oid(1));
        Tid more = storeList(new Oid(4), Tid.NONE, "garbage", new Oid(3));
        Tid last = storeList(ROOT, root, "root", new Oid(2));
        PackResult result = pack(last, Garbage.COLLECT);
        assertPacked(new Oid(3), garbage);
        assertPacked(new Oid(4), more);
        Expect.noObject(storage(), new Oid(3));
        Expect.noObject(storage(), new Oid(4));
        assertEquals(
                listText("reachable", new Oid(2)),
                text(storage().load(new Oid(1)).data()),
                "what can be reached");
        assertEquals(5, result.objectsBefore(), "objectsBefore");
        assertEquals(3, result.objectsAfter(), "objectsAfter");
        assertNumbers(result);
    }

    @Test
    void keepsGarbageIfTold() {
        storeList(ROOT, Tid.NONE, "root");
        Tid first = storeList(OID, Tid.NONE, "garbage");
        Tid second = storeList(OID, first, "garbage still", UNKNOWN);
        Tid last = storeList(OTHER, Tid.NONE, "last");
        PackResult result = pack(last, Garbage.KEEP);
        assertPacked(OID, first);
        assertList(OID, second, "garbage still", UNKNOWN);
        assertEquals(3, result.objectsAfter(), "objectsAfter");
        assertNumbers(result);
    }

    @Test
    void keepsWhatLaterTransactionsReferTo() {
        Tid root = storeList(ROOT, Tid.NONE, "root");
        Tid lost = storeList(OID, Tid.NONE, "reachable later only", OTHER);
        Tid time = storeList(OTHER, Tid.NONE, "by way of the other");
        storeList(ROOT, root, "root", OID);
        pack(time, Garbage.COLLECT);
        assertList(OID, lost, "reachable later only", OTHER);
        assertList(OTHER, time, "by way of the other");
    }

    @Test
    void removesDeletedObjects() {
        Tid root = storeList(ROOT, Tid.NONE, "root", OID);
        Tid first = storeList(OID, Tid.NONE, "one");
        Tid unlinked = storeList(ROOT, root, "root");
        Tid deleted = delete(OID, first);
        Tid last = storeList(ROOT, unlinked, "last");
        PackResult result = pack(last, Garbage.COLLECT);
        assertPacked(OID, first);
        Expect.noObject(storage(), OID);
        assertEquals(1, result.objectsAfter(), "objectsAfter");
        assertEquals(List.of(last), tids(), "transactions, the one of the deletion " + deleted + " not among them");
    }

    @Test
    void marksWhatWasPackedAndNothingElse() {
        TransactionMetadata metadata = TransactionMetadata.of("ada", "root");
        Tid first = storeList(ROOT, Tid.NONE, "first");
        Tid second = commit(metadata, transaction -> transaction.store(ROOT, first, Records.list("second", List.of())));
        Tid third = storeList(ROOT, second, "third");
        pack(second, Garbage.COLLECT);
        assertEquals(
                List.of(new TransactionHeader(second, TransactionHeader.PACKED, metadata), header(third)),
                headers(),
                "headers of the log: what was packed has status p");
    }

    @Test
    void lastTransactionNeverGoesBack() {
        Tid root = storeList(ROOT, Tid.NONE, "root");
        Tid garbage = storeList(OID, Tid.NONE, "garbage");
        pack(garbage, Garbage.COLLECT);
        assertEquals(garbage, storage().lastTransaction(), "lastTransaction, where nothing of the newest one survives");
        assertEquals(List.of(root, garbage), tids(), "the newest transaction stays, without records");
        assertPacked(OID, garbage);
        assertEquals(HistoryMatch.SHARED, log().matchHistory(garbage), "a history that ends with lastTransaction");
        Tid next = storeList(ROOT, root, "next");
        assertTrue(next.compareTo(garbage) > 0, "the next tid is later");
        pack(next, Garbage.COLLECT);
        assertEquals(List.of(next), tids(), "the transaction without records goes when it is not the newest any more");
    }

    @Test
    void tellsWhatWasPackedAway() {
        Tid first = storeList(ROOT, Tid.NONE, "one");
        Tid second = storeList(ROOT, first, "two");
        Tid third = storeList(ROOT, second, "three");
        pack(second, Garbage.COLLECT);
        assertEquals(HistoryMatch.PACKED_AWAY, log().matchHistory(first), "a history that ends where it was packed");
        assertEquals(HistoryMatch.SHARED, log().matchHistory(second), "a history that ends with a packed transaction");
        assertEquals(HistoryMatch.FORKED, log().matchHistory(second.next()), "a history that ends behind the pack");
        assertEquals(HistoryMatch.SHARED, log().matchHistory(third), "a history that ends with the last transaction");
    }

    @Test
    void refusesDanglingReferences() {
        Tid root = storeList(ROOT, Tid.NONE, "root", OID, UNKNOWN);
        Tid first = storeList(OID, Tid.NONE, "one");
        Tid second = storeList(OID, first, "two");
        assertThrows(PackException.class, () -> pack(second, Garbage.COLLECT), "a pack with a reference to nothing");
        assertEquals(
                listText("one"), text(storage().loadSerial(OID, first)), "a revision after a pack that was refused");
        assertEquals(List.of(root, first, second), tids(), "transactions after a pack that was refused");
        pack(second, Garbage.KEEP);
        assertPacked(OID, first);
        assertList(ROOT, root, "root", OID, UNKNOWN);
    }

    @Test
    void aListenerThatFailsEndsThePack() {
        Tid root = storeList(ROOT, Tid.NONE, "root", OID);
        Tid first = storeList(OID, Tid.NONE, "one");
        Tid second = storeList(OID, first, "two");
        IllegalArgumentException failure = Expect.failure("listener");
        List<PackListener> listeners = List.of(
                new PackListener() {
                    @Override
                    public void progress(Phase phase, long done, long total) {
                        throw failure;
                    }
                },
                new PackListener() {
                    @Override
                    public void beforeSwitch() {
                        throw failure;
                    }
                });
        for (PackListener listener : listeners) {
            RuntimeException thrown = assertThrows(
                    RuntimeException.class,
                    () -> packing().pack(second, Garbage.COLLECT, listener),
                    "a pack whose listener throws");
            assertTrue(
                    thrown == failure || thrown.getCause() == failure,
                    "what the listener throws comes out of the pack, but was " + thrown);
            assertEquals(
                    listText("one"), text(storage().loadSerial(OID, first)), "a revision after a pack that was ended");
            assertEquals(List.of(root, first, second), tids(), "transactions after a pack that was ended");
        }
        pack(second, Garbage.COLLECT);
        assertPacked(OID, first);
    }

    @Test
    void anInterruptEndsThePack() {
        storeList(ROOT, Tid.NONE, "root", OID);
        Tid first = storeList(OID, Tid.NONE, "one");
        Tid second = storeList(OID, first, "two");
        Thread.currentThread().interrupt();
        try {
            assertThrows(PackException.class, () -> pack(second, Garbage.COLLECT), "a pack on an interrupted thread");
        } finally {
            assertTrue(Thread.interrupted(), "the thread stays interrupted");
        }
        assertEquals(listText("one"), text(storage().loadSerial(OID, first)), "a revision after a pack that was ended");
        pack(second, Garbage.COLLECT);
        assertPacked(OID, first);
    }

    @Test
    void oneAtATime() {
        Tid root = storeList(ROOT, Tid.NONE, "root");
        Tid second = storeList(ROOT, root, "two");
        List<String> answers = new ArrayList<>();
        packing().pack(second, Garbage.COLLECT, onFirstProgress(() -> {
            try {
                pack(second, Garbage.COLLECT);
                answers.add("packed");
            } catch (PackException e) {
                answers.add("refused");
            }
        }));
        assertEquals(List.of("refused"), answers, "what becomes of a pack while another one runs");
        assertPacked(ROOT, root);
    }

    @Test
    void readingWritingAndFollowingGoOn() {
        Tid root = storeList(ROOT, Tid.NONE, "root", OID);
        Tid first = storeList(OID, Tid.NONE, "one");
        Tid second = storeList(OID, first, "two");
        List<Tid> meanwhile = new ArrayList<>();
        List<Tid> followed = new ArrayList<>();
        try (TransactionFollower follower = log().follow(second)) {
            packing().pack(second, Garbage.COLLECT, onFirstProgress(() -> {
                assertList(OID, second, "two");
                assertList(ROOT, root, "root", OID);
                meanwhile.add(storeList(OID, second, "three"));
                assertList(OID, meanwhile.get(0), "three");
                followed.addAll(rest(follower));
            }));
            assertEquals(1, meanwhile.size(), "commits while a pack runs");
            assertEquals(meanwhile, followed, "what a follower gets while a pack runs");
            Tid fourth = storeList(OID, meanwhile.get(0), "four");
            assertEquals(List.of(fourth), rest(follower), "what a follower gets after a pack");
            assertPacked(OID, first);
            Expect.before(storage(), OID, meanwhile.get(0), second, meanwhile.get(0), listText("two"));
            assertEquals(
                    listText("three"),
                    text(storage().loadSerial(OID, meanwhile.get(0))),
                    "what was committed meanwhile");
            assertList(OID, fourth, "four");
        }
        assertEquals(4, tids().size(), "transactions after the pack");
    }

    @Test
    void followersMissNothing() {
        List<Tid> committed = new ArrayList<>();
        Tid last = Tid.NONE;
        for (int i = 0; i < 6; i++) {
            last = storeList(ROOT, last, "root " + i);
            committed.add(last);
        }
        try (TransactionFollower behind = log().follow(Tid.NONE);
                TransactionFollower standing = log().follow(Tid.NONE);
                TransactionCursor iterating = log().iterate(committed.get(4), Order.OLDEST_FIRST);
                TransactionFollower atTheEnd = log().follow(last)) {
            behind.next();
            LogTransaction open = standing.next();
            assertNotNull(open, "the first transaction");
            assertNull(atTheEnd.next(), "what follows the last transaction");
            pack(committed.get(3), Garbage.COLLECT);
            assertEquals(1, count(open), "records of a transaction in which a follower stands during a pack");
            assertEquals(
                    committed.subList(3, 6), rest(behind), "transactions behind a follower that the pack has left");
            assertEquals(
                    committed.subList(3, 6), rest(standing), "transactions behind a follower that the pack has left");
            assertEquals(committed.subList(4, 6), rest(iterating), "transactions of a cursor behind the pack");
            Tid next = storeList(ROOT, last, "next");
            assertEquals(List.of(next), rest(behind), "what comes after the pack");
            assertEquals(List.of(next), rest(atTheEnd), "what comes after the pack");
        }
    }

    @Test
    void saysHowItGoesOn() {
        Tid root = storeList(ROOT, Tid.NONE, "root");
        Tid second = storeList(ROOT, root, "two");
        List<String> calls = new ArrayList<>();
        packing().pack(second, Garbage.COLLECT, new PackListener() {
            @Override
            public void progress(Phase phase, long done, long total) {
                assertTrue(done >= 0 && total >= 0, "progress is not negative: " + done + " of " + total);
                calls.add(phase.name());
            }

            @Override
            public void beforeSwitch() {
                calls.add("switch");
                assertEquals(
                        listText("root"), text(storage().loadSerial(ROOT, root)), "before the switch nothing is gone");
            }
        });
        List<String> order = calls.stream().distinct().toList();
        assertTrue(calls.contains("switch"), "a pack calls beforeSwitch");
        assertEquals(1, calls.stream().filter("switch"::equals).count(), "how often beforeSwitch is called");
        assertTrue(calls.size() > 1, "a pack tells its progress");
        assertEquals(
                order,
                List.of("MARK", "COPY", "switch", "CLEAN_UP").stream()
                        .filter(order::contains)
                        .toList(),
                "the order of the phases");
    }

    @Test
    void namesTheBlobsThatGo() {
        storeList(ROOT, Tid.NONE, "root", OID);
        Tid first = commit(transaction -> transaction.store(OID, Tid.NONE, Records.blob()));
        Tid second = commit(transaction -> transaction.store(OID, first, Records.blob()));
        Tid garbage = commit(transaction -> transaction.store(OTHER, Tid.NONE, Records.blob()));
        Tid last = storeList(UNKNOWN, Tid.NONE, "no blob");
        Set<String> named = new HashSet<>();
        List<String> calls = new ArrayList<>();
        packing().pack(last, Garbage.COLLECT, new PackListener() {
            @Override
            public void removesBlob(Oid oid, Tid tid) {
                calls.add("removesBlob");
                named.add(oid + " of " + tid);
            }

            @Override
            public void beforeSwitch() {
                calls.add("beforeSwitch");
            }
        });
        assertEquals(
                Set.of(OID + " of " + first, OTHER + " of " + garbage),
                named,
                "blobs that the listener was told of; " + second + " stays");
        assertEquals(
                List.of("removesBlob", "removesBlob", "beforeSwitch"), calls, "each is named once, before the switch");
    }

    @Test
    void keepsTheRevisionThatAnUndoWentBackTo() {
        if (source().capability(Undoable.class).isEmpty()) {
            return;
        }
        for (Garbage garbage : Garbage.values()) {
            Oid oid = writable().newOid();
            Tid first = storeList(oid, Tid.NONE, "one");
            Tid root = storage().objectCount() == 1
                    ? Tid.NONE
                    : storage().load(ROOT).tid();
            storeList(ROOT, root, "root", oid);
            Tid second = storeList(oid, first, "two");
            Tid undo = undo(second);
            pack(second, garbage);
            assertList(oid, undo, "one");
            Expect.before(storage(), oid, undo, second, undo, listText("two"));
            try (TransactionCursor cursor = log().iterate(undo, Order.OLDEST_FIRST)) {
                LogTransaction transaction = cursor.next();
                assertEquals(1, transaction == null ? 0 : count(transaction), "records of the undo in the log");
            }
            Tid redo = undo(undo);
            assertList(oid, redo, "two");
        }
    }

    @Test
    void keepsTheDataThatAnUndoWentBackTo() {
        if (source().capability(Undoable.class).isEmpty()) {
            return;
        }
        storeList(ROOT, Tid.NONE, "root", OID);
        Tid first = storeList(OID, Tid.NONE, "one");
        Tid second = storeList(OID, first, "two");
        Tid undo = undo(second);
        pack(undo, Garbage.COLLECT);
        assertList(OID, undo, "one");
        assertPacked(OID, first);
        assertPacked(OID, second);
    }

    @Test
    void whatWasPackedCannotBeUndone() {
        if (storage().capability(Undoable.class).isEmpty()) {
            return;
        }
        Undoable undoing = capability(storage(), Undoable.class);
        Tid root = storeList(ROOT, Tid.NONE, "root");
        Tid second = storeList(ROOT, root, "two");
        Tid third = storeList(ROOT, second, "three");
        List<Boolean> refused = new ArrayList<>();
        packing().pack(second, Garbage.COLLECT, onFirstProgress(() -> {
            try (UndoTransaction transaction = undoing.beginUndo(TransactionMetadata.EMPTY)) {
                assertThrows(UndoException.class, () -> transaction.undo(third), "undo while a pack runs");
                refused.add(true);
            }
        }));
        assertEquals(List.of(true), refused, "undo while a pack runs is refused");
        try (UndoTransaction transaction = undoing.beginUndo(TransactionMetadata.EMPTY)) {
            assertThrows(UndoException.class, () -> transaction.undo(second), "undo of what was packed");
        }
        assertEquals(1, undoing.undoLog(0, 10).size(), "undoLog ends where it was packed");
        Tid undo = undo(third);
        assertList(ROOT, undo, "two");
        pack(undo, Garbage.COLLECT);
        try (UndoTransaction transaction = undoing.beginUndo(TransactionMetadata.EMPTY)) {
            assertThrows(
                    UndoException.class,
                    () -> transaction.undo(undo),
                    "undo of what was packed, though nothing has happened since");
        }
        assertList(ROOT, undo, "two");
    }

    @Test
    void historyEndsWhereItWasPacked() {
        storage().capability(HistoryCapable.class).ifPresent(history -> {
            Tid first = storeList(ROOT, Tid.NONE, "one");
            Tid second = storeList(ROOT, first, "two");
            Tid third = storeList(ROOT, second, "three");
            pack(second, Garbage.COLLECT);
            List<Tid> tids =
                    history.history(ROOT, 10).stream().map(HistoryEntry::tid).toList();
            assertEquals(List.of(third, second), tids, "history after a pack");
        });
    }

    @Test
    void iterationOverRecordsGoesOn() {
        storage().capability(RecordIteration.class).ifPresent(iteration -> {
            storeList(ROOT, Tid.NONE, "root", new Oid(2));
            Tid first = storeList(new Oid(2), Tid.NONE, "one");
            storeList(new Oid(3), Tid.NONE, "garbage");
            Tid last = storeList(new Oid(2), first, "two");
            try (RecordCursor cursor = iteration.iterateRecords(ROOT)) {
                assertNotNull(cursor.next(), "the root");
                pack(last, Garbage.COLLECT);
                List<Oid> rest = new ArrayList<>();
                for (var record = cursor.next(); record != null; record = cursor.next()) {
                    rest.add(record.oid());
                }
                assertEquals(List.of(new Oid(2)), rest, "current records behind a cursor, after a pack");
            }
        });
    }

    @RepeatedTest(value = 6, name = "seed={currentRepetition}")
    void whatCanBeSeenFromTheTimeOnStays(RepetitionInfo repetition) {
        Seeds.run(repetition, random -> new PackModel(this, random).run());
    }

    private Tid undo(Tid undone) {
        Tid tid;
        try (UndoTransaction transaction = capability(source(), Undoable.class).beginUndo(TransactionMetadata.EMPTY)) {
            transaction.undo(undone);
            transaction.vote();
            tid = transaction.finish();
        }
        sync();
        return tid;
    }

    /** Runs {@code task} on another thread when the pack has begun; what it throws comes out of the pack. */
    private static PackListener onFirstProgress(Runnable task) {
        AtomicBoolean done = new AtomicBoolean();
        return new PackListener() {
            @Override
            public void progress(Phase phase, long count, long total) {
                if (!done.getAndSet(true)) {
                    Background.awaitRun("what others do while a pack runs", task);
                }
            }
        };
    }

    private List<TransactionHeader> headers() {
        List<TransactionHeader> headers = new ArrayList<>();
        try (TransactionCursor cursor = log().iterate(Tid.NONE, Order.OLDEST_FIRST)) {
            for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
                headers.add(next.header());
            }
        }
        return headers;
    }

    private List<Tid> tids() {
        return headers().stream().map(TransactionHeader::tid).toList();
    }

    private static List<Tid> rest(TransactionCursor cursor) {
        List<Tid> tids = new ArrayList<>();
        for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
            tids.add(next.header().tid());
        }
        return tids;
    }

    private static int count(LogTransaction transaction) {
        int count = 0;
        while (transaction.nextRecord() != null) {
            count++;
        }
        return count;
    }
}
