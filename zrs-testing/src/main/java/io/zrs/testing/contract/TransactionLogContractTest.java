package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.HistoryMatch;
import io.zrs.storage.Invalidation;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import io.zrs.storage.TransactionMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/**
 * Rules of {@link TransactionLog}: what a primary needs. Extend it for a storage that has this capability.
 *
 * <p>Threading: the tests write on their own thread.
 */
public abstract class TransactionLogContractTest extends StorageFixture {
    /** After all tids. */
    private static final Tid END = new Tid(-1);

    /** For those who extend it. */
    protected TransactionLogContractTest() {}

    @Test
    void anEmptyLogHasNothing() {
        assertEquals(List.of(), tids(log().iterate(Tid.NONE, Order.OLDEST_FIRST)), "an empty log from its beginning");
        assertEquals(List.of(), tids(log().iterate(END, Order.NEWEST_FIRST)), "an empty log from its end");
        assertEquals(List.of(), log().lastInvalidations(10), "lastInvalidations of an empty log");
        assertEquals(HistoryMatch.SHARED, log().matchHistory(Tid.NONE), "how nothing relates to an empty log");
        assertEquals(HistoryMatch.AHEAD, log().matchHistory(new Tid(1)), "how something relates to an empty log");
        try (TransactionFollower follower = log().follow(Tid.NONE)) {
            assertNull(follower.next(), "what follows in an empty log");
        }
    }

    @Test
    void givesTransactionsAndRecordsAsTheyWereWritten() {
        TransactionMetadata metadata = new TransactionMetadata(
                Bytes.copyOf(new byte[] {'/', ' ', (byte) 0xff}),
                Bytes.utf8("description \u00e4"),
                Records.extension());
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = commit(metadata, transaction -> {
            transaction.store(new Oid(9), Tid.NONE, data("nine"));
            transaction.deleteObject(OID, first);
            transaction.store(new Oid(3), Tid.NONE, data("three"));
            transaction.store(new Oid(9), Tid.NONE, data("nine again"));
        });
        Tid third = commit(transaction -> {});
        try (TransactionCursor cursor = log().iterate(Tid.NONE, Order.OLDEST_FIRST)) {
            LogTransaction transaction = next(cursor);
            assertEquals(header(first), transaction.header(), "header of the first transaction");
            assertEquals(List.of("0x01 one"), records(transaction), "records of the first transaction");
            transaction = next(cursor);
            assertEquals(
                    new TransactionHeader(second, TransactionHeader.COMMITTED, metadata),
                    transaction.header(),
                    "header of the second transaction");
            assertEquals(
                    List.of("0x09 nine", "0x01 does not exist", "0x03 three", "0x09 nine again"),
                    records(transaction),
                    "records of the second transaction, in the order in which they were written");
            assertNull(transaction.nextRecord(), "nextRecord behind the last record");
            transaction = next(cursor);
            assertEquals(third, transaction.header().tid(), "tid of the transaction without records");
            assertEquals(List.of(), records(transaction), "records of the transaction without records");
            assertNull(cursor.next(), "next behind the last transaction");
            assertNull(cursor.next(), "next behind the last transaction, again");
        }
    }

    @Test
    void stepsPastRecordsThatWereNotRead() {
        List<Tid> tids = commits(4);
        assertEquals(tids, tids(log().iterate(Tid.NONE, Order.OLDEST_FIRST)), "tids, records not read");
        try (TransactionCursor cursor = log().iterate(Tid.NONE, Order.OLDEST_FIRST)) {
            for (Tid tid : tids) {
                LogTransaction transaction = next(cursor);
                assertEquals(tid, transaction.header().tid(), "tids, one of two records read");
                assertNotNull(transaction.nextRecord(), "the first record");
            }
        }
    }

