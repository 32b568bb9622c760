package io.zrs.testing.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zrs.storage.Bytes;
import io.zrs.storage.MetadataTooLongException;
import io.zrs.storage.Oid;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import io.zrs.testing.contract.TestResolver.Question;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Rules of {@link WritableStorage} and {@link StorageTransaction}: what may be stored, what conflicts, and in which order the calls come. Extend
 * it for a storage that has this capability.
 *
 * <p>Threading: the tests write on their own thread, but for one that only begins.
 */
public abstract class WritableStorageContractTest extends StorageFixture {
    /** More than FileStorage, which has two bytes for the length, can hold. */
    private static final int METADATA_SIZE = 70_000;

    /** For those who extend it. */
    protected WritableStorageContractTest() {}

    @Test
    void dataIsConsumedAndCopied() {
        ByteBuffer data = ByteBuffer.wrap("  one  ".getBytes(UTF_8), 2, 3);
        ByteBuffer direct = ByteBuffer.allocateDirect(10).put(data("other")).flip();
        Tid tid = commit(transaction -> {
            transaction.store(OID, Tid.NONE, data);
            transaction.store(OTHER, Tid.NONE, direct.asReadOnlyBuffer());
            assertFalse(data.hasRemaining(), "store consumes the data");
            for (int i = 0; i < "other".length(); i++) {
                data.put(i, (byte) 'x');
                direct.put(i, (byte) 'x');
            }
        });
        Expect.current(storage(), OID, tid, "one");
        Expect.current(storage(), OTHER, tid, "other");
    }

