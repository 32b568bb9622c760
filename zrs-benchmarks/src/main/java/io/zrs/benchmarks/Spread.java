package io.zrs.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Where several measures of one thing lie. */
record Spread(double min, double median, double max) {
    static Spread of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, Arrays.stream(sorted).max().orElseThrow());
    }

    /** Median and, in brackets, the others. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.0f (%.0f-%.0f)", median, min, max);
    }
}
