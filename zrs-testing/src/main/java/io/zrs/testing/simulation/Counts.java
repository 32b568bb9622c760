package io.zrs.testing.simulation;

import java.util.EnumMap;
import java.util.Map;

/** Counts what a network does. */
final class Counts {
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

    void add(Kind kind) {
        counts.merge(kind, 1L, Long::sum);
    }

    NetworkCounts snapshot() {
        return new NetworkCounts(
                of(Kind.CONNECTION),
                of(Kind.SPLIT),
                of(Kind.STALL),
                of(Kind.FLIP),
                of(Kind.RESET),
                of(Kind.HALF_OPEN),
                of(Kind.HOLD),
                of(Kind.REFUSAL),
                of(Kind.TIMEOUT));
    }

    private long of(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** As in {@link NetworkCounts}. */
    enum Kind {
        CONNECTION,
        SPLIT,
        STALL,
        FLIP,
        RESET,
        HALF_OPEN,
        HOLD,
        REFUSAL,
        TIMEOUT
    }
}
