package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.MetadataTooLongException;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.StaleTidException;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import io.zrs.testing.contract.HistoryModel.Written;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Rules of {@link RestorableStorage} and {@link RestoreTransaction}: what a secondary writes through. Extend it for a storage that has this capability. If it also
 * has {@link WritableStorage} or {@link TransactionLog}, the rules that speak of both are tested too.
 *
 * <p>Threading: the tests write on their own thread, but for one that only begins.
 */
public abstract class RestoreContractTest extends StorageFixture {
    private static final Tid FIRST = new Tid(0x036c6b9000000000L);
    private static final Tid SECOND = new Tid(0x036c6b9100000000L);
    private static final Tid THIRD = new Tid(0x036c6b9200000000L);
    private static final int METADATA_SIZE = 70_000;

    /** For those who extend it. */
    protected RestoreContractTest() {}

    @Test
    void restoresWhatIsElsewhere() {
        restore(header(FIRST), transaction -> transaction.restore(OID, FIRST, data("one"), null));
        restore(header(SECOND), transaction -> transaction.restore(OID, SECOND, data("two"), null));
        force();
        Expect.current(storage(), OID, SECOND, "two");
        Expect.before(storage(), OID, SECOND, FIRST, SECOND, "one");
        assertEquals(SECOND, storage().lastTransaction(), "lastTransaction");
        assertEquals(1, storage().objectCount(), "objectCount");
    }

    @Test
    void showsNothingBeforeItIsForced() {
        List<Tid> told = new ArrayList<>();
        whileTold(transaction -> told.add(transaction.tid()), () -> {
            restore(header(FIRST), transaction -> transaction.restore(OID, FIRST, data("one"), null));
            restore(header(SECOND), transaction -> {
                transaction.restore(OID, SECOND, data("two"), null);
                transaction.restore(OTHER, SECOND, data("other"), null);
            });
            Expect.noObject(storage(), OID);
            Expect.noObject(storage(), OTHER);
            Expect.missing(OID, () -> storage().loadSerial(OID, FIRST), "loadSerial of what is not forced");
            assertEquals(Tid.NONE, storage().lastTransaction(), "lastTransaction before force");
            assertEquals(0, storage().objectCount(), "objectCount before force");
            assertEquals(List.of(), logged(), "the log before force");
            storage().capability(TransactionLog.class).ifPresent(log -> {
                try (TransactionFollower follower = log.follow(Tid.NONE)) {
                    assertNull(follower.next(), "what a follower finds before force");
                }
            });
            assertEquals(List.of(), told, "what listeners were told before force");
            force();
            assertEquals(List.of(FIRST, SECOND), told, "what force tells listeners, in the order of the log");
            Expect.current(storage(), OID, SECOND, "two");
            Expect.current(storage(), OTHER, SECOND, "other");
            force();
            assertEquals(List.of(FIRST, SECOND), told, "force with nothing new tells nothing");
        });
    }

    @Test
    void eachTransactionOfAGroupBecomesVisibleByItself() {
        List<Tid> last = new ArrayList<>();
        List<Tid> loaded = new ArrayList<>();
        whileTold(
                transaction -> {
                    last.add(storage().lastTransaction());
                    loaded.add(storage().load(OID).tid());
                },
                () -> {
                    for (Tid tid : List.of(FIRST, SECOND, THIRD)) {
                        restore(header(tid), transaction -> transaction.restore(OID, tid, data("data"), null));
                    }
                    force();
                });
        assertEquals(List.of(Tid.NONE, FIRST, SECOND), last, "lastTransaction while listeners are told of a group");
        for (int i = 0; i < 3; i++) {
            assertTrue(
                    loaded.get(i).compareTo(List.of(FIRST, SECOND, THIRD).get(i)) >= 0,
                    "what a listener is told of can be loaded: " + loaded);
        }
    }

    @Test
    void keepsStatusAndMetadata() {
        TransactionMetadata metadata =
                new TransactionMetadata(Bytes.utf8("/ user"), Bytes.utf8("why"), Records.extension());
        TransactionHeader packed = new TransactionHeader(FIRST, TransactionHeader.PACKED, metadata);
        restore(packed, transaction -> transaction.restore(OID, FIRST, data("one"), null));
        restore(header(SECOND), transaction -> {});
        force();
        assertEquals(SECOND, storage().lastTransaction(), "a transaction without records is one too");
        storage().capability(TransactionLog.class).ifPresent(log -> {
            try (TransactionCursor cursor = log.iterate(Tid.NONE, Order.OLDEST_FIRST)) {
                assertEquals(packed, header(cursor), "header of a packed transaction, restored");
                assertEquals(header(SECOND), header(cursor), "header of an ordinary transaction, restored");
            }
        });
    }

