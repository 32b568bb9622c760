package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.zrs.storage.ConflictException;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * Rules of threads: writers take turns, readers wait for nobody, and whoever follows misses nothing. Extend it for every storage; a {@link TransactionLog} is followed if
 * there is one. Races are lost now and then only: a failure that is not there the next time is still a failure.
 *
 * <p>Threading: the tests write on several threads.
 */
public abstract class ConcurrencyContractTest extends StorageFixture {
    private static final int WRITERS = 4;
    private static final int COMMITS = 25;

    /** For those who extend it. */
    protected ConcurrencyContractTest() {}

    @Test
    void writersTakeTurns() {
        AtomicBoolean ended = new AtomicBoolean();
        Tid first;
        Background<Boolean> second;
        try (StorageTransaction transaction = writable().begin(TransactionMetadata.EMPTY)) {
            first = transaction.tid();
            second = Background.start("the begin of a second writer", () -> {
                try (StorageTransaction other = writable().begin(TransactionMetadata.EMPTY)) {
                    boolean waited = ended.get();
                    Expect.conflict(
                            OID, first, Tid.NONE, () -> other.store(OID, Tid.NONE, data("of the second writer")));
                    return waited;
                }
            });
            second.awaitWaiting();
            assertFalse(second.isDone(), "a second writer began while the first one's transaction was open");
            transaction.store(OID, Tid.NONE, data("of the first writer"));
            transaction.vote();
            ended.set(true);
            transaction.finish();
        }
        assertTrue(second.result(), "the second writer waited for its turn");
        sync();
        Expect.current(storage(), OID, first, "of the first writer");
    }

    @Test
    void readersDoNotWaitForAWriter() {
        Tid first = store(OID, Tid.NONE, "one");
        try (StorageTransaction transaction = writable().begin(TransactionMetadata.EMPTY)) {
            transaction.store(OID, first, data("two"));
            Background.awaitRun(
                    "loading while a transaction is open", () -> Expect.current(storage(), OID, first, "one"));
            transaction.vote();
            Background.awaitRun("loading after a vote", () -> Expect.current(storage(), OID, first, "one"));
            assertEquals(
                    first,
                    Background.await(
                            "lastTransaction after a vote", () -> storage().lastTransaction()),
                    "lastTransaction while a transaction is not finished");
        }
    }

    @Test
    void noUpdateIsLost() {
        List<Background<List<Tid>>> writers = new ArrayList<>();
        List<Tid> told = Collections.synchronizedList(new ArrayList<>());
        whileTold(transaction -> told.add(transaction.tid()), () -> {
            for (int i = 0; i < WRITERS; i++) {
                writers.add(Background.start("a writer that counts", this::count));
            }
            Set<Tid> tids = new HashSet<>();
            writers.forEach(writer -> tids.addAll(writer.result()));
            sync();
            assertEquals(WRITERS * COMMITS, tids.size(), "each transaction has a tid of its own");
            assertEquals(
                    tids.stream().sorted().toList(),
                    told,
                    "listeners are told of each commit once, in the order of the log");
        });
        assertEquals(
                Integer.toString(WRITERS * COMMITS),
                text(storage().load(OID).data()),
                "what writers that count together have counted to");
        for (int i = 1; i < WRITERS * COMMITS; i++) {
            Tid before = told.get(i);
            ObjectRevision revision = storage().loadBefore(OID, before);
            assertNotNull(revision, "the revision before " + before);
            assertEquals(Integer.toString(i), text(revision.data()), "the count before transaction " + i);
        }
    }