    @Test
    void iteratesFromTheTidOrTheNextOneOnEitherSide() {
        List<Tid> tids = commits(5);
        for (int i = 0; i < tids.size(); i++) {
            Tid tid = tids.get(i);
            Tid before = new Tid(tid.value() - 1);
            List<Tid> from = tids.subList(i, tids.size());
            assertEquals(from, tids(log().iterate(tid, Order.OLDEST_FIRST)), "oldest first from " + tid);
            assertEquals(from, tids(log().iterate(before, Order.OLDEST_FIRST)), "oldest first from just before " + tid);
            List<Tid> to = new ArrayList<>(tids.subList(0, i + 1));
            Collections.reverse(to);
            assertEquals(to, tids(log().iterate(tid, Order.NEWEST_FIRST)), "newest first from " + tid);
            assertEquals(
                    to, tids(log().iterate(tid.next(), Order.NEWEST_FIRST)), "newest first from just after " + tid);
        }
        assertEquals(tids, tids(log().iterate(Tid.NONE, Order.OLDEST_FIRST)), "oldest first from the beginning");
        assertEquals(List.of(), tids(log().iterate(END, Order.OLDEST_FIRST)), "oldest first from the end");
        assertEquals(List.of(), tids(log().iterate(Tid.NONE, Order.NEWEST_FIRST)), "newest first from the beginning");
        assertEquals(5, tids(log().iterate(END, Order.NEWEST_FIRST)).size(), "newest first from the end");
    }

    @Test
    void iteratesOverWhatWasVisibleWhenItBegan() {
        List<Tid> tids = commits(2);
        try (TransactionCursor cursor = log().iterate(Tid.NONE, Order.OLDEST_FIRST)) {
            next(cursor);
            commits(1);
            assertEquals(tids.get(1), next(cursor).header().tid(), "the second of two transactions");
            assertNull(cursor.next(), "a transaction committed after iterate was called");
        }
    }

    @Test
    void recordsBelongToTheReader() {
        Tid tid = store(OID, Tid.NONE, "one");
        try (TransactionCursor cursor = log().iterate(Tid.NONE, Order.OLDEST_FIRST)) {
            DataRecord record = next(cursor).nextRecord();
            assertNotNull(record, "the record");
            byte[] data = record.data();
            assertNotNull(data, "the data of the record");
            Arrays.fill(data, (byte) 'x');
        }
        Expect.current(storage(), OID, tid, "one");
    }

    @Test
    void doesNotShowWhatWasAborted() {
        List<Tid> tids = commits(1);
        try (TransactionFollower follower = log().follow(tids.get(0));
                StorageTransaction aborted = writable().begin(TransactionMetadata.EMPTY)) {
            aborted.store(UNKNOWN, Tid.NONE, data("aborted"));
            assertNull(follower.next(), "an open transaction");
            aborted.vote();
            assertNull(follower.next(), "a transaction that is not finished");
            assertEquals(tids, tids(log().iterate(Tid.NONE, Order.OLDEST_FIRST)), "the log meanwhile");
        }
        assertEquals(tids, tids(log().iterate(Tid.NONE, Order.OLDEST_FIRST)), "the log after an abort");
    }

    @Test
    void followsFromAnyTid() {
        List<Tid> tids = commits(3);
        assertEquals(tids, tids(log().follow(Tid.NONE)), "what comes after nothing");
        for (int i = 0; i < tids.size(); i++) {
            Tid tid = tids.get(i);
            List<Tid> after = tids.subList(i + 1, tids.size());
            assertEquals(after, tids(log().follow(tid)), "what comes after " + tid);
            assertEquals(after, tids(log().follow(tid.next())), "what comes after a tid that is not there");
            assertEquals(
                    tids.subList(i, tids.size()),
                    tids(log().follow(new Tid(tid.value() - 1))),
                    "what comes after a tid that is not there");
        }
    }