    @Test
    void refusesAStaleTid() {
        restore(header(SECOND), transaction -> transaction.restore(OID, SECOND, data("two"), null));
        refuseStale(SECOND, "a tid that is finished but not forced");
        refuseStale(FIRST, "a tid before one that is finished but not forced");
        force();
        refuseStale(SECOND, "the last tid");
        refuseStale(FIRST, "a tid before the last one");
        refuseStale(Tid.NONE, "no tid");
        Expect.current(storage(), OID, SECOND, "two");
        restore(header(THIRD), transaction -> transaction.restore(OID, THIRD, data("three"), null));
        force();
        Expect.current(storage(), OID, THIRD, "three");
    }

    @Test
    void anAbortedTidCanBeRestoredAgain() {
        try (RestoreTransaction aborted = restorable().beginRestore(header(SECOND), PickleDialect.PYTHON3)) {
            aborted.restore(OID, SECOND, data("aborted"), null);
        }
        try (RestoreTransaction aborted = restorable().beginRestore(header(SECOND), PickleDialect.PYTHON3)) {
            aborted.restore(OID, SECOND, data("aborted"), null);
            aborted.vote();
        }
        force();
        Expect.noObject(storage(), OID);
        assertEquals(Tid.NONE, storage().lastTransaction(), "lastTransaction after aborts");
        restore(header(FIRST), transaction -> transaction.restore(OID, FIRST, data("one"), null));
        restore(header(SECOND), transaction -> transaction.restore(OID, SECOND, data("two"), null));
        force();
        Expect.current(storage(), OID, SECOND, "two");
        Expect.before(storage(), OID, SECOND, FIRST, SECOND, "one");
    }

    @Test
    void anAbortBehindWhatIsFinishedLeavesThatAlone() {
        restore(header(FIRST), transaction -> transaction.restore(OID, FIRST, data("one"), null));
        try (RestoreTransaction aborted = restorable().beginRestore(header(SECOND), PickleDialect.PYTHON3)) {
            aborted.restore(OID, SECOND, data("aborted"), null);
            force();
            Expect.current(storage(), OID, FIRST, "one");
            aborted.vote();
            force();
            Expect.current(storage(), OID, FIRST, "one");
        }
        force();
        Expect.current(storage(), OID, FIRST, "one");
        assertEquals(FIRST, storage().lastTransaction(), "lastTransaction");
    }

    @Test
    void dataIsConsumedAndCopied() {
        ByteBuffer first = data("same");
        ByteBuffer second = data("same");
        restore(header(FIRST), transaction -> {
            transaction.restore(OID, FIRST, first, null);
            assertFalse(first.hasRemaining(), "restore consumes the data");
            first.put(0, (byte) 'x');
        });
        restore(header(SECOND), transaction -> {
            transaction.restore(OID, SECOND, second, FIRST);
            assertFalse(second.hasRemaining(), "restore consumes data that is there already");
            second.put(0, (byte) 'x');
        });
        force();
        Expect.current(storage(), OID, SECOND, "same");
        Expect.before(storage(), OID, SECOND, FIRST, SECOND, "same");
    }

    @Test
    void aRecordWithoutDataEndsTheObject() {
        restore(header(FIRST), transaction -> transaction.restore(OID, FIRST, data("one"), null));
        restore(header(SECOND), transaction -> {
            transaction.restore(OID, SECOND, null, FIRST);
            transaction.restore(OTHER, SECOND, null, null);
        });
        force();
        Expect.noObject(storage(), OID);
        Expect.noObject(storage(), OTHER);
        Expect.before(storage(), OID, SECOND, FIRST, SECOND, "one");
        restore(header(THIRD), transaction -> transaction.restore(OID, THIRD, data("again"), SECOND));
        force();
        Expect.current(storage(), OID, THIRD, "again");
    }

    @Test
    void aHintThatFitsGivesTheSameData() {
        restore(header(FIRST), transaction -> {
            transaction.restore(OID, FIRST, data("one"), null);
            transaction.restore(OTHER, FIRST, data("not this"), null);
        });
        restore(header(SECOND), transaction -> transaction.restore(OID, SECOND, data("two"), null));
        restore(header(THIRD), transaction -> transaction.restore(OID, THIRD, data("one"), FIRST));
        Tid fourth = THIRD.next();
        restore(header(fourth), transaction -> transaction.restore(OID, fourth, data("one"), THIRD));
        force();
        Expect.current(storage(), OID, fourth, "one");
        Expect.before(storage(), OID, fourth, THIRD, fourth, "one");
        for (DataRecord record : logged()) {
            Tid dataTid = record.dataTid();
            if (dataTid != null) {
                Tid expected = record.tid().equals(THIRD) ? FIRST : THIRD;
                assertEquals(expected, dataTid, "dataTid of the record of " + record.tid());
            }
        }
    }

