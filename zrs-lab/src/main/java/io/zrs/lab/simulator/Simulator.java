package io.zrs.lab.simulator;

import io.zrs.testing.disk.DiskFaults;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The simulator, for tests that know nothing of it. Threading: thread-safe. */
public final class Simulator {
    private Simulator() {}

    /** What goes wrong in the run of {@code seed}, null if nothing does. */
    public static @Nullable String violation(long seed) {
        return SimulatedRun.run(seed).violation();
    }

    /** As the other one, with a defect planted in every disk. */
    public static @Nullable String violation(long seed, UnaryOperator<DiskFaults> defect) {
        return SimulatedRun.run(seed, defect, false).violation();
    }
}
