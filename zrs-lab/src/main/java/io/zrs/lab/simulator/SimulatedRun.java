package io.zrs.lab.simulator;

import io.zrs.testing.disk.DiskFaults;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One run, from an empty site to an orderly end.
 *
 * <p>Threading: each run is confined to one thread; several may run side by side.
 */
public final class SimulatedRun {
    private static final int FAULTS_MIN = 20;
    private static final int STEPS_MAX = 2000;

    private SimulatedRun() {}

    /** Runs {@code seed}, and tells nothing but the outcome. */
    public static Outcome run(long seed) {
        return run(seed, UnaryOperator.identity(), false);
    }

    /**
     * Runs a seed.
     *
     * @param defect makes of the faults of each disk what they become with a defect planted
     * @param traced whether there is to be a trace
     */
    public static Outcome run(long seed, UnaryOperator<DiskFaults> defect, boolean traced) {
        World world = new World(seed, defect);
        if (!traced) {
            world.traceNothing();
        }
        String violation = violation(world);
        world.countNetwork();
        return new Outcome(seed, violation, traced ? world.traceText() : "", world.counts());
    }

    private static @Nullable String violation(World world) {
        try {
            play(world);
            return null;
        } catch (IOException | RuntimeException | Error e) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            return text.toString();
        }
    }

    private static void play(World world) throws IOException {
        Committer committer = new Committer(world);
        Operator operator = new Operator(world);
        Weather weather = new Weather(world);
        Steps steps = new Steps(world, committer, operator, weather);
        operator.startAll();
        for (int i = 0; i < STEPS_MAX && (i < world.recipe().stepCount() || !hadEnough(world)); i++) {
            steps.step();
        }
        new Ending(world, committer, weather).run();
    }

    private static boolean hadEnough(World world) {
        world.countNetwork();
        return world.counts().faults() >= FAULTS_MIN;
    }
}
