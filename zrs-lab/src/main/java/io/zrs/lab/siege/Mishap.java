package io.zrs.lab.siege;

import java.util.random.RandomGenerator;

/**
 * What happens to the bytes of one direction of a {@link Proxy}, once.
 *
 * <p>Threading: immutable.
 *
 * @param bytesBefore how many bytes get through first
 * @param millis how long it lasts, if it lasts
 */
record Mishap(Kind kind, int bytesBefore, int millis) {
    /** Kinds of mishaps. */
    enum Kind {
        /** Both ends are told that the connection broke. */
        RESET("resets"),
        /** Both ends see an orderly end. */
        CLOSE("closes"),
        /** Nothing is taken for a while, then all goes on. */
        STALL("stalls"),
        /** Nothing gets through any more, of which nobody is told; much later both ends are, as TCP's own keep-alive would do. */
        SILENCE("silences"),
        /** The bytes come in small pieces. */
        SPLIT("splits"),
        /** All comes late. */
        DELAY("delays"),
        /** A bit is another. */
        CORRUPTION("corruptions");

        private final String plural;

        Kind(String plural) {
            this.plural = plural;
        }

        /** The word for many of them. */
        String plural() {
            return plural;
        }
    }

    /** In which direction the bytes go. */
    enum Direction {
        /** From the primary to who follows it. */
        DOWN,
        /** From who follows to its primary: little more than the introduction. */
        UP
    }

    /** Right where something begins, within some small transactions, within a large one. */
    private static final int[] BYTES_BEFORE_MAX = {1, 3000, 60_000};

    /** So far the introduction of a {@code zrs2.x} secondary goes. */
    private static final int INTRODUCTION_BYTES = 22;

    private static final int MILLIS_MIN = 50;
    private static final int MILLIS_MAX = 3000;

    /** Any that can be met in {@code direction}. */
    static Mishap random(RandomGenerator random, Direction direction) {
        Kind[] kinds = Kind.values();
        int reach = direction == Direction.UP
                ? INTRODUCTION_BYTES
                : BYTES_BEFORE_MAX[random.nextInt(BYTES_BEFORE_MAX.length)];
        return new Mishap(
                kinds[random.nextInt(kinds.length)], random.nextInt(reach), random.nextInt(MILLIS_MIN, MILLIS_MAX));
    }
}
