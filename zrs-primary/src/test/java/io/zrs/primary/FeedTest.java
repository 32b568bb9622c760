package io.zrs.primary;

import static io.zrs.primary.FaultyStorage.blobRecord;
import static io.zrs.primary.FaultyStorage.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.reactor.Reactor;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.DataRecord;
import io.zrs.storage.HistoryMatch;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

/** Feeds, turn by turn. */
class FeedTest {
    private static final int HIGH = 100_000;
    private static final Tid T1 = new Tid(0x11);
    private static final Tid T2 = new Tid(0x22);
    private static final Tid T3 = new Tid(0x33);

    private final FaultyStorage storage = new FaultyStorage(true);
    private final Queue<Runnable> executor = new ArrayDeque<>();
    private final SlowTransport transport = new SlowTransport(HIGH);
    private final Outbox outbox = new Outbox(transport);
    private final RecordingSession session = new RecordingSession(outbox);
    private final List<String> events = new ArrayList<>();

    @Test
    void doesNothingInTheCallersThread() {
        Feed feed = feed(Tid.NONE);
        feed.wake();
        assertThat(events).isEmpty();
        assertThat(executor).hasSize(1);
    }

    @Test
    void sendsWhatComesAfterTheStartThenRests() {
        storage.commit(T1, record(1, T1, 10));
        storage.commit(
                T2,
                record(2, T2, 20),
                record(3, T2, 1),
                new DataRecord(record(4, T2, 0).oid(), T2, null, T1));
        started(T1);
        assertThat(session.calls())
                .containsExactly(
                        "begin 0x22", "store 0x02 of 20", "store 0x03 of 1", "store 0x04 of 0", "commit", "flush");
        assertThat(events).containsExactly("accepted SHARED", "caught up");
        assertThat(executor).isEmpty();
    }

    @Test
    void sendsANewCommit() {
        Feed feed = started(Tid.NONE);
        assertThat(feed.progress()).isEqualTo(Feed.Progress.CAUGHT_UP);
        session.calls();
        storage.commit(T1);
        runAll();
        storage.commit(T2, record(1, T2, 5));
        runAll();
        assertThat(session.calls())
                .containsExactly("begin 0x11", "commit", "flush", "begin 0x22", "store 0x01 of 5", "commit", "flush");
        assertThat(feed.lastSent()).isEqualTo(T2);
    }

    @Test
    void missesNoCommitThatComesJustBeforeItAsksToBeWoken() {
        storage.beforeNextOnCommit(() -> storage.commit(T1));
        started(Tid.NONE);
        assertThat(session.calls()).containsExactly("begin 0x11", "commit", "flush");
    }

    @Test
    void saysOnlyOnceThatItHasCaughtUp() {
        started(Tid.NONE);
        storage.commit(T1);
        runAll();
        assertThat(events).containsExactly("accepted SHARED", "caught up");
    }

    @Test
    void skipsUndoneTransactions() {
        storage.commit(new TransactionHeader(T1, 'u', FaultyStorage.metadata("undone")), record(1, T1, 5));
        storage.commit(new TransactionHeader(T2, 'p', FaultyStorage.metadata("packed")));
        started(Tid.NONE);
        assertThat(session.calls()).containsExactly("begin 0x22", "commit", "flush");
    }

    @ParameterizedTest
    @EnumSource(
            value = HistoryMatch.class,
            names = {"AHEAD", "FORKED"})
    void refusesAHistoryThatDoesNotFit(HistoryMatch match) {
        storage.commit(T1, record(1, T1, 10));
        storage.answerMatch(match);
        started(Tid.NONE);
        assertThat(events).containsExactly("refused " + match, "released");
        assertThat(session.calls()).isEmpty();
        assertThat(storage.openCount()).isZero();
    }

    @Test
    void acceptsAHistoryThatMayHaveBeenPackedAway() {
        storage.commit(T2);
        storage.answerMatch(HistoryMatch.PACKED_AWAY);
        started(T1);
        assertThat(events).containsExactly("accepted PACKED_AWAY", "caught up");
        assertThat(session.calls()).containsExactly("begin 0x22", "commit", "flush");
    }

    @Test
    void stopsBetweenRecordsWhileTheBacklogIsHigh() {
        storage.commit(T1, record(1, T1, 90_000), record(2, T1, 90_000), record(3, T1, 90_000));
        Feed feed = started(Tid.NONE);
        assertThat(session.calls()).containsExactly("begin 0x11", "store 0x01 of 90000", "store 0x02 of 90000");
        storage.commit(T2);
        feed.wake();
        runAll();
        assertThat(session.calls()).as("while full").isEmpty();
        assertThat(feed.progress()).isEqualTo(Feed.Progress.SENDING);

        transport.takeBacklog();
        writable(feed);
        assertThat(session.calls()).containsExactly("store 0x03 of 90000", "commit", "begin 0x22", "commit", "flush");
        assertThat(transport.backlogMax()).isLessThanOrEqualTo(HIGH + 90_000);
    }

