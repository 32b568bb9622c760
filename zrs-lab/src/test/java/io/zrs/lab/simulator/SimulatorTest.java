package io.zrs.lab.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The first seeds; {@code zrs-lab/run simulate} goes on with the others. */
class SimulatorTest {
    /** -Dzrs.seed=42 replays one. */
    private static final Long ONE_SEED = Long.getLong("zrs.seed");

    private static final long RUNS = Long.getLong("zrs.runs", 300);
    private static final long MEGABYTE = 1 << 20;

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.zrs");

    @BeforeEach
    void logNothing() {
        logger.setLevel(Level.OFF);
    }

    @AfterEach
    void logAgain() {
        logger.setLevel(null);
    }

    @Test
    void losesNothingAndGoesOnByItself() {
        Counts counts = new Counts();
        long first = ONE_SEED == null ? 1 : ONE_SEED;
        long runs = ONE_SEED == null ? RUNS : 1;
        for (long seed = first; seed < first + runs; seed++) {
            Outcome outcome = SimulatedRun.run(seed);
            assertThat(outcome.violation()).as("seed %s", seed).isNull();
            assertThat(outcome.counts().faults()).as("faults of seed %s", seed).isGreaterThanOrEqualTo(20);
            counts.add(outcome.counts());
        }
        System.out.println(runs + " simulated runs:\n" + counts);
    }

    @Test
    void repeatsItself() {
        for (long seed = 1; seed <= 3; seed++) {
            String trace = trace(seed);
            assertThat(trace).isEqualTo(trace(seed));
        }
    }

    @Test
    void differsFromSeedToSeed() {
        assertThat(trace(1)).isNotEqualTo(trace(2));
    }

    @Test
    void leavesNothingInMemory() {
        run(20);
        long before = usedBytes();
        run(60);
        assertThat(usedBytes() - before).isLessThan(4 * MEGABYTE);
    }

    private static void run(long count) {
        for (long seed = 1; seed <= count; seed++) {
            SimulatedRun.run(seed);
        }
    }

    private static long usedBytes() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }

    private static String trace(long seed) {
        return SimulatedRun.run(seed, UnaryOperator.identity(), true).trace();
    }
}