    @Test
    void followsAsTransactionsBecomeVisible() {
        try (TransactionFollower slow = log().follow(Tid.NONE);
                TransactionFollower quick = log().follow(Tid.NONE)) {
            List<Tid> committed = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                assertNull(quick.next(), "next where there is nothing new");
                committed.addAll(commits(1));
                LogTransaction transaction = next(quick);
                assertEquals(committed.get(i), transaction.header().tid(), "the transaction just committed");
                assertEquals(2, records(transaction).size(), "records of the transaction just committed");
            }
            for (Tid tid : committed) {
                assertEquals(tid, next(slow).header().tid(), "what another follower gets");
            }
            assertNull(slow.next(), "what another follower gets in the end");
        }
    }

    @Test
    void followsAheadOfTheLog() {
        commits(1);
        Tid ahead = Tid.of(clock.peek().plus(Duration.ofHours(1)));
        try (TransactionFollower follower = log().follow(ahead)) {
            commits(1);
            assertNull(follower.next(), "a transaction before the tid that is to be followed");
            clock.move(Duration.ofHours(2));
            Tid later = commits(1).get(0);
            assertEquals(
                    later, next(follower).header().tid(), "the first transaction after the tid that is to be followed");
        }
    }

    @Test
    void wakesAFollowerWhenTheNextTransactionIsVisible() {
        try (TransactionFollower follower = log().follow(Tid.NONE)) {
            assertNull(follower.next(), "next of an empty log");
            for (int i = 0; i < 3; i++) {
                CompletableFuture<List<Tid>> woken = new CompletableFuture<>();
                follower.onCommit(() ->
                        woken.complete(Stream.concat(Stream.of(storage().lastTransaction()), rest(follower).stream())
                                .toList()));
                Tid committed = commits(1).get(0);
                assertEquals(
                        List.of(committed, committed),
                        await(woken),
                        "lastTransaction, and what a follower finds, when it is woken");
            }
        }
    }

    @Test
    void wakesWithTheLastWakeUpOnly() {
        try (TransactionFollower follower = log().follow(Tid.NONE);
                TransactionFollower other = log().follow(Tid.NONE)) {
            AtomicBoolean replaced = new AtomicBoolean();
            CompletableFuture<Boolean> first = new CompletableFuture<>();
            CompletableFuture<Boolean> second = new CompletableFuture<>();
            follower.onCommit(() -> replaced.set(true));
            follower.onCommit(() -> first.complete(true));
            other.onCommit(() -> second.complete(true));
            commits(1);
            assertTrue(await(first), "a follower is woken with the last wake-up it was given");
            assertTrue(await(second), "each follower has a wake-up of its own");
            assertFalse(replaced.get(), "a wake-up that was replaced ran");
        }
    }

    @Test
    void aWakeUpThatFailsChangesNothing() {
        try (TransactionFollower bad = log().follow(Tid.NONE);
                TransactionFollower good = log().follow(Tid.NONE)) {
            CompletableFuture<Boolean> woken = new CompletableFuture<>();
            IllegalArgumentException failure = Expect.failure("wake-up");
            bad.onCommit(() -> {
                throw failure;
            });
            good.onCommit(() -> woken.complete(true));
            List<Tid> tids = commits(1);
            assertTrue(await(woken), "other followers are woken all the same");
            assertEquals(tids.get(0), storage().lastTransaction(), "lastTransaction");
        }
    }

    @Test
    void aClosedFollowerIsNotWoken() {
        List<String> woken = new ArrayList<>();
        TransactionFollower follower = log().follow(Tid.NONE);
        follower.onCommit(() -> woken.add("woken"));
        follower.close();
        follower.close();
        commits(1);
        assertEquals(List.of(), woken, "wake-ups of a follower that was closed");
    }

    @Test
    void tellsHowAnotherHistoryRelates() {
        List<Tid> tids = commits(3);
        assertEquals(HistoryMatch.SHARED, log().matchHistory(Tid.NONE), "an empty history");
        for (Tid tid : tids) {
            assertEquals(HistoryMatch.SHARED, log().matchHistory(tid), "a history that ends here, at " + tid);
            assertEquals(
                    HistoryMatch.FORKED,
                    log().matchHistory(new Tid(tid.value() - 1)),
                    "a history that ends where there is nothing, before " + tid);
        }
        assertEquals(HistoryMatch.AHEAD, log().matchHistory(tids.get(2).next()), "a history that goes on");
        assertEquals(HistoryMatch.AHEAD, log().matchHistory(END), "a history that goes on");
    }

    @Test
    void namesTheObjectsOfTheLastTransactions() {
        Tid first = store(OID, Tid.NONE, "one");
        Tid second = commit(transaction -> {
            transaction.store(new Oid(9), Tid.NONE, data("nine"));
            transaction.deleteObject(OID, first);
            transaction.store(new Oid(9), Tid.NONE, data("nine again"));
        });
        Tid third = commit(transaction -> {});
        List<Invalidation> all = List.of(
                new Invalidation(first, List.of(OID)),
                new Invalidation(second, List.of(new Oid(9), OID, new Oid(9))),
                new Invalidation(third, List.of()));
        for (int count = 0; count <= 5; count++) {
            assertEquals(
                    all.subList(Math.max(0, 3 - count), 3),
                    log().lastInvalidations(count),
                    "the objects of the last " + count + " transactions, oldest first");
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> log().lastInvalidations(-1),
                "lastInvalidations of less than none");
    }

    @Test
    void knowsTheDialectOfItsPickles() {
        assertNotNull(log().dialect(), "the dialect of an empty log");
        commits(1);
        assertNotNull(log().dialect(), "the dialect of a log");
    }

    @RepeatedTest(value = 3, name = "seed={currentRepetition}")
    void behavesAsAModelDoes(RepetitionInfo repetition) {
        Seeds.run(repetition, random -> {
            HistoryModel model = new HistoryModel();
            RandomWriter writer = new RandomWriter(random, model);
            List<Tid> followed = new ArrayList<>();
            try (TransactionFollower follower = log().follow(Tid.NONE)) {
                for (int step = 0; step < 30; step++) {
                    writer.step(writable());
                    sync();
                    for (int i = random.nextInt(3); i > 0; i--) {
                        followed.addAll(Stream.ofNullable(follower.next())
                                .map(transaction -> transaction.header().tid())
                                .toList());
                    }
                    model.checkLog(log());
                }
                followed.addAll(rest(follower));
            }
            assertEquals(model.tids(), followed, "tids that a follower met");
        });
    }

    /** Transactions with two records each. */
    private List<Tid> commits(int count) {
        return Stream.generate(() -> commit(transaction -> {
                    transaction.store(writable().newOid(), Tid.NONE, data("data"));
                    transaction.store(writable().newOid(), Tid.NONE, data("more"));
                }))
                .limit(count)
                .toList();
    }

    /** Wake-ups may run a little later than a commit is shown, where another thread shows it. */
    private static <T> T await(CompletableFuture<T> woken) {
        return Background.await("a wake-up", woken::join);
    }

    private static LogTransaction next(TransactionCursor cursor) {
        LogTransaction transaction = cursor.next();
        assertTrue(transaction != null, "there is another transaction");
        return Objects.requireNonNull(transaction);
    }

    private static List<Tid> tids(TransactionCursor cursor) {
        try (cursor) {
            return rest(cursor);
        }
    }

    private static List<Tid> rest(TransactionCursor cursor) {
        List<Tid> tids = new ArrayList<>();
        for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
            tids.add(next.header().tid());
        }
        return tids;
    }

    /** Oids and data; checks on the way that each record has the transaction's tid and no other one's data. */
    private static List<String> records(LogTransaction transaction) {
        List<String> records = new ArrayList<>();
        Tid tid = transaction.header().tid();
        for (DataRecord record = transaction.nextRecord(); record != null; record = transaction.nextRecord()) {
            byte @Nullable [] data = record.data();
            assertEquals(tid, record.tid(), "tid of a record");
            assertNull(record.dataTid(), "dataTid of a record that was stored");
            records.add(record.oid() + " " + (data == null ? "does not exist" : text(data)));
        }
        return records;
    }
}
