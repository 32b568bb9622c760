package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.Packable;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.Undoable;
import io.zrs.storage.WritableStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Rules of {@link Storage}: what can be loaded, who is told of commits, what is left after closing. Extend it for every storage, also for one that only
 * reads ({@link StorageUnderTest#source} then says what to write to).
 *
 * <p>Threading: the tests write on their own thread.
 */
public abstract class StorageContractTest extends StorageFixture {
    private static final List<Class<?>> CAPABILITIES = List.of(
            WritableStorage.class,
            BlobWritableStorage.class,
            RestorableStorage.class,
            BlobRestorableStorage.class,
            BlobCapable.class,
            TransactionLog.class,
            RecordIteration.class,
            HistoryCapable.class,
            Undoable.class,
            Packable.class);

    /** For those who extend it. */
    protected StorageContractTest() {}

    @Test
    void anEmptyStorageHasNothing() {
        assertEquals(Tid.NONE, storage().lastTransaction(), "lastTransaction of an empty storage");
        assertEquals(0, storage().objectCount(), "objectCount of an empty storage");
        assertFalse(storage().name().isEmpty(), "a storage has a name");
        Expect.noObject(storage(), Oid.ROOT);
        Expect.missing(OID, () -> storage().loadSerial(OID, Tid.NONE), "loadSerial from an empty storage");
    }

    @Test
    void loadsWhatWasStored() {
        Tid tid = store(OID, Tid.NONE, "one");
        Expect.current(storage(), OID, tid, "one");
        assertEquals(tid, storage().lastTransaction(), "lastTransaction after a commit");
        assertEquals(1, storage().objectCount(), "objectCount after one object was stored");
    }

    @Test
    void loadsTheNewestRevisionAsTheCurrentOne() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = store(OID, first, "two");
        Tid third = store(OID, second, "three");
        Expect.current(storage(), OID, third, "three");
        assertEquals(1, storage().objectCount(), "objectCount counts objects, not revisions");
    }

    @Test
    void loadBeforeGivesTheNewestRevisionThatIsOlder() {
        Tid first = store(OID, Tid.NONE, "one");
        store(OTHER, Tid.NONE, "other");
        Tid second = store(OID, first, "two");
        Tid third = store(OID, second, "three");
        Expect.nothingBefore(storage(), OID, Tid.NONE);
        Expect.nothingBefore(storage(), OID, first);
        Expect.before(storage(), OID, first.next(), first, second, "one");
        Expect.before(storage(), OID, second, first, second, "one");
        Expect.before(storage(), OID, second.next(), second, third, "two");
        Expect.before(storage(), OID, third, second, third, "two");
        Expect.before(storage(), OID, third.next(), third, null, "three");
        Expect.before(storage(), OID, new Tid(-1), third, null, "three");
    }

    @Test
    void loadSerialGivesExactlyThatRevision() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid between = store(OTHER, Tid.NONE, "other");
        Tid second = store(OID, first, "two");
        assertEquals("one", text(storage().loadSerial(OID, first)), "loadSerial of the first revision");
        assertEquals("two", text(storage().loadSerial(OID, second)), "loadSerial of the second revision");
        for (Tid none : List.of(Tid.NONE, between, second.next(), new Tid(first.value() - 1), Tid.MAX)) {
            PosKeyException e =
                    Expect.missing(OID, () -> storage().loadSerial(OID, none), "loadSerial of no revision, " + none);
            assertEquals(none, e.tid(), "the exception of loadSerial names the revision");
        }
    }

    @Test
    void tellsUnknownObjectsApart() {
        Tid tid = store(OID, Tid.NONE, "one");
        Expect.noObject(storage(), UNKNOWN);
        Expect.missing(UNKNOWN, () -> storage().loadBefore(UNKNOWN, tid), "loadBefore of an unknown object");
        Expect.missing(UNKNOWN, () -> storage().loadSerial(UNKNOWN, tid), "loadSerial of an unknown object");
    }

    @Test
    void whatWasLoadedBelongsToTheCaller() {
        Tid tid = store(OID, Tid.NONE, "one");
        ObjectRevision before = storage().loadBefore(OID, Tid.MAX);
        for (byte[] loaded : List.of(
                storage().load(OID).data(),
                before == null ? new byte[1] : before.data(),
                storage().loadSerial(OID, tid))) {
            Arrays.fill(loaded, (byte) 'x');
        }
        Expect.current(storage(), OID, tid, "one");
    }

    @Test
    void recordsOfAnySizeComeBack() {
        int[] sizes = {1, 7, 8, 9, 511, 512, 513, 1024, 65_535, 65_536, 65_537, 3_000_000};
        commit(transaction -> {
            for (int size : sizes) {
                transaction.store(new Oid(size), Tid.NONE, ByteBuffer.wrap(pattern(size)));
            }
        });
        for (int size : sizes) {
            assertArrayEquals(pattern(size), storage().load(new Oid(size)).data(), "a record of " + size + " bytes");
        }
        assertEquals(sizes.length, storage().objectCount(), "objectCount");
    }

    @Test
    void oidsAreUnsignedNumbers() {
        List<Oid> oids =
                List.of(Oid.ROOT, new Oid(0xffff_ffffL), new Oid(Long.MAX_VALUE), new Oid(Long.MIN_VALUE), new Oid(-2));
        Tid tid = commit(transaction -> oids.forEach(oid -> transaction.store(oid, Tid.NONE, data("data of " + oid))));
        for (Oid oid : oids) {
            Expect.current(storage(), oid, tid, "data of " + oid);
        }
    }

    @Test
    void aDeletedObjectHasItsOldRevisionsOnly() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid deleted = delete(OID, first);
        Expect.noObject(storage(), OID);
        PosKeyException e = Expect.missing(
                OID, () -> storage().loadBefore(OID, deleted.next()), "loadBefore where the object does not exist");
        assertEquals(deleted, e.tid(), "loadBefore's exception names the revision in which the object does not exist");
        Expect.missing(OID, () -> storage().loadSerial(OID, deleted), "loadSerial of a deletion");
        Expect.before(storage(), OID, deleted, first, deleted, "one");
        assertEquals("one", text(storage().loadSerial(OID, first)), "loadSerial of a revision before the deletion");
        assertEquals(deleted, storage().lastTransaction(), "a deletion is a transaction");
    }

    @Test
    void anObjectStoredAfterItsDeletionIsThereAgain() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid deleted = delete(OID, first);
        Tid again = store(OID, deleted, "again");
        Expect.current(storage(), OID, again, "again");
        Expect.missing(OID, () -> storage().loadBefore(OID, again), "loadBefore where the object did not exist");
        Expect.before(storage(), OID, deleted, first, deleted, "one");
        assertEquals(1, storage().objectCount(), "objectCount of one object, deleted and stored again");
    }

    @Test
    void sizeGrowsWithTheHistory() {
        long empty = storage().sizeInBytes();
        Tid first = store(OID, Tid.NONE, "one");
        long small = storage().sizeInBytes();
        store(OID, first, "two");
        long large = storage().sizeInBytes();
        assertTrue(
                0 <= empty && empty < small && small < large,
                "sizeInBytes grows: " + empty + ", " + small + ", " + large);
    }

    @Test
    void anAbortedTransactionIsNeverSeen() {
        Tid first = store(OID, Tid.NONE, "one");
        List<Tid> told = tellTids();
        try (StorageTransaction aborted = writable().begin(TransactionMetadata.EMPTY)) {
            aborted.store(OID, first, data("two"));
            aborted.store(OTHER, Tid.NONE, data("two"));
            aborted.vote();
            Expect.current(storage(), OID, first, "one");
            Expect.noObject(storage(), OTHER);
        }
        sync();
        Expect.current(storage(), OID, first, "one");
        Expect.noObject(storage(), OTHER);
        assertEquals(first, storage().lastTransaction(), "lastTransaction after an abort");
        assertEquals(1, storage().objectCount(), "objectCount after an abort");
        assertEquals(List.of(), told, "listeners are not told of an abort");
    }

    @Test
    void listenersAreToldOnceOfEachCommitInOrder() {
        store(OID, Tid.NONE, "before the listener came");
        List<Tid> told = tellTids();
        List<Tid> committed = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Oid oid = new Oid(100 + i);
            committed.add(store(oid, Tid.NONE, "data"));
            assertEquals(committed, told, "the tids that a listener was told, after the commit has returned");
        }
    }

    @Test
    void listenersGetTheOidsInTheOrderOfTheRecords() {
        Tid first = store(new Oid(7), Tid.NONE, "seven");
        List<Oid> oids = new ArrayList<>();
        whileTold(transaction -> transaction.oids().forEach(oids::add), () -> {
            commit(transaction -> {
                transaction.store(new Oid(9), Tid.NONE, data("nine"));
                transaction.store(new Oid(3), Tid.NONE, data("three"));
                transaction.deleteObject(new Oid(7), first);
                transaction.store(new Oid(9), Tid.NONE, data("nine again"));
            });
        });
        assertEquals(
                List.of(new Oid(9), new Oid(3), new Oid(7), new Oid(9)),
                oids,
                "a listener gets the oids in the order of the records, one that was stored twice twice");
    }

    @Test
    void listenersAreToldWhenItCanBeLoadedAndJustBeforeItIsTheLast() {
        Tid first = store(OID, Tid.NONE, "one");
        List<Executable> checks = new ArrayList<>();
        whileTold(
                transaction -> {
                    Tid last = storage().lastTransaction();
                    String loaded = text(storage().load(OID).data());
                    Tid tid = transaction.tid();
                    checks.add(() ->
                            assertEquals(first, last, "lastTransaction while a listener is told of the next one"));
                    checks.add(() -> assertEquals("two", loaded, "load while a listener is told of the commit"));
                    checks.add(() -> assertEquals(storage().load(OID).tid(), tid, "the tid that a listener is told"));
                },
                () -> {
                    store(OID, first, "two");
                });
        assertEquals(3, checks.size(), "the listener is told once, and can load what it is told of");
        for (Executable check : checks) {
            assertDoesNotThrow(check);
        }
    }

    @Test
    void listenersHoldNothingUp() {
        Tid first = store(OID, Tid.NONE, "one");
        List<String> loaded = new ArrayList<>();
        List<Tid> begun = new ArrayList<>();
        whileTold(
                transaction -> {
                    loaded.add(Background.await(
                            "a load while a listener is told",
                            () -> text(storage().load(OID).data())));
                    begun.add(Background.await("a begin while a listener is told", () -> {
                        try (StorageTransaction next = writable().begin(TransactionMetadata.EMPTY)) {
                            return next.tid();
                        }
                    }));
                },
                () -> {
                    store(OID, first, "two");
                });
        assertEquals(List.of("two"), loaded, "what another thread loads while a listener is told");
        assertEquals(1, begun.size(), "another thread can begin while a listener is told");
    }

    @Test
    void aListenerThatFailsChangesNothing() {
        List<Tid> told = new ArrayList<>();
        IllegalArgumentException failure = Expect.failure("listener");
        try (Subscription bad = storage().addCommitListener(transaction -> {
                    throw failure;
                });
                Subscription good = storage().addCommitListener(transaction -> told.add(transaction.tid()))) {
            assertTrue(bad != good, "each registration is one of its own");
            Tid first = store(OID, Tid.NONE, "one");
            Tid second = store(OID, first, "two");
            Expect.current(storage(), OID, second, "two");
            assertEquals(List.of(first, second), told, "what another listener was told");
            assertEquals(second, storage().lastTransaction(), "lastTransaction although a listener failed");
        }
    }

    @Test
    void aClosedSubscriptionIsNotCalled() {
        List<Tid> told = new ArrayList<>();
        Subscription subscription = storage().addCommitListener(transaction -> told.add(transaction.tid()));
        Tid first = store(OID, Tid.NONE, "one");
        subscription.close();
        subscription.close();
        store(OID, first, "two");
        assertEquals(List.of(first), told, "tids that a listener was told before its subscription was closed");
    }

    @Test
    void lastTransactionCanBeLoadedFrom() {
        Tid last = Tid.NONE;
        for (int i = 0; i < 5; i++) {
            last = store(OID, last, "data " + i);
            assertEquals(last, storage().lastTransaction(), "lastTransaction");
            Expect.before(storage(), OID, storage().lastTransaction().next(), last, null, "data " + i);
        }
    }

    @Test
    void capabilitiesAreWhatTheySayTheyAre() {
        for (Class<?> type : CAPABILITIES) {
            Optional<?> found = storage().capability(type);
            assertTrue(found.isEmpty() || type.isInstance(found.get()), "capability(" + type + ") is of that type");
        }
        assertTrue(storage().capability(Runnable.class).isEmpty(), "a capability that nobody knows is absent");
        assertImplied(BlobWritableStorage.class, WritableStorage.class);
        assertImplied(BlobRestorableStorage.class, RestorableStorage.class);
        assertImplied(BlobWritableStorage.class, BlobCapable.class);
        assertImplied(BlobRestorableStorage.class, BlobCapable.class);
    }

    @Test
    void aClosedStorageRefusesAllCalls() {
        Tid tid = store(OID, Tid.NONE, "one");
        Storage closed = storage();
        Optional<TransactionLog> log = closed.capability(TransactionLog.class);
        Optional<WritableStorage> writing = closed.capability(WritableStorage.class);
        subject().close();
        subject().close();
        closed.close();
        List<Executable> calls = new ArrayList<>(List.of(
                closed::lastTransaction,
                closed::objectCount,
                closed::sizeInBytes,
                () -> closed.load(OID),
                () -> closed.loadBefore(OID, Tid.MAX),
                () -> closed.loadSerial(OID, tid),
                () -> closed.addCommitListener(transaction -> {})));
        writing.ifPresent(storage -> calls.add(() -> storage.begin(TransactionMetadata.EMPTY)));
        log.ifPresent(
                transactions -> calls.add(() -> transactions.iterate(Tid.NONE, TransactionLog.Order.OLDEST_FIRST)));
        log.ifPresent(transactions -> calls.add(() -> transactions.follow(Tid.NONE)));
        for (int i = 0; i < calls.size(); i++) {
            assertThrows(IllegalStateException.class, calls.get(i), "call " + i + " of a closed storage");
        }
    }

    @RepeatedTest(value = 4, name = "seed={currentRepetition}")
    void behavesAsAModelDoes(RepetitionInfo repetition) {
        Seeds.run(repetition, random -> {
            HistoryModel model = new HistoryModel();
            RandomWriter writer = new RandomWriter(random, model);
            List<Tid> told = tellTids();
            for (int step = 0; step < 40; step++) {
                writer.step(writable());
                sync();
                model.check(storage(), random);
            }
            assertEquals(model.tids(), told, "tids that a listener was told");
        });
    }

    private List<Tid> tellTids() {
        List<Tid> told = new ArrayList<>();
        // Ends with the storage.
        Subscription subscription = storage().addCommitListener(transaction -> told.add(transaction.tid()));
        assertTrue(subscription != null, "addCommitListener gives a subscription");
        return told;
    }

    private void assertImplied(Class<?> special, Class<?> general) {
        assertTrue(
                storage().capability(special).isEmpty()
                        || storage().capability(general).isPresent(),
                special.getSimpleName() + " without " + general.getSimpleName());
    }

    private static byte[] pattern(int size) {
        byte[] pattern = new byte[size];
        for (int i = 0; i < size; i++) {
            pattern[i] = (byte) (i * 31 + size);
        }
        return pattern;
    }
}