    @Test
    void snapshotsAreConsistent() {
        List<Oid> oids = List.of(new Oid(1), new Oid(2), new Oid(3));
        Tid first = commit(transaction -> oids.forEach(oid -> transaction.store(oid, Tid.NONE, data("0"))));
        AtomicBoolean done = new AtomicBoolean();
        List<Background<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            readers.add(Background.start("a reader of snapshots", () -> readSnapshots(oids, done)));
        }
        Tid last = first;
        for (int i = 1; i <= 2 * COMMITS; i++) {
            Tid old = last;
            String count = Integer.toString(i);
            last = commit(transaction -> oids.forEach(oid -> transaction.store(oid, old, data(count))));
        }
        done.set(true);
        for (Background<Integer> reader : readers) {
            assertTrue(reader.result() > 0, "a reader saw a snapshot");
        }
    }

    @Test
    void whatListenersAreToldCanBeLoadedByAnyThread() {
        List<Background<Tid>> loads = Collections.synchronizedList(new ArrayList<>());
        List<Tid> committed = new ArrayList<>();
        whileTold(
                transaction -> {
                    Tid tid = transaction.tid();
                    loads.add(Background.start("a load of what was told", () -> {
                        ObjectRevision revision = storage().loadBefore(OID, tid.next());
                        return revision == null ? Tid.NONE : revision.tid();
                    }));
                },
                () -> {
                    Tid last = Tid.NONE;
                    for (int i = 0; i < 10; i++) {
                        last = store(OID, last, "data " + i);
                        committed.add(last);
                    }
                });
        assertEquals(committed, loads.stream().map(Background::result).toList(), "the revisions that were told of");
    }

    @Test
    void noWakeUpIsLost() {
        if (storage().capability(TransactionLog.class).isEmpty()) {
            return;
        }
        List<Background<List<Tid>>> followers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            followers.add(Background.start("a follower", this::follow));
        }
        List<Background<List<Tid>>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(Background.start("a writer that counts", this::count));
        }
        Set<Tid> tids = new HashSet<>();
        writers.forEach(writer -> tids.addAll(writer.result()));
        sync();
        for (Background<List<Tid>> follower : followers) {
            assertEquals(tids.stream().sorted().toList(), follower.result(), "tids that a follower met");
        }
    }

    @Test
    void oidsAreHandedOutOnce() {
        List<Background<List<Oid>>> takers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            takers.add(Background.start("newOid", () -> {
                List<Oid> oids = new ArrayList<>();
                for (int j = 0; j < 1000; j++) {
                    oids.add(writable().newOid());
                }
                return oids;
            }));
        }
        Set<Oid> oids = new HashSet<>();
        takers.forEach(taker -> oids.addAll(taker.result()));
        assertEquals(WRITERS * 1000, oids.size(), "oids that were handed out to several threads");
    }

    @Test
    void closingEndsTheWaitForATurn() {
        StorageTransaction open = writable().begin(TransactionMetadata.EMPTY);
        Background<StorageTransaction> waiting =
                Background.start("a begin that waits", () -> writable().begin(TransactionMetadata.EMPTY));
        waiting.awaitWaiting();
        closeStorage();
        assertThrows(IllegalStateException.class, waiting::result, "a begin that waits when the storage is closed");
        open.close();
    }

    /** Adds one to a number, many times, against others who do the same; gives the tids of the commits. */
    private List<Tid> count() {
        List<Tid> tids = new ArrayList<>();
        while (tids.size() < COMMITS) {
            Tid serial = Tid.NONE;
            int count = 0;
            if (!source().lastTransaction().equals(Tid.NONE)) {
                ObjectRevision revision = source().load(OID);
                serial = revision.tid();
                count = Integer.parseInt(text(revision.data()));
            }
            try (StorageTransaction transaction = writable().begin(TransactionMetadata.EMPTY)) {
                transaction.store(OID, serial, data(Integer.toString(count + 1)));
                transaction.vote();
                tids.add(transaction.finish());
            } catch (ConflictException somebodyElseWasFaster) {
                Thread.onSpinWait();
            }
        }
        return tids;
    }

    /** Reads several objects as of one moment, again and again; tells how often. */
    private int readSnapshots(List<Oid> oids, AtomicBoolean done) {
        int snapshots = 0;
        Tid last = Tid.NONE;
        while (!done.get() || snapshots == 0) {
            Tid now = storage().lastTransaction();
            assertTrue(now.compareTo(last) >= 0, "lastTransaction went back");
            last = now;
            Set<String> seen = new HashSet<>();
            for (Oid oid : oids) {
                ObjectRevision revision = storage().loadBefore(oid, now.next());
                assertNotNull(revision, "the revision of " + oid + " as of lastTransaction, " + now);
                assertEquals(now, revision.tid(), "tid of " + oid + " as of lastTransaction");
                seen.add(text(revision.data()));
            }
            assertEquals(1, seen.size(), "what one transaction wrote to several objects, loaded as of one moment");
            snapshots++;
        }
        return snapshots;
    }

    /** Follows in the way that a follower should, until all commits have come. */
    private List<Tid> follow() throws InterruptedException {
        List<Tid> tids = new ArrayList<>();
        Semaphore woken = new Semaphore(0);
        try (TransactionFollower follower = log().follow(Tid.NONE)) {
            while (tids.size() < WRITERS * COMMITS) {
                LogTransaction next = follower.next();
                if (next == null) {
                    follower.onCommit(woken::release);
                    next = follower.next();
                }
                if (next != null) {
                    tids.add(next.header().tid());
                } else {
                    assertTrue(
                            woken.tryAcquire(Background.PATIENCE.toSeconds() / 2, TimeUnit.SECONDS),
                            "a follower was not woken after " + tids.size() + " of " + WRITERS * COMMITS + " commits");
                }
            }
        }
        return tids;
    }
}