    @Test
    void aHintThatDoesNotFitIsNotBelieved() {
        restore(header(FIRST), transaction -> {
            transaction.restore(OID, FIRST, data("one"), null);
            transaction.restore(OTHER, FIRST, data("new"), null);
        });
        restore(header(SECOND), transaction -> transaction.restore(OID, SECOND, null, null));
        List<Tid> hints =
                List.of(FIRST, SECOND, THIRD, Tid.NONE, FIRST.next(), new Tid(-1), new Tid(THIRD.value() + 100));
        Tid tid = THIRD;
        for (Tid hint : hints) {
            Tid next = tid;
            restore(header(next), transaction -> transaction.restore(OID, next, data("new"), hint));
            force();
            assertEquals("new", text(storage().load(OID).data()), "data that was restored with the wrong hint " + hint);
            Tid other = next.next();
            restore(header(other), transaction -> transaction.restore(OID, other, data("old"), hint));
            force();
            assertEquals("old", text(storage().load(OID).data()), "data that was restored with the wrong hint " + hint);
            tid = other.next();
        }
    }

    @Test
    void aRecordCanHaveAnotherTidThanItsTransaction() {
        restore(header(SECOND), transaction -> transaction.restore(OID, FIRST, data("one"), null));
        force();
        Expect.current(storage(), OID, FIRST, "one");
        assertEquals(SECOND, storage().lastTransaction(), "lastTransaction is a transaction's tid");
        for (DataRecord record : logged()) {
            assertEquals(FIRST, record.tid(), "tid of the record in the log");
        }
    }

    @Test
    void asksNobodyAboutTheRevisionThatIsThere() {
        restore(header(FIRST), transaction -> transaction.restore(OID, FIRST, data("one"), null));
        restore(header(SECOND), transaction -> {
            transaction.restore(OID, SECOND, data("two"), null);
            transaction.restore(OID, SECOND, data("two again"), null);
        });
        force();
        Expect.current(storage(), OID, SECOND, "two again");
        assertEquals(List.of(), resolver.questions(), "what the resolver is asked about what is restored");
    }

    @Test
    void callsOutOfOrderChangeNothing() {
        try (RestoreTransaction transaction = restorable().beginRestore(header(FIRST), PickleDialect.PYTHON3)) {
            assertThrows(IllegalStateException.class, transaction::finish, "finish before vote");
            transaction.restore(OID, FIRST, data("one"), null);
            transaction.vote();
            assertThrows(IllegalStateException.class, transaction::vote, "vote after vote");
            assertThrows(
                    IllegalStateException.class,
                    () -> transaction.restore(OTHER, FIRST, data("late"), null),
                    "restore after vote");
            transaction.finish();
            assertOnlyClose(transaction, "after finish");
        }
        RestoreTransaction closed = restorable().beginRestore(header(SECOND), PickleDialect.PYTHON3);
        closed.close();
        closed.close();
        assertOnlyClose(closed, "after close");
        force();
        Expect.current(storage(), OID, FIRST, "one");
        Expect.noObject(storage(), OTHER);
    }

    @Test
    void refusesEmptyData() {
        try (RestoreTransaction transaction = restorable().beginRestore(header(FIRST), PickleDialect.PYTHON3)) {
            Executable empty = () -> transaction.restore(OID, FIRST, ByteBuffer.allocate(0), null);
            assertThrows(IllegalArgumentException.class, empty, "restore with no byte of data");
            assertOnlyClose(transaction, "after a failure");
        }
        assertTurnIsFree("after a failure");
    }

    @Test
    void metadataThatIsTooLongIsRefusedOrKept() {
        TransactionHeader header = new TransactionHeader(
                FIRST,
                TransactionHeader.COMMITTED,
                new TransactionMetadata(Bytes.EMPTY, Bytes.utf8("x".repeat(METADATA_SIZE)), Bytes.EMPTY));
        try {
            restore(header, transaction -> {});
        } catch (MetadataTooLongException refused) {
            assertEquals(Tid.NONE, storage().lastTransaction(), "lastTransaction after metadata were refused");
        }
        assertTurnIsFree("after metadata of " + METADATA_SIZE + " bytes");
    }

    @Test
    void takesTheDialectOfTheFirstTransaction() {
        try (RestoreTransaction transaction = restorable().beginRestore(header(FIRST), PickleDialect.PYTHON2)) {
            transaction.vote();
            transaction.finish();
        }
        force();
        storage()
                .capability(TransactionLog.class)
                .ifPresent(log -> assertEquals(PickleDialect.PYTHON2, log.dialect(), "dialect of the log"));
    }

