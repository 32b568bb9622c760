package io.zrs.testing.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.reactor.Cancellable;
import io.zrs.reactor.NioReactor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a reactor promises, with processes that talk to each other over a network without faults. */
class SimulatedConnectionTest {
    @Test
    void connectsToWhoListens() {
        Pair pair = Pair.connected();
        assertThat(pair.client.events).containsExactly("connected to b:8000");
        assertThat(pair.server.last()).startsWith("connected to a:");
        assertThat(pair.network.openConnections()).isEqualTo(1);
        assertThat(pair.network.counts().connections()).isEqualTo(1);
    }

    @Test
    void carriesBytesBothWays() {
        Pair pair = Pair.connected();
        pair.client.write("hello ");
        pair.client.write("world");
        pair.server.write("welcome");
        assertThat(pair.server.text()).as("never within a call").isEmpty();
        pair.run(1);
        assertThat(pair.server.text()).isEqualTo("hello world");
        assertThat(pair.client.text()).isEqualTo("welcome");
    }

    @Test
    void nothingIsCalledWithinACall() {
        Pair pair = Pair.connected();
        List<String> order = new ArrayList<>();
        pair.client.onReceived = bytes -> {
            pair.a.execute(() -> order.add("task"));
            pair.client.transport().abort();
            order.add("received " + pair.client.last());
        };
        pair.server.write("x");
        pair.run(1);
        assertThat(order).containsExactly("received connected to b:8000", "task");
        assertThat(pair.client.last()).isEqualTo("disconnected");
    }

    @Test
    void whatAHandlerKeepsIsSpoilt() {
        Pair pair = Pair.connected();
        List<ByteBuffer> kept = new ArrayList<>();
        pair.server.onReceived = kept::add;
        pair.client.write("a");
        pair.run(1);
        assertThat(kept.get(0).get(0)).isNotEqualTo((byte) 'a');
    }

    @Test
    void nobodyListens() throws IOException {
        Pair pair = new Pair(1);
        for (SocketAddress address : List.of(
                pair.network.address("b", 1), pair.network.address("c"), new InetSocketAddress("localhost", 8))) {
            Peer peer = new Peer();
            pair.a.connect(address, peer);
            pair.run(1);
            assertThat(peer.events).containsExactly("not connected: Connection refused");
        }
        assertThat(pair.network.counts().refusals()).as("by the network").isZero();
    }

    @Test
    void aCancelledAttemptIsGone() {
        Pair pair = new Pair(1);
        for (int steps = 0; steps < 8; steps++) {
            Peer peer = new Peer();
            Cancellable attempt = pair.a.connect(pair.network.address("b"), peer);
            for (int step = 0; step < steps && peer.events.isEmpty(); step++) {
                assertThat(pair.simulation.step()).isTrue();
            }
            boolean connected = !peer.events.isEmpty();
            attempt.cancel();
            pair.run(1);
            assertThat(peer.events).hasSize(connected ? 1 : 0);
            assertThat(pair.network.openConnections()).isEqualTo(connected ? 1 : 0);
            if (connected) {
                peer.transport().abort();
                pair.run(1);
            }
        }
    }

