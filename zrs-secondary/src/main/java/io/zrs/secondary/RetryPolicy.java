package io.zrs.secondary;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to connect again: at once after the first failure, then after {@code delayMin}, then twice as long after each failure up to
 * {@code delayMax}. Each delay is shortened at random by up to a half, so that many secondaries of one primary do not come all at once.
 *
 * <p>Threading: immutable but for {@code jitter}, which is used on the reactor thread only.
 *
 * @param delayMin positive
 * @param delayMax at least {@code delayMin}
 */
public record RetryPolicy(Duration delayMin, Duration delayMax, RandomGenerator jitter) {
    /** Checks the ranges. */
    public RetryPolicy {
        if (delayMin.isNegative() || delayMin.isZero() || delayMax.compareTo(delayMin) < 0) {
            throw new IllegalArgumentException(
                    "delays must be positive and the longest not the shortest: " + delayMin + ", " + delayMax);
        }
    }

    /** From 1 to 60 seconds. */
    public static RetryPolicy standard(RandomGenerator jitter) {
        return new RetryPolicy(Duration.ofSeconds(1), Duration.ofSeconds(60), jitter);
    }

    /**
     * How long to wait.
     *
     * @param failureCount failures since something last went well, at least 1
     */
    public Duration delay(int failureCount) {
        if (failureCount <= 1) {
            return Duration.ZERO;
        }
        Duration delay = delayMin;
        for (int i = 2; i < failureCount && delay.compareTo(delayMax) < 0; i++) {
            delay = delay.multipliedBy(2);
        }
        return shortened(delay.compareTo(delayMax) < 0 ? delay : delayMax);
    }

    /** How long to wait where trying soon cannot help. */
    public Duration longestDelay() {
        return shortened(delayMax);
    }

    private Duration shortened(Duration delay) {
        long millis = delay.toMillis();
        return Duration.ofMillis(millis - (long) (jitter.nextDouble() * millis / 2));
    }
}
