package io.zrs.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.reactor.Cancellable;
import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.ListeningPort;
import io.zrs.reactor.NioReactor;
import io.zrs.reactor.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FakeReactorTest {
    private static final SocketAddress PRIMARY = InetSocketAddress.createUnresolved("primary", 8000);

    private final FakeReactor reactor = new FakeReactor();
    private final Log client = new Log();
    private final Log server = new Log();

    @Test
    void lettingAnAttemptSucceedGivesThePeersEnd() {
        reactor.connect(PRIMARY, client);
        assertThat(client.events).as("nothing happens within a call").isEmpty();
        assertThat(reactor.clients()).containsExactly(PRIMARY);

        FakeConnection connection = reactor.accept();
        assertThat(client.events).containsExactly("connected to primary:8000");
        assertThat(reactor.clients()).isEmpty();

        client.write(new byte[] {0, 0, 0, 2, 'h', 'i', 0, 0, 0, 0, 0, 0});
        assertThat(connection.read()).asString().isEqualTo("hi");
        assertThat(connection.read()).as("a keep-alive").isEmpty();
        assertThat(connection.read()).as("half a size").isNull();
        client.write(new byte[] {0, 1, 'x'});
        assertThat(connection.readRaw()).asString().isEqualTo("\0\0\0\1x");
    }

    @Test
    void lettingAnAttemptFailTellsWhy() {
        reactor.connect(PRIMARY, client);
        reactor.reject();
        assertThat(client.events).containsExactly("connect failed: Connection refused");
        assertThat(client.cause).isInstanceOf(ConnectException.class);
        assertThatThrownBy(reactor::reject).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(reactor::accept).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aCancelledAttemptIsGone() {
        Cancellable early = reactor.connect(PRIMARY, client);
        early.cancel();
        Cancellable late = reactor.connect(PRIMARY, client);
        assertThat(reactor.clients()).hasSize(1);
        late.cancel();
        assertThat(reactor.clients()).isEmpty();
        assertThat(client.events).isEmpty();
    }

    @Test
    void bytesArriveInGrowingPieces() {
        FakeConnection connection = accepted();
        connection.sendRaw("abcdefghij".getBytes(US_ASCII));
        assertThat(client.events).containsExactly("a", "bc", "defg", "hij");
        client.events.clear();
        connection.sendRaw("klm".getBytes(US_ASCII));
        assertThat(client.events).as("each time anew").containsExactly("k", "lm");
    }

    @Test
    void bytesArriveInPiecesAsAsked() {
        FakeConnection connection = accepted();
        connection.pieces(4).sendRaw("abcdefghij".getBytes(US_ASCII));
        connection.pieces(Integer.MAX_VALUE).sendRaw("klmnopqrst".getBytes(US_ASCII));
        assertThat(client.events).containsExactly("abcd", "efgh", "ij", "klmnopqrst");
    }

    @Test
    void whatAHandlerKeepsIsSpoilt() {
        List<ByteBuffer> kept = new ArrayList<>();
        client.onReceived = kept::add;
        accepted().sendRaw(new byte[] {1});
        assertThat(kept.get(0).get(0)).isNotEqualTo((byte) 1);
    }

    @Test
    void sendsFrames() {
        FakeConnection connection = accepted();
        connection.pieces(100).send("hi".getBytes(US_ASCII));
        assertThat(client.received.toByteArray()).containsExactly(0, 0, 0, 2, 'h', 'i');
    }

    @Test
    void bytesWaitWhileReadingIsPaused() {
        FakeConnection connection = accepted();
        client.transport().pauseReading();
        connection.pieces(100).sendRaw("ab".getBytes(US_ASCII));
        connection.close();
        assertThat(connection.isReadingPaused()).isTrue();
        assertThat(client.events).isEmpty();

        client.transport().resumeReading();
        assertThat(connection.isReadingPaused()).isFalse();
        assertThat(client.events).containsExactly("ab", "disconnected");
    }

    @Test
    void pausingTakesEffectBetweenTwoPieces() {
        FakeConnection connection = accepted();
        client.onReceived = bytes -> client.transport().pauseReading();
        connection.pieces(1).sendRaw("ab".getBytes(US_ASCII));
        assertThat(client.events).containsExactly("a");
    }

    @Test
    void aStalledPeerFillsTheBacklog() {
        FakeConnection connection = accepted();
        connection.stall();
        assertThat(client.write(new byte[NioReactor.BACKLOG_HIGH_BYTES])).isTrue();
        assertThat(client.write(new byte[1])).isFalse();
        assertThat(connection.backlogBytes()).isEqualTo(NioReactor.BACKLOG_HIGH_BYTES + 1);
        assertThat(connection.readRaw()).isEmpty();
        assertThat(client.events).isEmpty();

        connection.resume();
        assertThat(client.events).containsExactly("writable");
        assertThat(client.write(new byte[1])).isTrue();
        assertThat(connection.readRaw()).hasSize(NioReactor.BACKLOG_HIGH_BYTES + 2);
    }

    @Test
    void closingWaitsForAStalledPeer() {
        FakeConnection connection = accepted();
        connection.stall();
        client.write(new byte[3]);
        client.transport().close();
        assertThat(client.write(new byte[1])).isFalse();
        connection.sendRaw(new byte[1]);
        assertThat(client.events).as("nothing is received any more").isEmpty();
        assertThat(connection.isClosed()).isFalse();

        connection.resume();
        assertThat(client.events).containsExactly("disconnected");
        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.readRaw()).hasSize(3);
    }

    @Test
    void abortingDropsWhatWaits() {
        FakeConnection connection = accepted();
        connection.stall();
        client.write(new byte[3]);
        client.transport().abort();
        assertThat(connection.isClosed()).isTrue();
        connection.resume();
        assertThat(connection.readRaw()).isEmpty();
        assertThat(client.events).containsExactly("disconnected");
    }

    @Test
    void failuresComeWithTheirCause() {
        FakeConnection connection = accepted();
        connection.fail(new IOException("cable cut"));
        connection.fail();
        assertThat(client.events).containsExactly("disconnected: cable cut");
        assertThat(connection.isClosed()).isTrue();
        assertThat(client.write(new byte[1])).isFalse();
        connection.sendRaw(new byte[1]);
        assertThat(client.events).hasSize(1);
    }

    @Test
    void aHandlerThatThrowsLosesItsConnection() {
        FakeConnection connection = accepted();
        client.onReceived = bytes -> {
            throw new IllegalStateException("a handler's fault");
        };
        connection.sendRaw(new byte[2]);
        assertThat(client.events).containsExactly("\0", "disconnected: a handler's fault");
        assertThat(connection.isClosed()).isTrue();
    }

    @Test
    void connectsTheTestToWhoListens() throws IOException {
        ListeningPort port = reactor.listen(new InetSocketAddress(8000), () -> server);
        FakeConnection connection = reactor.connect(8000);
        assertThat(server.events).containsExactly("connected to 127.0.0.1:47245");
        connection.pieces(100).sendRaw("hi".getBytes(US_ASCII));
        assertThat(server.events).endsWith("hi");

        port.close();
        assertThat(reactor.ports()).isEmpty();
        assertThatThrownBy(() -> reactor.connect(8000)).isInstanceOf(IllegalStateException.class);
        assertThat(connection.isClosed()).isFalse();
    }

    @Test
    void refusesAPortThatIsTaken() throws IOException {
        reactor.listen(PRIMARY, () -> server);
        assertThatThrownBy(() -> reactor.listen(PRIMARY, () -> server)).isInstanceOf(BindException.class);
    }

    @Test
    void picksAPortWhereNoneIsGiven() throws IOException {
        SocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        SocketAddress first = reactor.listen(anyPort, () -> server).address();
        SocketAddress second = reactor.listen(anyPort, () -> server).address();
        assertThat(reactor.ports()).containsExactly(first, second);
        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void connectsTwoHandlersToEachOther() throws IOException {
        reactor.listen(PRIMARY, () -> server);
        reactor.connect(PRIMARY, client);
        reactor.run();
        client.transport().write(ByteBuffer.wrap("hello".getBytes(US_ASCII)));
        server.transport().write(ByteBuffer.wrap("welcome".getBytes(US_ASCII)));
        server.transport().close();
        reactor.run();
        assertThat(server.events).containsExactly("connected to 127.0.0.1:47245", "disconnected");
        assertThat(client.events).containsExactly("connected to primary:8000", "welcome", "disconnected");
    }

    @Test
    void aPausedHandlerFillsTheBacklogOfTheOther() throws IOException {
        reactor.listen(PRIMARY, () -> server);
        reactor.connect(PRIMARY, client);
        reactor.run();
        server.transport().pauseReading();
        assertThat(client.write(new byte[NioReactor.BACKLOG_HIGH_BYTES + 1])).isFalse();
        reactor.run();
        assertThat(client.events).hasSize(1);
        server.transport().resumeReading();
        reactor.run();
        assertThat(client.events).endsWith("writable");
        assertThat(server.received.size()).isEqualTo(NioReactor.BACKLOG_HIGH_BYTES + 1);
    }

    @Test
    void abortingOneHandlerBreaksTheOther() throws IOException {
        reactor.listen(PRIMARY, () -> server);
        reactor.connect(PRIMARY, client);
        reactor.run();
        client.transport().abort();
        reactor.run();
        assertThat(client.events).endsWith("disconnected");
        assertThat(server.events).endsWith("disconnected: Connection reset by peer");
    }

    @Test
    void timeStandsStillUntilItIsMoved() {
        Instant begin = reactor.clock().instant();
        List<String> order = new ArrayList<>();
        reactor.callLater(Duration.ofSeconds(60), () -> order.add("60 s"));
        reactor.callLater(Duration.ofSeconds(10), () -> order.add("10 s"));
        reactor.callLater(Duration.ofSeconds(10), () -> order.add("10 s, too"));
        reactor.callLater(Duration.ofSeconds(5), () -> order.add("cancelled")).cancel();
        assertThat(reactor.later())
                .containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(60));
        assertThat(reactor.clock().instant()).isEqualTo(begin);

        reactor.doLater();
        assertThat(order).containsExactly("10 s", "10 s, too");
        assertThat(reactor.clock().instant()).isEqualTo(begin.plusSeconds(10));
        assertThat(reactor.later()).containsExactly(Duration.ofSeconds(50));
        reactor.doLater();
        assertThat(order).endsWith("60 s");
        assertThatThrownBy(reactor::doLater).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void advancingCallsEachAtItsInstant() {
        Instant begin = reactor.clock().instant();
        List<Instant> instants = new ArrayList<>();
        Runnable[] tick = new Runnable[1];
        tick[0] = () -> {
            instants.add(reactor.clock().instant());
            reactor.callLater(Duration.ofSeconds(2), tick[0]);
        };
        reactor.execute(tick[0]);
        reactor.advance(Duration.ofSeconds(5));
        assertThat(instants).containsExactly(begin, begin.plusSeconds(2), begin.plusSeconds(4));
        assertThat(reactor.clock().instant()).isEqualTo(begin.plusSeconds(5));
        assertThat(reactor.later()).containsExactly(Duration.ofSeconds(1));
    }

    @Test
    void tasksRunInOrderAndNeverWithinOneAnother() {
        List<String> order = new ArrayList<>();
        reactor.executor().execute(() -> {
            reactor.execute(() -> order.add("second"));
            reactor.run();
            order.add("first");
        });
        assertThat(order).isEmpty();
        reactor.run();
        assertThat(order).containsExactly("first", "second");
    }

    @Test
    void aTaskThatThrowsIsSeenByTheTest() {
        List<String> order = new ArrayList<>();
        reactor.execute(() -> {
            throw new IllegalStateException("a task's fault");
        });
        reactor.execute(() -> order.add("next"));
        assertThatThrownBy(reactor::run).hasMessage("a task's fault");
        reactor.run();
        assertThat(order).containsExactly("next");
    }

    @Test
    void belongsToOneThread() {
        CompletableFuture<Void> elsewhere = CompletableFuture.runAsync(() -> reactor.execute(() -> {}));
        assertThatThrownBy(elsewhere::join).hasCauseInstanceOf(IllegalStateException.class);
    }

    private FakeConnection accepted() {
        reactor.connect(PRIMARY, client);
        FakeConnection connection = reactor.accept();
        client.events.clear();
        return connection;
    }

    /** Notes down in words what happens. */
    private static final class Log implements ConnectionHandler {
        private final List<String> events = new ArrayList<>();
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private Consumer<ByteBuffer> onReceived = bytes -> {};
        private @Nullable Transport transport;
        private @Nullable Throwable cause;

        private Transport transport() {
            if (transport == null) {
                throw new AssertionError("not connected");
            }
            return transport;
        }

        private boolean write(byte[] bytes) {
            return transport().write(ByteBuffer.wrap(bytes));
        }

        @Override
        public void connected(Transport to) {
            transport = to;
            events.add("connected to " + to.peer());
        }

        @Override
        public void connectFailed(IOException why) {
            cause = why;
            events.add("connect failed: " + why.getMessage());
        }

        @Override
        public void received(ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            received.writeBytes(copy);
            events.add(new String(copy, US_ASCII));
            onReceived.accept(bytes);
        }

        @Override
        public void writable() {
            events.add("writable");
        }

        @Override
        public void disconnected(@Nullable Throwable why) {
            cause = why;
            events.add(why == null ? "disconnected" : "disconnected: " + why.getMessage());
        }
    }
}
