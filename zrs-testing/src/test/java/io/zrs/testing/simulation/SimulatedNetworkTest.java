package io.zrs.testing.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.reactor.NioReactor;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fault really happens, is seen as on a real network, and is counted. */
class SimulatedNetworkTest {
    private static final NetworkTimeouts TIMEOUTS = NetworkTimeouts.STANDARD;
    private static final String RESET = "disconnected: Connection reset by peer";
    private static final String TIMED_OUT = "disconnected: Connection timed out";

    @Test
    void takesItsTime() {
        Pair pair = Pair.connected();
        pair.network.setQuality(NetworkQuality.PERFECT.withLatency(Duration.ofSeconds(2), Duration.ofSeconds(3)));
        pair.client.write("x");
        pair.run(1);
        pair.client.write("y");
        pair.run(1);
        assertThat(pair.server.text()).isEmpty();
        pair.run(6);
        assertThat(pair.server.text()).isEqualTo("xy");
    }

    @Test
    void aLinkMayHaveAQualityOfItsOwn() {
        Pair pair = Pair.connected();
        pair.network.setQuality("b", "a", NetworkQuality.PERFECT);
        pair.network.setQuality(NetworkQuality.PERFECT.withLatency(Duration.ofDays(1), Duration.ofDays(1)));
        pair.client.write("x");
        Peer slow = new Peer();
        pair.network.start("c").connect(pair.network.address("b"), slow);
        pair.run(1);
        assertThat(pair.server.text()).isEqualTo("x");
        assertThat(slow.events).isEmpty();
        pair.simulation.run(Duration.ofDays(2));
        assertThat(slow.events).hasSize(1);
    }

    @Test
    void resetsByChance() {
        Pair pair = Pair.connected();
        pair.network.setQuality(NetworkQuality.PERFECT.withFaults(new NetworkFaults(1, 0, 0, Duration.ZERO, 0)));
        pair.client.write("x");
        pair.run(1);
        assertThat(pair.client.last()).isEqualTo(RESET);
        assertThat(pair.server.last()).isEqualTo(RESET);
        assertThat(pair.server.text()).isEmpty();
        assertThat(pair.network.counts().resets()).isEqualTo(1);
        assertThat(pair.network.openConnections()).isZero();
    }

    @Test
    void flipsABitByChance() {
        Pair pair = Pair.connected();
        pair.network.setQuality(NetworkQuality.PERFECT.withFaults(new NetworkFaults(0, 1, 0, Duration.ZERO, 0)));
        pair.client.write(100);
        pair.run(1);
        assertThat(bitsSet(pair.server)).isEqualTo(1);
        assertThat(pair.network.counts().flips()).isEqualTo(1);
    }

    @Test
    void flipsABitOnDemand() {
        Pair pair = Pair.connected();
        pair.network.corrupt("a", "b");
        pair.server.write(100);
        pair.run(1);
        assertThat(bitsSet(pair.client)).as("the other direction").isZero();
        assertThat(pair.network.counts().flips()).isZero();
        pair.client.write(100);
        pair.run(1);
        pair.client.write(100);
        pair.run(1);
        assertThat(bitsSet(pair.server)).isEqualTo(1);
        assertThat(pair.network.counts().flips()).isEqualTo(1);
    }

    @Test
    void holdsPiecesUp() {
        Pair pair = Pair.connected();
        pair.network.setQuality(NetworkQuality.PERFECT.withFaults(new NetworkFaults(0, 0, 1, Duration.ofHours(1), 0)));
        pair.client.write("x");
        pair.run(1);
        assertThat(pair.server.text()).isEmpty();
        assertThat(pair.network.counts().stalls()).isEqualTo(1);
        pair.run(3600);
        assertThat(pair.server.text()).isEqualTo("x");
    }

    @Test
    void refusesByChance() {
        Pair pair = new Pair(1);
        pair.network.setQuality(NetworkQuality.PERFECT.withFaults(new NetworkFaults(0, 0, 0, Duration.ZERO, 1)));
        pair.connect();
        assertThat(pair.client.events).containsExactly("not connected: Connection refused");
        assertThat(pair.server.events).isEmpty();
        assertThat(pair.network.counts().refusals()).isEqualTo(1);
    }

