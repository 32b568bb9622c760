package io.zrs.testing.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.NioReactor;
import io.zrs.reactor.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happens: connections carry a prefix of what was sent, end once, and leave nothing behind. */
class SimulationPropertyTest {
    private static final List<String> HOSTS = List.of("a", "b", "c");

    static LongStream seeds() {
        Long replayed = Long.getLong("zrs.seed");
        return replayed == null ? LongStream.rangeClosed(1, 40) : LongStream.of(replayed);
    }

    @ParameterizedTest(name = "seed={0}") // replay one: -Dzrs.seed=42
    @MethodSource("seeds")
    void connectionsKeepTheirPromises(long seed) {
        Site site = new Site(seed);
        try {
            site.live();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + "\n" + site.simulation.trace(), e);
        }
    }

    @Test
    void everyFaultHappens() {
        Site site = new Site(1);
        for (int i = 0; i < 10; i++) {
            site.live();
        }
        NetworkCounts counts = site.simulation.network().counts();
        assertThat(List.of(
                        counts.connections(),
                        counts.splits(),
                        counts.stalls(),
                        counts.resets(),
                        counts.halfOpens(),
                        counts.holds(),
                        counts.refusals(),
                        counts.timeouts()))
                .allMatch(count -> count > 0);
        assertThat(counts.flips()).as("would not be a prefix").isZero();
    }

    /** Processes that connect to each other and talk, and an adversary. */
    private static final class Site {
        private final Simulation simulation;
        private final SimulatedNetwork network;
        private final RandomGenerator random;
        private final List<SimulatedProcess> processes = new ArrayList<>();
        private final List<Talker> talkers = new ArrayList<>();

        private Site(long seed) {
            simulation = new Simulation(seed);
            network = simulation.network();
            random = simulation.random();
            HOSTS.forEach(host -> processes.add(start(host)));
        }

        private void live() {
            network.setQuality(badQuality());
            for (int i = 0; i < 150; i++) {
                disturb();
                simulation.run(Duration.ofMillis(random.nextInt(1000)));
            }
            network.heal();
            network.setQuality(NetworkQuality.PERFECT);
            processes.forEach(SimulatedProcess::resume);
            simulation.run(Duration.ofMinutes(5));
            talkers.forEach(Talker::close);
            simulation.run(Duration.ofMinutes(5));
            talkers.forEach(Talker::checkEnded);
            talkers.clear();
            assertThat(network.openConnections()).isZero();
            assertThat(simulation.pendingEvents()).isZero();
        }

        private void disturb() {
            int index = random.nextInt(HOSTS.size());
            SimulatedProcess process = processes.get(index);
            String other = pickHost();
            switch (random.nextInt(20)) {
                case 0 -> process.kill();
                case 1 -> process.powerOff();
                case 2, 3 -> process.pause();
                case 4 -> network.cut(process.host(), other, CutKind.RESET);
                case 5 -> network.cut(process.host(), other, CutKind.SILENT);
                case 6, 7 -> network.cut(process.host(), other, CutKind.HELD);
                case 8, 9 -> network.heal();
                default -> {
                    process.resume();
                    if (!process.isAlive()) {
                        processes.set(index, start(process.host()));
                    }
                    processes.get(index).connect(network.address(other), newTalker(processes.get(index)));
                }
            }
        }

        private SimulatedProcess start(String host) {
            SimulatedProcess process = network.start(host);
            try {
                process.listen(network.address(host), () -> newTalker(process));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return process;
        }

        private Talker newTalker(SimulatedProcess process) {
            Talker talker = new Talker(process, random);
            talkers.add(talker);
            return talker;
        }

        private String pickHost() {
            return HOSTS.get(random.nextInt(HOSTS.size()));
        }

        private NetworkQuality badQuality() {
            return NetworkQuality.PERFECT
                    .withPieces(1 + random.nextInt(100), NioReactor.READ_BYTES_MAX)
                    .withLatency(Duration.ZERO, Duration.ofMillis(random.nextInt(100)))
                    .withWindow(2_000 + random.nextInt(100_000))
                    .withFaults(new NetworkFaults(0.02, 0, 0.02, Duration.ofSeconds(5), 0.05))
                    .withTimeouts(new NetworkTimeouts(
                            Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(30)));
        }
    }

    /** Sends the numbers from 0 on, as bytes, and expects the same. */
    private static final class Talker implements ConnectionHandler {
        private final SimulatedProcess process;
        private final RandomGenerator random;
        private @Nullable Transport transport;
        private boolean ended;
        private int sent;
        private int received;

        private Talker(SimulatedProcess process, RandomGenerator random) {
            this.process = process;
            this.random = random;
        }

        @Override
        public void connected(Transport to) {
            assertThat(ended).isFalse();
            transport = to;
            send();
        }

        @Override
        public void connectFailed(IOException cause) {
            assertThat(transport).isNull();
            end();
        }

        @Override
        public void received(ByteBuffer bytes) {
            check();
            while (bytes.hasRemaining()) {
                if (bytes.get() != (byte) received++) {
                    throw new AssertionError("not what was sent as byte " + (received - 1));
                }
            }
            switch (random.nextInt(10)) {
                case 0 -> close();
                case 1 -> pause();
                default -> send();
            }
        }

        @Override
        public void writable() {
            check();
            send();
        }

        @Override
        public void disconnected(@Nullable Throwable cause) {
            check();
            if (cause instanceof Error) {
                throw new AssertionError("a callback came that must not", cause);
            }
            end();
        }

        private void send() {
            byte[] bytes = new byte[random.nextInt(random.nextInt(4) == 0 ? 600_000 : 100)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) sent++;
            }
            open().write(ByteBuffer.wrap(bytes));
        }

        private void pause() {
            open().pauseReading();
            process.callLater(Duration.ofSeconds(random.nextInt(30)), open()::resumeReading);
        }

        private void close() {
            if (transport != null && random.nextBoolean()) {
                transport.close();
            } else {
                abort();
            }
        }

        private void abort() {
            if (transport != null) {
                transport.abort();
            }
        }

        private void check() {
            assertThat(process.isAlive()).isTrue();
            assertThat(process.isPaused()).isFalse();
            assertThat(ended).isFalse();
            assertThat(transport).isNotNull();
        }

        private void end() {
            assertThat(process.isAlive()).isTrue();
            assertThat(ended).isFalse();
            ended = true;
        }

        private void checkEnded() {
            assertThat(ended || !process.isAlive()).isTrue();
        }

        private Transport open() {
            if (transport == null) {
                throw new AssertionError("not connected");
            }
            return transport;
        }
    }
}
