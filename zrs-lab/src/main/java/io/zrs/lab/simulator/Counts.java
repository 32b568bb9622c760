package io.zrs.lab.simulator;

import java.util.EnumMap;
import java.util.Map;

/** How often each {@link Happening} came about. Threading: confined to one thread at a time. */
public final class Counts {
    private final Map<Happening, Long> counts = new EnumMap<>(Happening.class);

    /** Nothing has happened yet. */
    public Counts() {}

    void add(Happening happening) {
        add(happening, 1);
    }

    void add(Happening happening, long count) {
        counts.merge(happening, count, Long::sum);
    }

    long of(Happening happening) {
        return counts.getOrDefault(happening, 0L);
    }

    /** All faults together. */
    public long faults() {
        long sum = 0;
        for (Happening happening : Happening.values()) {
            sum += happening.isFault() ? of(happening) : 0;
        }
        return sum;
    }

    /** Adds what happened elsewhere. */
    public void add(Counts other) {
        other.counts.forEach(this::add);
    }

    /** One line for each kind, faults first. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Happening happening : Happening.values()) {
            text.append(String.format("%,14d %s%n", of(happening), happening.text()));
        }
        return text.append(String.format("%,14d faults", faults())).toString();
    }
}