    @Test
    void cutsWithResets() {
        Pair pair = Pair.connected();
        pair.network.cut("b", "a", CutKind.RESET);
        pair.run(1);
        assertThat(pair.client.last()).isEqualTo(RESET);
        assertThat(pair.server.last()).isEqualTo(RESET);
        assertThat(pair.network.counts().resets()).isEqualTo(1);

        pair.connect();
        assertThat(pair.client.last()).isEqualTo("not connected: Connection refused");
        pair.network.heal("a", "b");
        pair.connect();
        assertThat(pair.client.last()).isEqualTo("connected to b:8000");
    }

    @Test
    void cutsOneLinkOnly() {
        Pair pair = Pair.connected();
        pair.network.cut("a", "c", CutKind.RESET);
        pair.network.cut("b", "b", CutKind.RESET);
        pair.client.write("x");
        pair.run(1);
        assertThat(pair.server.text()).isEqualTo("x");
    }

    @Test
    void whoSendsNothingFindsASilentCutByItsProbes() {
        Pair pair = Pair.connected();
        pair.network.cut("a", "b", CutKind.SILENT);
        pair.run(TIMEOUTS.keepAlive().toSeconds() - 1);
        assertThat(pair.client.events).hasSize(1);
        assertThat(pair.network.openConnections()).isEqualTo(1);
        pair.run(2);
        assertThat(pair.client.last()).isEqualTo(TIMED_OUT);
        assertThat(pair.server.last()).isEqualTo(TIMED_OUT);
        assertThat(pair.network.counts().halfOpens()).isEqualTo(1);
        assertThat(pair.network.openConnections()).isZero();
    }

    @Test
    void whoSendsFindsASilentCutByItsRetransmissions() {
        Pair pair = Pair.connected();
        pair.network.cut("a", "b", CutKind.SILENT);
        pair.run(30);
        assertThat(pair.client.write("x")).isTrue();
        pair.run(TIMEOUTS.retransmission().toSeconds() - 1);
        assertThat(pair.server.last()).as("has sent nothing").isEqualTo(TIMED_OUT);
        assertThat(pair.client.events).hasSize(1);
        pair.run(2);
        assertThat(pair.client.last()).isEqualTo(TIMED_OUT);
    }

    @Test
    void whatWasUnderWayVanishesInASilentCut() {
        Pair pair = Pair.connected();
        pair.client.write("x");
        pair.network.cut("a", "b", CutKind.SILENT);
        pair.network.heal();
        pair.run(1);
        assertThat(pair.server.text()).as("healed or not").isEmpty();
        pair.run(TIMEOUTS.keepAlive().toSeconds());
        assertThat(pair.server.last()).isEqualTo(TIMED_OUT);
        assertThat(pair.client.events).as("has something under way").hasSize(1);
        pair.run(TIMEOUTS.retransmission().toSeconds());
        assertThat(pair.client.last()).isEqualTo(TIMED_OUT);
    }

    @ParameterizedTest
    @EnumSource(names = {"SILENT", "HELD"})
    void attemptsTimeOutWhileCut(CutKind kind) {
        Pair pair = new Pair(1);
        pair.network.cut("a", "b", kind);
        pair.connect();
        pair.run(TIMEOUTS.connect().toSeconds() - 2);
        assertThat(pair.client.events).isEmpty();
        pair.run(2);
        assertThat(pair.client.events).containsExactly("not connected: Connection timed out");
        assertThat(pair.network.counts().timeouts()).isEqualTo(1);
        assertThat(pair.simulation.pendingEvents()).isZero();
    }

    @Test
    void aHeldConnectionGoesOnWhenHealed() {
        Pair pair = Pair.connected();
        pair.client.write("sent, ");
        pair.network.cut("a", "b", CutKind.HELD);
        pair.client.write("kept");
        pair.run(30);
        assertThat(pair.server.text()).isEmpty();
        pair.network.heal();
        pair.run(1000);
        assertThat(pair.server.text()).isEqualTo("sent, kept");
        assertThat(pair.client.events).hasSize(1);
        assertThat(pair.network.counts().holds()).isEqualTo(1);
        assertThat(pair.network.counts().halfOpens()).isZero();
    }

    @Test
    void aConnectionHeldForLongIsGivenUp() {
        Pair pair = Pair.connected();
        pair.network.cut("a", "b", CutKind.HELD);
        pair.run(TIMEOUTS.keepAlive().toSeconds() + 1);
        assertThat(pair.client.last()).isEqualTo(TIMED_OUT);
        assertThat(pair.server.last()).isEqualTo(TIMED_OUT);
    }

