package io.zrs.primary;

import static io.zrs.primary.FakeSecondary.ascii;
import static io.zrs.primary.FakeSecondary.introduce;
import static io.zrs.primary.FakeSecondary.kinds;
import static io.zrs.primary.FaultyStorage.record;
import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.reactor.Transport;
import io.zrs.storage.HistoryMatch;
import io.zrs.storage.Tid;
import io.zrs.testing.FakeConnection;
import io.zrs.testing.FakeReactor;
import io.zrs.testing.LogCapture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

/** How a primary ends. */
class PrimaryCloseTest {
    private static final int PORT = 8000;
    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final Tid T1 = new Tid(0x11);
    private static final Tid T2 = new Tid(0x22);

    private final FakeReactor reactor = new FakeReactor();
    private final LogCapture log = LogCapture.of(Primary.class);
    private final FaultyStorage storage = new FaultyStorage(true);
    private Primary primary;

    @BeforeEach
    void startPrimary() throws IOException {
        primary = Primary.start(
                storage, new InetSocketAddress(PORT), reactor, reactor.executor(), PrimarySettings.defaults());
    }

    @AfterEach
    void everythingIsReleased() {
        assertThat(reactor.ports()).isEmpty();
        assertThat(reactor.later()).isEmpty();
        assertThat(storage.openCount()).isZero();
        assertThat(primary.status().followers()).isEmpty();
        assertThat(log.lines()).noneMatch(line -> line.startsWith("ERROR"));
        log.close();
    }

    @Test
    void endsWithoutFollowers() {
        assertThat(closed(Duration.ZERO)).isCompleted();
    }

    @Test
    void endsAgain() {
        primary.close();
        primary.close();
        assertThat(closed(DRAIN)).isCompleted();
        assertThat(closed(Duration.ZERO)).isCompleted();
    }

    @Test
    void breaksOffInEveryState() {
        storage.commit(T1, record(1, T1, 5 << 20));
        FakeConnection silent = reactor.connect(PORT);
        FakeConnection half = reactor.connect(PORT);
        half.send(ascii("zrs2.1"));
        FakeConnection full = follow(Tid.NONE, true);
        FakeConnection waiting = follow(T1, false);
        CompletableFuture<Void> closed = closed(Duration.ZERO);
        assertThat(closed).isCompleted();
        assertThat(silent.isClosed()).isTrue();
        assertThat(half.isClosed()).isTrue();
        assertThat(full.isClosed()).isTrue();
        assertThat(waiting.isClosed()).isTrue();
    }

    @Test
    void isNotOverBeforeTheStorageIsReleased() throws IOException {
        FakeConnection connection = follow(Tid.NONE, false);
        CompletableFuture<Void> closed = primary.close(Duration.ZERO);
        assertThat(closed).isNotDone();
        assertThat(storage.openCount()).isOne();
        assertThat(connection.isClosed()).isTrue();
        assertThat(closed).isCompleted();
    }

    @Test
    void nobodyCanCompleteItFromOutside() {
        FakeConnection connection = follow(Tid.NONE, false);
        primary.close(Duration.ZERO).complete(null);
        CompletableFuture<Void> closed = primary.close(Duration.ZERO);
        assertThat(closed).isNotDone();
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void drainsWhoIsBehind() {
        storage.commit(T1, record(1, T1, 5 << 20));
        storage.commit(T2, record(1, T2, 10));
        FakeConnection behind = follow(Tid.NONE, true);
        FakeConnection caughtUp = follow(T2, false);
        FakeConnection silent = reactor.connect(PORT);
        CompletableFuture<Void> closed = closed(DRAIN);
        assertThat(silent.isClosed()).isTrue();
        assertThat(caughtUp.isClosed()).isTrue();
        assertThat(behind.isClosed()).isFalse();
        assertThat(closed).isNotDone();
        storage.commit(new Tid(0x33));
        behind.resume();
        assertThat(kinds(behind)).isEqualTo("T S data C T S data C");
        assertThat(behind.isClosed()).isTrue();
        assertThat(closed).isCompleted();
    }

    @Test
    void breaksOffWhoTakesTooLongToDrain() {
        storage.commit(T1, record(1, T1, 5 << 20));
        FakeConnection behind = follow(Tid.NONE, true);
        CompletableFuture<Void> closed = closed(DRAIN);
        reactor.advance(DRAIN.minusMillis(1));
        assertThat(behind.isClosed()).isFalse();
        reactor.advance(Duration.ofMillis(1));
        assertThat(behind.isClosed()).isTrue();
        assertThat(closed).isCompleted();
    }

    @Test
    void breaksOffWhoTakesTooLongToTakeTheLastBytes() {
        storage.commit(T1, record(1, T1, 1000));
        FakeConnection behind = follow(Tid.NONE, true);
        CompletableFuture<Void> closed = closed(DRAIN);
        assertThat(behind.isClosed()).isFalse();
        reactor.advance(DRAIN);
        assertThat(behind.isClosed()).isTrue();
        assertThat(closed).isCompleted();
    }

    @Test
    void shortensTheTimeToDrain() {
        storage.commit(T1, record(1, T1, 5 << 20));
        FakeConnection behind = follow(Tid.NONE, true);
        primary.close(DRAIN);
        primary.close(Duration.ofSeconds(1));
        reactor.advance(Duration.ofSeconds(1));
        assertThat(behind.isClosed()).isTrue();
    }

    @Test
    void closesAtOnceWhileDraining() {
        storage.commit(T1, record(1, T1, 5 << 20));
        FakeConnection behind = follow(Tid.NONE, true);
        CompletableFuture<Void> closed = closed(DRAIN);
        primary.close();
        assertThat(behind.isClosed()).isTrue();
        assertThat(closed).isCompleted();
    }

    @Test
    void drainsWhileAFollowerIsLost() {
        storage.commit(T1, record(1, T1, 5 << 20));
        FakeConnection behind = follow(Tid.NONE, true);
        CompletableFuture<Void> closed = closed(DRAIN);
        behind.fail();
        assertThat(closed).isCompleted();
    }

    @Test
    void admitsNobodyWhoArrivesWhileItEnds() {
        Followers followers = new Followers(Setup.of(storage, reactor, reactor.executor(), PrimarySettings.defaults()));
        followers.drain(T1, DRAIN);
        Transport late = Mockito.mock(Transport.class);
        followers.newHandler().connected(late);
        Mockito.verify(late).abort();
        assertThat(followers.status()).isEmpty();
        assertThat(closed(Duration.ZERO)).isCompleted();
    }

    @Test
    void closesWhoIsBeingRefused() {
        storage.answerMatch(HistoryMatch.AHEAD);
        FakeConnection refused = follow(T1, false);
        assertThat(closed(DRAIN)).isCompleted();
        assertThat(refused.isClosed()).isTrue();
    }

    private CompletableFuture<Void> closed(Duration drain) {
        CompletableFuture<Void> closed = primary.close(drain);
        reactor.run();
        return closed;
    }

    private FakeConnection follow(Tid last, boolean stalled) {
        FakeConnection connection = reactor.connect(PORT);
        if (stalled) {
            connection.stall();
        }
        introduce(connection, "zrs2.1", last);
        return connection;
    }
}
