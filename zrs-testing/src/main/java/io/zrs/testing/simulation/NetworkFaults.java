package io.zrs.testing.simulation;

import java.time.Duration;

/**
 * What goes wrong by itself in a network, each as a chance from 0, never, to 1, always. Threading: immutable.
 *
 * @param reset that the connection is reset instead of a piece's arrival
 * @param flip that one bit of a piece is flipped
 * @param stall that a piece is held up
 * @param stallMax the longest time that a piece is held up, not negative
 * @param refusal that an attempt to connect is refused
 */
public record NetworkFaults(double reset, double flip, double stall, Duration stallMax, double refusal) {
    /** Nothing goes wrong. */
    public static final NetworkFaults NONE = new NetworkFaults(0, 0, 0, Duration.ZERO, 0);

    /** Checks the ranges. */
    public NetworkFaults {
        checkChance("reset", reset);
        checkChance("flip", flip);
        checkChance("stall", stall);
        checkChance("refusal", refusal);
        if (stallMax.isNegative()) {
            throw new IllegalArgumentException("a piece cannot be held up for " + stallMax);
        }
    }

    private static void checkChance(String of, double chance) {
        if (!(chance >= 0 && chance <= 1)) {
            throw new IllegalArgumentException("the chance of a " + of + " is from 0 to 1, not " + chance);
        }
    }
}