    @Test
    void storesBehindWhatWasRestored() {
        if (source().capability(WritableStorage.class).isEmpty()) {
            return;
        }
        Tid ahead = Tid.of(clock.peek().plusSeconds(86_400));
        restore(header(ahead), transaction -> transaction.restore(OID, ahead, data("one"), null));
        Tid tid;
        try (StorageTransaction transaction = writable().begin(TransactionMetadata.EMPTY)) {
            transaction.store(OID, ahead, data("two"));
            transaction.vote();
            tid = transaction.finish();
        }
        assertTrue(tid.compareTo(ahead) > 0, "a new tid is later than one that was restored");
        force();
        Expect.current(storage(), OID, tid, "two");
        Expect.before(storage(), OID, tid, ahead, tid, "one");
        assertFalse(OID.equals(writable().newOid()), "newOid gave an oid that was restored");
        refuseStale(tid, "a tid that was stored");
    }

    @RepeatedTest(value = 4, name = "seed={currentRepetition}")
    void behavesAsAModelDoes(RepetitionInfo repetition) {
        Seeds.run(repetition, random -> {
            HistoryModel forced = new HistoryModel();
            HistoryModel finished = new HistoryModel();
            for (int step = 0; step < 60; step++) {
                if (random.nextInt(3) == 0) {
                    force();
                    forced = finished.copy();
                } else {
                    step(random, finished);
                }
                forced.check(storage(), random);
                HistoryModel expected = forced;
                storage().capability(TransactionLog.class).ifPresent(expected::checkLog);
            }
        });
    }

    private void step(Random random, HistoryModel model) {
        Tid last = model.last().equals(Tid.NONE) ? FIRST : model.last();
        Tid tid = new Tid(last.value() + 1 + random.nextInt(5));
        List<Written> records = new ArrayList<>();
        boolean aborted = random.nextInt(4) == 0;
        try (RestoreTransaction transaction = restorable().beginRestore(header(tid), PickleDialect.PYTHON3)) {
            for (int i = random.nextInt(5); i > 0; i--) {
                Oid oid = new Oid(random.nextInt(10));
                List<Tid> serials = model.serials(oid);
                Tid hint = serials.isEmpty() ? null : serials.get(random.nextInt(serials.size()));
                String data = randomData(random, hint == null ? null : model.data(oid, hint));
                transaction.restore(oid, tid, data.equals(HistoryModel.DELETED) ? null : data(data), hint);
                records.add(new Written(oid, tid, data));
            }
            if (!aborted || random.nextBoolean()) {
                transaction.vote();
            }
            if (!aborted) {
                transaction.finish();
                model.commit(tid, records);
            }
        }
    }

    /** That of the hint, none, or something of the same length as that of the hint, or something else. */
    private static String randomData(Random random, @Nullable String hinted) {
        return switch (random.nextInt(6)) {
            case 0, 1, 2 -> hinted == null ? "some data" : hinted;
            case 3 -> HistoryModel.DELETED;
            case 4 -> hinted == null || hinted.isEmpty() ? "data" : "X" + hinted.substring(1);
            default -> Integer.toString(random.nextInt()).repeat(1 + random.nextInt(100));
        };
    }

    private void refuseStale(Tid tid, String what) {
        StaleTidException e = assertThrows(
                StaleTidException.class,
                () -> restorable().beginRestore(header(tid), PickleDialect.PYTHON3),
                "beginRestore with " + what);
        assertEquals(tid, e.tid(), "the exception names the tid that was refused");
        assertTrue(e.last().compareTo(tid) >= 0, "the exception names the last tid");
        assertTurnIsFree("after a stale tid was refused");
    }

    private void assertTurnIsFree(String when) {
        Background.awaitRun(
                "beginRestore " + when,
                () -> restorable()
                        .beginRestore(header(Tid.MAX), PickleDialect.PYTHON3)
                        .close());
    }

    private static void assertOnlyClose(RestoreTransaction transaction, String when) {
        assertThrows(
                IllegalStateException.class,
                () -> transaction.restore(OID, FIRST, data("late"), null),
                "restore " + when);
        assertThrows(IllegalStateException.class, transaction::vote, "vote " + when);
        assertThrows(IllegalStateException.class, transaction::finish, "finish " + when);
    }

    private static TransactionHeader header(TransactionCursor cursor) {
        LogTransaction transaction = cursor.next();
        assertNotNull(transaction, "a transaction that was restored is in the log");
        return transaction.header();
    }

    /** All records of the log, none if the storage has no log. */
    private List<DataRecord> logged() {
        List<DataRecord> records = new ArrayList<>();
        storage().capability(TransactionLog.class).ifPresent(log -> {
            try (TransactionCursor cursor = log.iterate(Tid.NONE, Order.OLDEST_FIRST)) {
                for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
                    for (DataRecord record = next.nextRecord(); record != null; record = next.nextRecord()) {
                        records.add(record);
                    }
                }
            }
        });
        return records;
    }
}