    @Test
    void refusesEmptyData() {
        try (StorageTransaction transaction = writable().begin(TransactionMetadata.EMPTY)) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> transaction.store(OID, Tid.NONE, ByteBuffer.allocate(0)),
                    "store without data");
        }
        Expect.noObject(storage(), OID);
    }

    @Test
    void theTidIsTheTimeOfTheClock() {
        Instant before = clock.peek();
        Tid tid;
        try (StorageTransaction transaction = writable().begin(TransactionMetadata.EMPTY)) {
            tid = transaction.tid();
            transaction.vote();
            assertEquals(tid, transaction.tid(), "tid does not change");
            assertEquals(tid, transaction.finish(), "what finish returns");
        }
        assertTrue(
                tid.compareTo(Tid.of(before)) >= 0 && tid.compareTo(Tid.of(clock.peek())) <= 0,
                "a tid is the time of the clock: " + tid.toTimeString() + ", asked at " + before);
    }

    @Test
    void tidsAdvanceWhateverTheClockDoes() {
        Tid last = store(OID, Tid.NONE, "data");
        clock.stop();
        for (int i = 0; i < 3; i++) {
            Tid next = store(OID, last, "data " + i);
            assertTrue(next.compareTo(last) > 0, "a tid is later than the one before, with a clock that stands still");
            last = next;
        }
        clock.move(Duration.ofDays(-1));
        Tid next = store(OID, last, "the clock went back");
        assertTrue(next.compareTo(last) > 0, "a tid is later than the one before, with a clock that goes back");
        Expect.current(storage(), OID, next, "the clock went back");
    }

    @Test
    void anEmptyTransactionIsOneToo() {
        Tid tid = commit(transaction -> {});
        assertEquals(tid, storage().lastTransaction(), "lastTransaction after a transaction without records");
        assertEquals(0, storage().objectCount(), "objectCount after a transaction without records");
    }

    @Test
    void refusesAConflictingStore() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        for (Tid old : List.of(first, Tid.NONE, second.next(), new Tid(-1))) {
            afterFailure(
                    transaction -> Expect.conflict(OID, second, old, () -> transaction.store(OID, old, data("other"))));
        }
        Expect.current(storage(), OID, second, "two");
        assertEquals(second, storage().lastTransaction(), "lastTransaction after conflicts");
    }

    @Test
    void anObjectThatIsNotThereIsStoredWhateverTheSerial() {
        Tid tid = store(OID, new Tid(77), "one");
        Expect.current(storage(), OID, tid, "one");
    }

    @Test
    void storingAnObjectAgainComparesWithTheCommittedRevision() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = commit(transaction -> {
            transaction.store(OID, first, data("two"));
            transaction.store(OTHER, Tid.NONE, data("other"));
            transaction.store(OID, first, data("three"));
            transaction.store(OTHER, Tid.NONE, data("other again"));
        });
        Expect.current(storage(), OID, second, "three");
        Expect.current(storage(), OTHER, second, "other again");
        Expect.before(storage(), OID, second, first, second, "one");
    }

    @Test
    void asksTheResolverAboutAConflict() {
        Tid first = store(OID, Tid.NONE, "old");
        Tid second = store(OID, first, "committed");
        assertEquals(List.of(), resolver.questions(), "what the resolver is asked where there is no conflict");
        resolver.join();
        Set<Oid> merged = new HashSet<>();
        try (StorageTransaction transaction = writable().begin(TransactionMetadata.EMPTY)) {
            ByteBuffer data = data("changed");
            transaction.store(OID, first, data);
            assertFalse(data.hasRemaining(), "store consumes data that is merged");
            transaction.store(OTHER, Tid.NONE, data("other"));
            merged.addAll(transaction.vote());
            transaction.finish();
        }
        sync();
        assertEquals(
                List.of(new Question(OID, "old", "committed", "changed")),
                resolver.questions(),
                "what the resolver is asked");
        assertEquals(Set.of(OID), merged, "vote returns the objects that were merged");
        assertEquals("old<committed<changed", text(storage().load(OID).data()), "what is stored after a merge");
        Expect.before(storage(), OID, second.next(), second, storage().lastTransaction(), "committed");
    }

    @Test
    void mergesWithAnyRevisionThatWasCurrentOnce() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid third = store(OID, second, "three");
        resolver.join();
        Tid fourth = store(OID, first, "four");
        Expect.current(storage(), OID, fourth, "one<three<four");
        Tid fifth = store(OID, third, "five");
        Expect.current(storage(), OID, fifth, "three<one<three<four<five");
    }

    @Test
    void voteNamesNothingThatWasNotMerged() {
        Tid first = store(OID, Tid.NONE, "one");
        try (StorageTransaction transaction = writable().begin(TransactionMetadata.EMPTY)) {
            transaction.store(OID, first, data("two"));
            assertEquals(Set.of(), transaction.vote(), "objects that vote names where nothing was merged");
        }
    }

    @Test
    void aConflictThatCannotBeMergedIsRefused() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        resolver.answer((oid, old, committed, changed) -> null);
        afterFailure(
                transaction -> Expect.conflict(OID, second, first, () -> transaction.store(OID, first, data("other"))));
        IllegalArgumentException failure = Expect.failure("resolver");
        resolver.answer((oid, old, committed, changed) -> {
            throw failure;
        });
        afterFailure(
                transaction -> Expect.conflict(OID, second, first, () -> transaction.store(OID, first, data("other"))));
        assertEquals(2, resolver.questions().size(), "how often the resolver was asked");
        Expect.current(storage(), OID, second, "two");
    }

    @Test
    void doesNotMergeWithARevisionThatIsNotThere() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid deleted = delete(OTHER, store(OTHER, Tid.NONE, "other"));
        resolver.join();
        afterFailure(transaction -> Expect.conflict(
                OID, second, first.next(), () -> transaction.store(OID, first.next(), data("never such a revision"))));
        afterFailure(transaction -> Expect.conflict(
                OTHER, deleted, Tid.NONE, () -> transaction.store(OTHER, Tid.NONE, data("it was deleted"))));
        assertEquals(List.of(), resolver.questions(), "what the resolver is asked where a revision is missing");
    }

    @Test
    void deletesOnlyTheCurrentRevision() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        resolver.join();
        afterFailure(transaction -> Expect.conflict(OID, second, first, () -> transaction.deleteObject(OID, first)));
        afterFailure(transaction -> Expect.missing(
                UNKNOWN, () -> transaction.deleteObject(UNKNOWN, Tid.NONE), "deleteObject of an unknown object"));
        assertEquals(List.of(), resolver.questions(), "a deletion is not merged");
        Expect.current(storage(), OID, second, "two");
    }

    @Test
    void storesADeletedObjectByTheSerialOfItsDeletion() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid deleted = delete(OID, first);
        afterFailure(transaction ->
                Expect.conflict(OID, deleted, first, () -> transaction.store(OID, first, data("other"))));
        Tid again = store(OID, deleted, "again");
        Expect.current(storage(), OID, again, "again");
    }

    @Test
    void checksThatAnObjectIsCurrentAndWritesNothing() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = commit(transaction -> {
            transaction.checkCurrentSerial(OID, first);
            transaction.store(OTHER, Tid.NONE, data("other"));
        });
        Expect.current(storage(), OID, first, "one");
        Expect.current(storage(), OTHER, second, "other");
    }

    @Test
    void refusesToDependOnWhatIsNotCurrent() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid deleted = delete(OTHER, store(OTHER, Tid.NONE, "other"));
        resolver.join();
        afterFailure(
                transaction -> Expect.conflict(OID, second, first, () -> transaction.checkCurrentSerial(OID, first)));
        afterFailure(transaction -> Expect.missing(
                UNKNOWN,
                () -> transaction.checkCurrentSerial(UNKNOWN, first),
                "checkCurrentSerial of an unknown object"));
        afterFailure(transaction -> Expect.missing(
                OTHER, () -> transaction.checkCurrentSerial(OTHER, deleted), "checkCurrentSerial of a deleted object"));
        assertEquals(List.of(), resolver.questions(), "checkCurrentSerial does not merge");
    }

    @Test
    void callsOutOfOrderChangeNothing() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid tid;
        try (StorageTransaction transaction = writable().begin(TransactionMetadata.EMPTY)) {
            assertThrows(IllegalStateException.class, transaction::finish, "finish before vote");
            transaction.store(OID, first, data("two"));
            transaction.vote();
            List<Executable> late = List.of(
                    () -> transaction.store(OTHER, Tid.NONE, data("late")),
                    () -> transaction.deleteObject(OID, first),
                    () -> transaction.checkCurrentSerial(OID, first),
                    transaction::vote);
            for (int i = 0; i < late.size(); i++) {
                assertThrows(IllegalStateException.class, late.get(i), "call " + i + " after vote");
            }
            tid = transaction.finish();
            Expect.onlyClose(transaction, "after finish");
        }
        sync();
        Expect.current(storage(), OID, tid, "two");
        Expect.noObject(storage(), OTHER);
        assertEquals(tid, storage().lastTransaction(), "lastTransaction: a transaction is finished once");
    }

    @Test
    void closingAbortsWhatIsNotFinished() {
        Tid first = store(OID, Tid.NONE, "one");
        StorageTransaction open = writable().begin(TransactionMetadata.EMPTY);
        open.store(OID, first, data("two"));
        open.close();
        open.close();
        Expect.onlyClose(open, "after close");
        StorageTransaction voted = writable().begin(TransactionMetadata.EMPTY);
        voted.store(OID, first, data("three"));
        voted.vote();
        voted.close();
        voted.close();
        Expect.onlyClose(voted, "after close");
        Expect.current(storage(), OID, first, "one");
        Tid last = store(OID, first, "four");
        Expect.before(storage(), OID, last, first, last, "one");
    }

    @Test
    void closingAFinishedTransactionChangesNothing() {
        StorageTransaction finished = writable().begin(TransactionMetadata.EMPTY);
        finished.store(OID, Tid.NONE, data("one"));
        finished.vote();
        Tid tid = finished.finish();
        StorageTransaction next = writable().begin(TransactionMetadata.EMPTY);
        next.store(OTHER, Tid.NONE, data("other"));
        finished.close();
        next.vote();
        Tid second = next.finish();
        next.close();
        sync();
        Expect.current(storage(), OID, tid, "one");
        Expect.current(storage(), OTHER, second, "other");
    }

    @Test
    void metadataThatIsTooLongIsRefusedOrKept() {
        Bytes tooLong = Bytes.utf8("x".repeat(METADATA_SIZE));
        for (TransactionMetadata metadata : List.of(
                new TransactionMetadata(tooLong, Bytes.EMPTY, Bytes.EMPTY),
                new TransactionMetadata(Bytes.EMPTY, tooLong, Bytes.EMPTY),
                new TransactionMetadata(Bytes.EMPTY, Bytes.EMPTY, tooLong))) {
            try {
                commit(metadata, transaction -> {});
            } catch (MetadataTooLongException refused) {
                assertEquals(Tid.NONE, storage().lastTransaction(), "lastTransaction after metadata were refused");
            }
            assertTurnIsFree("after metadata of " + METADATA_SIZE + " bytes");
        }
    }

    @Test
    void newOidsAreNobodysAndNeverTheRoot() {
        commit(transaction -> {
            for (long oid : new long[] {1, 2, 3, 5, 8, 13, 1000}) {
                transaction.store(new Oid(oid), Tid.NONE, data("data"));
            }
        });
        Set<Oid> taken = new HashSet<>(Set.of(Oid.ROOT));
        for (long oid : new long[] {1, 2, 3, 5, 8, 13, 1000}) {
            taken.add(new Oid(oid));
        }
        for (int i = 0; i < 1200; i++) {
            Oid oid = writable().newOid();
            assertTrue(taken.add(oid), "newOid gave " + oid + ", which is not new");
        }
    }

    @Test
    void anOidIsNotHandedOutAgainAfterAnAbort() {
        Oid aborted = writable().newOid();
        try (StorageTransaction transaction = writable().begin(TransactionMetadata.EMPTY)) {
            transaction.store(aborted, Tid.NONE, data("aborted"));
        }
        assertFalse(aborted.equals(writable().newOid()), "newOid gave the same oid twice, " + aborted);
    }

    /** Has a call fail in the middle of a transaction, and looks at what is left of that. */
    private void afterFailure(Consumer<StorageTransaction> failing) {
        Tid last = storage().lastTransaction();
        try (StorageTransaction transaction = writable().begin(TransactionMetadata.EMPTY)) {
            transaction.store(new Oid(99), Tid.NONE, data("in the same transaction"));
            failing.accept(transaction);
            Expect.onlyClose(transaction, "after a failure");
        }
        assertTurnIsFree("after a transaction that failed was closed");
        Expect.noObject(storage(), new Oid(99));
        assertEquals(last, storage().lastTransaction(), "lastTransaction after a failure");
    }

    private void assertTurnIsFree(String when) {
        Background.awaitRun(
                "begin " + when,
                () -> writable().begin(TransactionMetadata.EMPTY).close());
    }
}
