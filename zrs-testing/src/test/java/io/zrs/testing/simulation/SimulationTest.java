package io.zrs.testing.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.reactor.Cancellable;
import io.zrs.reactor.NioReactor;
import io.zrs.testing.LogCapture;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Time, order, chance and the trace. */
class SimulationTest {
    private static final Instant START = Instant.parse("2007-03-21T20:32:57Z");

    private final Simulation simulation = new Simulation(42);
    private final List<String> done = new ArrayList<>();

    @Test
    void theExampleOfTheDocumentation() throws IOException {
        Peer greeter = new Peer();
        Peer guest = new Peer();
        SimulatedNetwork network = simulation.network();
        SimulatedProcess primary = network.start("primary");
        SimulatedProcess secondary = network.start("secondary");
        primary.listen(network.address("primary"), () -> greeter); // handlers, as with any reactor
        secondary.connect(network.address("primary"), guest);
        simulation.run(Duration.ofSeconds(1));

        network.cut("primary", "secondary", CutKind.SILENT); // nobody is told
        simulation.run(Duration.ofHours(1)); // by now both have found out
        network.heal();
        primary.kill();
        assertThat(simulation.trace().lines()).first().asString().isEqualTo("0.000000000 primary started");
        assertThat(simulation.trace().toString())
                .containsSubsequence(
                        " primary connected to secondary:",
                        "1.000000000 link primary - secondary cut: SILENT",
                        "half-open",
                        " primary disconnected from secondary:",
                        "3601.000000000 all links healed",
                        "3601.000000000 primary killed");
    }

    @Test
    void stepsFromEventToEvent() {
        simulation.callLater(Duration.ofSeconds(2), () -> done.add("late"));
        simulation.callLater(Duration.ofSeconds(1), () -> done.add("early"));
        assertThat(simulation.pendingEvents()).isEqualTo(2);
        assertThat(simulation.step()).isTrue();
        assertThat(done).containsExactly("early");
        assertThat(simulation.clock().instant()).isEqualTo(START.plusSeconds(1));
        assertThat(simulation.step()).isTrue();
        assertThat(simulation.step()).isFalse();
        assertThat(done).containsExactly("early", "late");
        assertThat(simulation.clock().instant()).isEqualTo(START.plusSeconds(2));
    }

    @Test
    void runsWhatIsDueAndStandsAtTheEnd() {
        simulation.callLater(
                Duration.ofSeconds(1), () -> simulation.callLater(Duration.ofSeconds(1), () -> done.add("at the end")));
        simulation.callLater(Duration.ofSeconds(3), () -> done.add("after it"));
        simulation.run(Duration.ofSeconds(2));
        assertThat(done).containsExactly("at the end");
        assertThat(simulation.clock().instant()).isEqualTo(START.plusSeconds(2));
        simulation.run(Duration.ofMillis(500));
        assertThat(simulation.clock().instant()).isEqualTo(START.plusMillis(2500));
        assertThat(done).hasSize(1);
    }

    @Test
    void aCancelledCallIsNoEvent() {
        Cancellable call = simulation.callLater(Duration.ofSeconds(1), () -> done.add("never"));
        call.cancel();
        assertThat(simulation.pendingEvents()).isZero();
        assertThat(simulation.step()).isFalse();
    }

    @Test
    void anEventCannotWaitForOthers() {
        simulation.callLater(Duration.ZERO, simulation::step);
        assertThatThrownBy(simulation::step).isInstanceOf(IllegalStateException.class);
        simulation.callLater(Duration.ZERO, () -> simulation.run(Duration.ZERO));
        assertThatThrownBy(simulation::step).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void belongsToOneThread() {
        CompletableFuture<Boolean> elsewhere = CompletableFuture.supplyAsync(simulation::step);
        assertThatThrownBy(elsewhere::join).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void chanceHasStreamsOfTheirOwn() {
        assertThat(simulation.seed()).isEqualTo(42);
        RandomGenerator first = simulation.random("disk");
        assertThat(simulation.random("disk").nextLong()).isEqualTo(first.nextLong());
        assertThat(simulation.random("other").nextLong())
                .isNotEqualTo(simulation.random("disk").nextLong());
        assertThat(new Simulation(43).random("disk").nextLong())
                .isNotEqualTo(simulation.random("disk").nextLong());
        assertThat(new Simulation(42).random().nextLong())
                .isEqualTo(simulation.random().nextLong());
    }

    @Test
    void theSameSeedHasTheSameTrace() {
        for (long seed = 1; seed <= 10; seed++) {
            assertThat(chatter(seed)).as("seed %d", seed).isEqualTo(chatter(seed));
        }
        assertThat(chatter(1)).isNotEqualTo(chatter(2));
    }

    @Test
    void theTraceKeepsTheLastLines() {
        Trace trace = simulation.trace();
        assertThat(trace.isOn()).isTrue();
        trace.limit(2);
        for (String text : List.of("one", "two", "three")) {
            trace.add("host", text);
        }
        assertThat(trace.lines()).containsExactly("(1 lines before)", "0.000000000 host two", "0.000000000 host three");
        trace.limit(0);
        assertThat(trace.isOn()).isFalse();
        simulation.network().start("host");
        assertThat(trace.lines()).containsExactly("(3 lines before)");
    }

    @Test
    void theTraceTakesWhatIsLogged() {
        Logger logger = LoggerFactory.getLogger("simulated");
        try (LogCapture log = LogCapture.of("simulated").handTo(simulation.trace()::add)) {
            logger.info("outside");
            simulation.network().start("a").execute(() -> logger.warn("within"));
            simulation.run(Duration.ofSeconds(1));
            logger.info("afterwards");
            assertThat(log.lines()).isEmpty();
        }
        assertThat(simulation.trace().lines())
                .hasSize(4)
                .anyMatch(line -> line.endsWith(" a WARN simulated within"))
                .startsWith("0.000000000 INFO simulated outside")
                .endsWith("1.000000000 INFO simulated afterwards");
    }

    /** Two processes that talk and connect again and again, on a network with all faults; what happened. */
    private static String chatter(long seed) {
        Pair pair = new Pair(seed);
        pair.network.setQuality(NetworkQuality.PERFECT
                .withPieces(1, NioReactor.READ_BYTES_MAX)
                .withLatency(Duration.ZERO, Duration.ofMillis(20))
                .withFaults(new NetworkFaults(0.01, 0.02, 0.05, Duration.ofSeconds(1), 0.1)));
        Trace trace = pair.simulation.trace();
        for (int round = 0; round < 10; round++) {
            pair.connect();
            Peer client = pair.client;
            client.onReceived = bytes -> {
                trace.add("a", "received " + client.received.size());
                client.write(client.received.size() % 1000);
            };
            pair.server.onReceived = bytes -> pair.server.write(bytes.remaining());
            if (client.last().startsWith("connected")) {
                client.write(100 * round);
            }
            pair.run(1);
            if (client.last().startsWith("connected")) {
                client.transport().abort();
            }
            pair.run(5);
        }
        return trace + "\n" + pair.network.counts();
    }
}