    @Test
    void refusesToListenElsewhereOrTwice() {
        Pair pair = new Pair(1);
        assertThatThrownBy(() -> pair.b.listen(pair.network.address("b"), Peer::new))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("b:8000");
        assertThatThrownBy(() -> pair.b.listen(pair.network.address("a"), Peer::new))
                .isInstanceOf(BindException.class);
        assertThatThrownBy(() -> pair.a.connect(new SocketAddress() {}, new Peer()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void picksAPortWhereNoneIsGiven() throws IOException {
        Pair pair = new Pair(1);
        SocketAddress first =
                pair.b.listen(pair.network.address("b", 0), Peer::new).address();
        SocketAddress second =
                pair.b.listen(new InetSocketAddress(0), Peer::new).address();
        assertThat(first).isNotEqualTo(second);
        Peer peer = new Peer();
        pair.a.connect(second, peer);
        pair.run(1);
        assertThat(peer.last()).startsWith("connected to b:");
    }

    @Test
    void unixDomainSocketsAreTheHostsOwn() throws IOException {
        Pair pair = new Pair(1);
        SocketAddress path = UnixDomainSocketAddress.of(Path.of("run", "socket"));
        assertThat(pair.b.listen(path, () -> pair.server).address()).isEqualTo(path);
        Peer here = new Peer();
        Peer elsewhere = new Peer();
        pair.b.connect(path, here);
        pair.a.connect(path, elsewhere);
        pair.run(1);
        assertThat(here.last()).isEqualTo("connected to " + Path.of("run", "socket"));
        assertThat(elsewhere.last()).isEqualTo("not connected: Connection refused");
    }

    @Test
    void aClosedPortIsFreeAtOnceAndItsConnectionsStay() throws IOException {
        Pair pair = Pair.connected();
        pair.port.close();
        pair.port.close();
        pair.b.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8000), Peer::new);
        pair.client.write("still there");
        pair.run(1);
        assertThat(pair.server.text()).isEqualTo("still there");
    }

    @Test
    void closingSendsEverythingThenTheEnd() {
        Pair pair = Pair.connected();
        pair.client.write(3 * NioReactor.BACKLOG_HIGH_BYTES);
        pair.client.transport().close();
        assertThat(pair.client.write("more")).isFalse();
        pair.run(1);
        assertThat(pair.server.received.size()).isEqualTo(3 * NioReactor.BACKLOG_HIGH_BYTES);
        assertThat(pair.server.last()).isEqualTo("disconnected");
        assertThat(pair.client.events).endsWith("disconnected").hasSize(2);
        assertThat(pair.network.openConnections()).isZero();
        assertThat(pair.simulation.pendingEvents()).isZero();
    }

    @Test
    void nothingIsReceivedAfterClosing() {
        Pair pair = Pair.connected();
        pair.server.transport().pauseReading();
        pair.client.transport().close();
        pair.server.write("too late");
        pair.run(1);
        assertThat(pair.client.text()).isEmpty();
        assertThat(pair.client.events).as("looks after the peer for a while").hasSize(1);
        pair.run(5);
        assertThat(pair.client.last()).isEqualTo("disconnected");
        assertThat(pair.network.openConnections())
                .as("the other end does not read")
                .isEqualTo(1);
        pair.server.transport().resumeReading();
        pair.run(1);
        assertThat(pair.server.last()).isEqualTo("disconnected");
        assertThat(pair.network.openConnections()).isZero();
    }

    @Test
    void twoThatCloseWithMuchToSendDoNotWaitForEachOther() {
        Pair pair = Pair.connected();
        pair.client.transport().pauseReading();
        pair.server.transport().pauseReading();
        pair.client.fill();
        pair.server.fill();
        pair.client.transport().close();
        pair.server.transport().close();
        pair.run(1);
        assertThat(pair.client.last()).isEqualTo("disconnected");
        assertThat(pair.server.last()).isEqualTo("disconnected");
        assertThat(pair.client.received.size()).isZero();
    }

    @Test
    void abortingDropsTheBacklog() {
        Pair pair = Pair.connected();
        long written = pair.client.fill();
        pair.client.transport().abort();
        pair.run(1);
        assertThat(pair.client.events).containsExactly("connected to b:8000", "disconnected");
        assertThat(pair.server.received.size())
                .as("what the system had taken")
                .isBetween(1, (int) written - NioReactor.BACKLOG_HIGH_BYTES);
        assertThat(pair.server.last()).isEqualTo("disconnected");
    }

    @Test
    void abortingWithBytesUnreadResetsThePeer() {
        Pair pair = Pair.connected();
        pair.client.transport().pauseReading();
        pair.server.write("never read");
        pair.run(1);
        pair.client.transport().abort();
        pair.run(1);
        assertThat(pair.client.last()).isEqualTo("disconnected");
        assertThat(pair.server.last()).isEqualTo("disconnected: Connection reset by peer");
    }

    @Test
    void writingToWhoIsGoneIsAReset() {
        Pair pair = Pair.connected();
        pair.server.transport().pauseReading(); // so that it does not see the end
        pair.client.transport().abort();
        pair.run(1);
        assertThat(pair.server.events).hasSize(1);
        assertThat(pair.server.write("hello?")).isTrue();
        pair.run(1);
        assertThat(pair.server.write("hello?")).isFalse();
        pair.run(1);
        assertThat(pair.server.last()).isEqualTo("disconnected: Connection reset by peer");
    }

    @Test
    void aPausedReaderFillsTheBacklogOfTheOther() {
        Pair pair = Pair.connected();
        pair.server.transport().pauseReading();
        long written = pair.client.fill();
        pair.run(1);
        assertThat(pair.server.received.size()).isZero();
        assertThat(pair.client.write(1)).isFalse();
        assertThat(pair.client.events).hasSize(1);

        pair.server.transport().resumeReading();
        pair.run(1);
        assertThat(pair.client.events).containsExactly("connected to b:8000", "writable");
        assertThat(pair.client.write(1)).isTrue();
        pair.run(1);
        assertThat((long) pair.server.received.size()).isEqualTo(written + 2);
    }

    @Test
    void pausingTakesEffectBetweenTwoPieces() {
        Pair pair = Pair.connected();
        pair.network.setQuality(NetworkQuality.PERFECT.withPieces(1, 1));
        pair.server.onReceived = bytes -> pair.server.transport().pauseReading();
        pair.client.write("ab");
        pair.run(1);
        assertThat(pair.server.text()).isEqualTo("a");
        pair.server.transport().resumeReading();
        pair.run(1);
        assertThat(pair.server.text()).isEqualTo("ab");
    }

    @Test
    void aHandlerThatThrowsLosesItsConnection() {
        Pair pair = Pair.connected();
        pair.server.onReceived = bytes -> {
            throw new IllegalStateException("a handler's fault");
        };
        pair.client.write("x");
        pair.run(1);
        assertThat(pair.server.last()).isEqualTo("disconnected: a handler's fault");
        assertThat(pair.client.last()).isEqualTo("disconnected");
    }

    @Test
    void aHandlerThatCannotBeMadeLosesItsConnection() throws IOException {
        Pair pair = new Pair(1);
        pair.b.listen(pair.network.address("b", 1), () -> {
            throw new IllegalStateException("no handler");
        });
        pair.a.connect(pair.network.address("b", 1), pair.client);
        pair.run(1);
        assertThat(pair.client.events).containsExactly("connected to b:1", "disconnected");
    }

    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void bytesComeInOrderInPiecesOfAllSizes(long seed) {
        Pair pair = Pair.connected(seed);
        pair.network.setQuality(NetworkQuality.PERFECT
                .withPieces(1, NioReactor.READ_BYTES_MAX)
                .withLatency(Duration.ZERO, Duration.ofMillis(10))
                .withWindow(1 << 16));
        byte[] sent = new byte[1 << 20];
        pair.simulation.random("sent").nextBytes(sent);
        for (int offset = 0; offset < sent.length; ) {
            int count =
                    Math.min(sent.length - offset, 1 + pair.simulation.random().nextInt(100_000));
            pair.client.transport().write(ByteBuffer.wrap(sent, offset, count).slice());
            offset += count;
            pair.simulation.step();
        }
        pair.run(100);
        assertThat(pair.server.received.toByteArray()).isEqualTo(sent);
        assertThat(pair.server.pieces).anyMatch(bytes -> bytes > 1 << 14).anyMatch(bytes -> bytes < 1 << 8);
        assertThat(pair.server.pieces).allMatch(bytes -> bytes <= 1 << 16);
        assertThat(pair.network.counts().splits()).isPositive();
    }
}