    @Test
    void aHeldEndLearnsOfTheOthersDeathWhenHealed() {
        Pair pair = Pair.connected();
        pair.server.transport().pauseReading();
        pair.client.write("unread");
        pair.run(1);
        pair.network.cut("a", "b", CutKind.HELD);
        pair.b.kill();
        pair.run(30);
        assertThat(pair.client.events).hasSize(1);
        pair.network.heal();
        pair.run(1);
        assertThat(pair.client.last()).isEqualTo(RESET);
        assertThat(pair.network.openConnections()).isZero();
    }

    @Test
    void anotherCutReplacesTheFirst() {
        Pair pair = Pair.connected();
        pair.network.cut("a", "b", CutKind.HELD);
        pair.client.write("x");
        pair.network.cut("a", "b", CutKind.SILENT);
        pair.network.heal();
        pair.run(1);
        assertThat(pair.server.text()).isEmpty();
        pair.network.cut("a", "b", CutKind.RESET);
        pair.run(1);
        assertThat(pair.client.last()).isEqualTo(RESET);
    }

    @ParameterizedTest(name = "steps={0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void isCutWhileConnecting(int steps) {
        for (CutKind kind : CutKind.values()) {
            Pair pair = new Pair(steps);
            pair.a.connect(pair.network.address("b"), pair.client);
            LongStream.range(0, steps).forEach(step -> pair.simulation.step());
            pair.network.cut("a", "b", kind);
            pair.run(600);
            assertThat(pair.client.events.size()).as("%s, one outcome", kind).isBetween(1, 2);
            assertThat(pair.client.last()).contains("connected: Connection ");
            assertThat(pair.server.events)
                    .satisfiesAnyOf(
                            none -> assertThat(none).isEmpty(),
                            both -> assertThat(both).hasSize(2));
            assertThat(pair.network.openConnections()).isZero();
            assertThat(pair.simulation.pendingEvents()).isZero();
        }
    }

    @Test
    void aBrokenConnectionIsNotNoticedByWhoNeitherReadsNorWrites() {
        Pair pair = Pair.connected();
        pair.client.transport().pauseReading();
        pair.network.cut("a", "b", CutKind.RESET);
        pair.run(1000);
        assertThat(pair.client.events).hasSize(1);
        pair.client.transport().resumeReading();
        pair.run(1);
        assertThat(pair.client.last()).isEqualTo(RESET);
    }

    @Test
    void aBrokenConnectionIsNoticedByWhoHasABacklog() {
        Pair pair = Pair.connected();
        pair.client.transport().pauseReading();
        pair.client.fill();
        pair.network.cut("a", "b", CutKind.RESET);
        pair.run(1);
        assertThat(pair.client.last()).isEqualTo(RESET);
    }

    @Test
    void whatArrivedBeforeAResetIsLostOrNot() {
        boolean[] seen = new boolean[2];
        for (long seed = 0; seed < 20; seed++) {
            Pair pair = Pair.connected(seed);
            pair.server.transport().pauseReading();
            pair.client.write("x");
            pair.run(1);
            pair.network.cut("a", "b", CutKind.RESET);
            pair.server.transport().resumeReading();
            pair.run(1);
            assertThat(pair.server.last()).isEqualTo(RESET);
            seen[pair.server.received.size()] = true;
        }
        assertThat(seen).containsExactly(true, true);
    }

    @Test
    void checksItsSettings() {
        NetworkQuality good = NetworkQuality.PERFECT;
        assertThatThrownBy(() -> good.withLatency(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> good.withPieces(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> good.withPieces(1, NioReactor.READ_BYTES_MAX + 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> good.withWindow(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NetworkFaults(0, 1.1, 0, Duration.ZERO, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("flip");
        assertThatThrownBy(() -> new NetworkTimeouts(Duration.ZERO, Duration.ofSeconds(-1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(good.withTimeouts(new NetworkTimeouts(Duration.ZERO, Duration.ZERO, Duration.ZERO)))
                .isNotEqualTo(good);
    }

    private static int bitsSet(Peer peer) {
        int bits = 0;
        for (byte b : peer.received.toByteArray()) {
            bits += Integer.bitCount(Byte.toUnsignedInt(b));
        }
        return bits;
    }
}