    @Test
    void stopsBetweenChunksOfABlob() {
        storage.putBlob(1, T1, () -> new MemoryChannel(MemoryChannel.content(300_000)));
        storage.commit(T1, blobRecord(1, T1));
        Feed feed = started(Tid.NONE);
        assertThat(session.calls()).containsExactly("begin 0x11", "blob 0x01 of 300000", "chunk of 131072");
        transport.takeEverything();
        writable(feed);
        assertThat(session.calls()).containsExactly("chunk of 131072", "chunk of 37856", "commit", "flush");
    }

    @Test
    void givesTheThreadBackAfterATurnOfWork() {
        transport.takeEverything();
        for (int i = 1; i <= 5; i++) {
            storage.commit(new Tid(i), record(i, new Tid(i), 500_000));
        }
        Feed feed = feed(Tid.NONE);
        feed.wake();
        List<String> order = new ArrayList<>();
        while (!executor.isEmpty()) {
            executor.remove().run();
            order.add(feed.lastSent().toString());
        }
        assertThat(order).hasSize(2).last().isEqualTo("0x05");
    }

    @Test
    void sendsAnEmptyBlob() {
        MemoryChannel channel = new MemoryChannel(new byte[0]);
        storage.putBlob(1, T1, () -> channel);
        storage.commit(T1, blobRecord(1, T1), record(2, T1, 1));
        started(Tid.NONE);
        assertThat(session.calls())
                .containsExactly("begin 0x11", "blob 0x01 of 0", "store 0x02 of 1", "commit", "flush");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void sendsABlobRecordWithoutFileAsAnOrdinaryRecord() {
        storage.commit(T1, blobRecord(1, T1));
        started(Tid.NONE);
        assertThat(session.calls()).containsExactly("begin 0x11", "store 0x01 of 21", "commit", "flush");
        assertThat(events).containsExactly("accepted SHARED", "blob missing 0x01", "caught up");
    }

    @Test
    void sendsABlobThatIsPackedAwayWhileItsTransactionIsReadAsAnOrdinaryRecord() {
        AtomicBoolean packed = new AtomicBoolean();
        storage.putBlob(1, T1, () -> new MemoryChannel(MemoryChannel.content(140_000)));
        storage.putBlob(2, T1, () -> {
            if (packed.get()) {
                throw new PosKeyException(new Oid(2), T1, "No blob file");
            }
            return new MemoryChannel(new byte[1]);
        });
        storage.commit(T1, blobRecord(1, T1), blobRecord(2, T1));
        Feed feed = started(Tid.NONE);
        assertThat(session.calls()).containsExactly("begin 0x11", "blob 0x01 of 140000", "chunk of 131072");
        packed.set(true);
        transport.takeEverything();
        writable(feed);
        assertThat(session.calls()).containsExactly("chunk of 8928", "store 0x02 of 21", "commit", "flush");
        assertThat(events).containsExactly("accepted SHARED", "blob missing 0x02", "caught up");
    }

    @Test
    void sendsBlobRecordsOfAStorageWithoutBlobsAsOrdinaryRecords() {
        FaultyStorage plain = new FaultyStorage(false);
        plain.commit(T1, blobRecord(1, T1));
        Feed feed = feed(plain, Tid.NONE);
        feed.wake();
        runAll();
        assertThat(session.calls()).containsExactly("begin 0x11", "store 0x01 of 21", "commit", "flush");
        assertThat(events).containsExactly("accepted SHARED", "caught up");
    }

    @Test
    void failsWhenABlobCannotBeOpened() {
        storage.putBlob(1, T1, () -> {
            throw new UncheckedIOException(new IOException("disk on fire"));
        });
        storage.commit(T1, blobRecord(1, T1));
        started(Tid.NONE);
        assertThat(session.calls()).containsExactly("begin 0x11");
        assertThat(events).hasSize(3).last().isEqualTo("released");
        assertThat(events.get(1)).contains("failed", "disk on fire");
        assertThat(storage.openCount()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {150_000, 300_001})
    void failsWhenABlobShrinksOrGrowsWhileItIsSent(int newSize) {
        MemoryChannel channel = new MemoryChannel(MemoryChannel.content(300_000));
        storage.putBlob(1, T1, () -> channel);
        storage.commit(T1, blobRecord(1, T1));
        Feed feed = started(Tid.NONE);
        channel.become(MemoryChannel.content(newSize));
        transport.takeEverything();
        writable(feed);
        assertThat(events.get(1)).contains("had 300000 bytes", "now it has " + newSize);
        assertThat(events).last().isEqualTo("released");
        assertThat(channel.isOpen()).isFalse();
        assertThat(storage.openCount()).isZero();
    }

    @Test
    void failsWhenTheLogIsDamaged() {
        transport.takeEverything();
        storage.commit(T1, record(1, T1, 1));
        storage.commit(T2, record(1, T2, 1));
        storage.failAt(T2, new CorruptedStorageException("Data.fs", 4711, "no record"));
        Feed feed = started(Tid.NONE);
        assertThat(session.calls()).containsExactly("begin 0x11", "store 0x01 of 1", "commit", "begin 0x22");
        assertThat(events).element(1).asString().contains("Data.fs at offset 4711");
        assertThat(events).last().isEqualTo("released");
        assertThat(feed.lastSent()).isEqualTo(T1);
        assertThat(storage.openCount()).isZero();
    }

    @Test
    void closesTheBlobWhenItIsStoppedInTheMiddle() {
        MemoryChannel channel = new MemoryChannel(MemoryChannel.content(300_000));
        storage.putBlob(1, T1, () -> channel);
        storage.commit(T1, blobRecord(1, T1));
        Feed feed = started(Tid.NONE);
        assertThat(channel.isOpen()).isTrue();
        feed.stop();
        assertThat(channel.isOpen()).as("only on the executor").isTrue();
        runAll();
        assertThat(channel.isOpen()).isFalse();
        assertThat(storage.openCount()).isZero();
        assertThat(events).containsExactly("accepted SHARED", "released");
    }

    @Test
    void stopsBeforeTheHistoriesAreCompared() {
        Feed feed = feed(Tid.NONE);
        feed.wake();
        feed.stop();
        runAll();
        feed.stop();
        runAll();
        assertThat(events).containsExactly("released");
    }

    @Test
    void isNotDisturbedByLateWakeUps() {
        Feed feed = started(Tid.NONE);
        feed.stop();
        runAll();
        session.calls();
        storage.commit(T1);
        feed.wake();
        runAll();
        assertThat(session.calls()).isEmpty();
        assertThat(events).containsExactly("accepted SHARED", "caught up", "released");
    }

    @Test
    void drainsUpToTheTargetOnly() {
        storage.commit(T1, record(1, T1, 150_000));
        storage.commit(T2, record(1, T2, 1));
        Feed feed = started(Tid.NONE);
        feed.drain(T2);
        storage.commit(T3, record(1, T3, 1));
        runAll();
        assertThat(session.calls()).as("still full").containsExactly("begin 0x11", "store 0x01 of 150000");
        transport.takeBacklog();
        writable(feed);
        assertThat(session.calls()).containsExactly("commit", "begin 0x22", "store 0x01 of 1", "commit", "flush");
        assertThat(events).containsExactly("accepted SHARED", "drained", "released");
    }

    @Test
    void drainsAtOnceWhenItHasCaughtUp() {
        Feed feed = started(Tid.NONE);
        feed.drain(T3);
        runAll();
        assertThat(events).containsExactly("accepted SHARED", "caught up", "drained", "released");
    }

    @Test
    void releasesTheStorageWhenTheExecutorIsClosed() {
        storage.commit(T1, record(1, T1, 150_000));
        boolean[] isClosed = new boolean[1];
        Setup setup = Setup.of(
                storage,
                Mockito.mock(Reactor.class),
                task -> {
                    if (isClosed[0]) {
                        throw new RejectedExecutionException("executor is closed");
                    }
                    executor.add(task);
                },
                settings());
        Feed feed = new Feed(setup, Tid.NONE, session, outbox, new Recorder());
        feed.wake();
        runAll();
        isClosed[0] = true;
        writable(feed);
        assertThat(events).element(1).asString().contains("executor is closed");
        assertThat(events).last().isEqualTo("released");
        assertThat(storage.openCount()).isZero();
    }

    @Test
    void goesOnWhenTheBacklogIsLowAgainBeforeTheWriteReturns() {
        storage.commit(T1, record(1, T1, 150_000));
        Feed feed = feed(Tid.NONE);
        transport.duringNextWrite(() -> {
            transport.takeBacklog();
            outbox.writable();
            feed.wake();
        });
        feed.wake();
        runAll();
        assertThat(session.calls()).startsWith("begin 0x11", "store 0x01 of 150000", "commit");
    }

    private Feed started(Tid start) {
        Feed feed = feed(start);
        feed.wake();
        runAll();
        return feed;
    }

    private Feed feed(Tid start) {
        return feed(storage, start);
    }

    private Feed feed(FaultyStorage served, Tid start) {
        return new Feed(setup(served), start, session, outbox, new Recorder());
    }

    private Setup setup(FaultyStorage served) {
        return Setup.of(served, Mockito.mock(Reactor.class), executor::add, settings());
    }

    private static PrimarySettings settings() {
        return new PrimarySettings(List.of(), Duration.ofSeconds(1), 1, 1);
    }

    private void writable(Feed feed) {
        outbox.writable();
        feed.wake();
        runAll();
    }

    private void runAll() {
        for (Runnable next = executor.poll(); next != null; next = executor.poll()) {
            next.run();
        }
    }

    private final class Recorder implements Feed.Events {
        @Override
        public void accepted(HistoryMatch match) {
            events.add("accepted " + match);
        }

        @Override
        public void refused(HistoryMatch match) {
            events.add("refused " + match);
        }

        @Override
        public void caughtUp() {
            events.add("caught up");
        }

        @Override
        public void blobMissing(PosKeyException answer) {
            events.add("blob missing " + answer.oid());
        }

        @Override
        public void drained() {
            events.add("drained");
        }

        @Override
        public void failed(Throwable cause) {
            events.add("failed " + cause);
        }

        @Override
        public void released() {
            events.add("released");
        }
    }
}
