package io.zrs.lab.simulator;

import io.zrs.storage.Tid;
import io.zrs.testing.disk.DiskFaults;
import io.zrs.testing.simulation.NetworkCounts;
import io.zrs.testing.simulation.SimulatedNetwork;
import io.zrs.testing.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All that one run consists of: time, chance, network, machines, and what has been committed.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class World {
    private static final Duration GLANCE = Duration.ofMillis(20);
    private static final int EVENTS_MAX = 3_000_000;

    private final Simulation simulation;
    private final RandomGenerator chance;
    private final Recipe recipe;
    private final History history = new History();
    private final Counts counts = new Counts();
    private final UnaryOperator<DiskFaults> defect;
    private final List<Machine> machines = new ArrayList<>();
    private Machine primary;

    /** What was committed by then is not undone any more: it may bring back what is garbage elsewhere. */
    private Tid undoLimit = Tid.NONE;

    private @Nullable Violation violation;
    private int eventCount;
    private boolean hasPacked;

    /** Machines that are off, one of which is to be the primary. */
    World(long seed, UnaryOperator<DiskFaults> defect) {
        this.simulation = new Simulation(seed);
        this.chance = new SplittableRandom(seed);
        this.defect = defect;
        this.recipe = new Recipe(chance);
        for (int i = 0; i <= recipe.followerCount(); i++) {
            machines.add(new Machine(this, i));
        }
        primary = machines.get(0);
    }

    SimulatedNetwork network() {
        return simulation.network();
    }

    RandomGenerator chance() {
        return chance;
    }

    Recipe recipe() {
        return recipe;
    }

    History history() {
        return history;
    }

    Counts counts() {
        return counts;
    }

    List<Machine> machines() {
        return machines;
    }

    /** The primary that operators know of. */
    Machine primary() {
        return primary;
    }

    void setPrimary(Machine machine) {
        primary = machine;
    }

    Tid undoLimit() {
        return undoLimit;
    }

    void raiseUndoLimit(Tid time) {
        undoLimit = undoLimit.compareTo(time) < 0 ? time : undoLimit;
    }

    /** Whether any machine may have been packed. */
    boolean hasPacked() {
        return hasPacked;
    }

    void notePack() {
        hasPacked = true;
    }

    int pendingEvents() {
        return simulation.pendingEvents();
    }

    /** The disk's faults, with what a test has planted. */
    DiskFaults plantDefect(DiskFaults faults) {
        return defect.apply(faults);
    }

    void count(Happening happening) {
        counts.add(happening);
    }

    boolean isTracing() {
        return simulation.trace().isOn();
    }

    void traceNothing() {
        simulation.trace().limit(0);
    }

    void trace(Machine machine, String text) {
        if (isTracing()) {
            simulation.trace().add(machine.host(), text);
        }
    }

    void trace(String text) {
        if (isTracing()) {
            simulation.trace().add("", text);
        }
    }

    String traceText() {
        return simulation.trace().toString();
    }

    /** Ends the run with a violation, also where exceptions are swallowed. */
    void fail(String message) {
        Violation failure = new Violation(message);
        violation = violation == null ? failure : violation;
        throw violation;
    }

    /** Throws what {@link #fail} was told. */
    void checkNotFailed() {
        if (violation != null) {
            throw violation;
        }
    }

    /** Lets time pass. */
    void advance(Duration duration) {
        passOnPackTimes();
        boolean[] over = {false};
        simulation.callLater(duration, () -> over[0] = true);
        while (!over[0]) {
            step();
        }
        settle();
    }

    /** Lets time pass until something is so, or for a limited time; tells whether it is so. */
    boolean await(BooleanSupplier condition, Duration limit) {
        boolean[] over = {false};
        simulation.callLater(limit, () -> over[0] = true);
        while (!over[0] && !condition.getAsBoolean()) {
            advance(GLANCE);
        }
        return condition.getAsBoolean();
    }

    /** Lets everything happen that still will; there must be an end to it. */
    void advanceToEnd() {
        while (simulation.pendingEvents() > 0) {
            step();
        }
        settle();
    }

    /** Takes into the counts what the network has done. */
    void countNetwork() {
        set(Happening.EVENT, eventCount);
        NetworkCounts network = simulation.network().counts();
        set(Happening.CONNECTION_RESET, network.resets());
        set(Happening.CONNECTION_CUT_SILENTLY, network.halfOpens());
        set(Happening.CONNECTION_HELD, network.holds());
        set(Happening.CONNECTION_REFUSED, network.refusals());
        set(Happening.BIT_FLIP, network.flips());
    }

    private void set(Happening happening, long count) {
        counts.add(happening, count - counts.of(happening));
    }

    private void step() {
        if (++eventCount > EVENTS_MAX) {
            throw new Violation("nothing comes to an end");
        }
        try {
            simulation.step();
        } catch (RuntimeException | AssertionError e) {
            if (violation == null && machines.stream().noneMatch(Machine::isDying)) {
                throw new Violation("a task has failed", e);
            }
        }
        checkNotFailed();
    }

    private void settle() {
        checkNotFailed();
        machines.forEach(Machine::buryIfDead);
        passOnPackTimes();
    }

    /** Who follows a packed log gets what is left of it. */
    private void passOnPackTimes() {
        for (int i = 0; hasPacked && i < machines.size(); i++) {
            for (Machine machine : machines) {
                Machine upstream = machine.upstream();
                if (upstream != null && machine.acknowledged().tid().compareTo(upstream.packTime()) < 0) {
                    machine.raisePackTime(upstream.packTime());
                }
            }
        }
    }
}
