package io.zrs.testing.contract;

import java.util.Random;
import org.junit.jupiter.api.RepetitionInfo;

/** Where random tests get their chance from. Threading: thread-safe. */
final class Seeds {
    private Seeds() {}

    /** {@code -Dzrs.seed}, or the number of the repetition. */
    static long seed(RepetitionInfo repetition) {
        return Long.getLong("zrs.seed", repetition.getCurrentRepetition());
    }

    /** Runs {@code test}, and names the seed if that fails. */
    static void run(RepetitionInfo repetition, SeededTest test) {
        long seed = seed(repetition);
        try {
            test.run(new Random(seed));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dzrs.seed=" + seed + ": " + e.getMessage(), e);
        }
    }

    /** A test that leaves things to chance. */
    @FunctionalInterface
    interface SeededTest {
        void run(Random random) throws Exception;
    }
}
