package io.zrs.testing.simulation;

import io.zrs.reactor.Cancellable;
import io.zrs.testing.internal.VirtualTime;
import java.time.Clock;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Several processes that talk to each other over a bad network, on one thread, in virtual time. The seed decides everything: the same code with the same
 * seed does the same.
 *
 * <pre>{@code
 * Simulation simulation = new Simulation(42);
 * SimulatedNetwork network = simulation.network();
 * SimulatedProcess primary = network.start("primary");
 * SimulatedProcess secondary = network.start("secondary");
 * primary.listen(network.address("primary"), () -> greeter);      // handlers, as with any reactor
 * secondary.connect(network.address("primary"), guest);
 * simulation.run(Duration.ofSeconds(1));
 *
 * network.cut("primary", "secondary", CutKind.SILENT);            // nobody is told
 * simulation.run(Duration.ofHours(1));                            // by now both have found out
 * network.heal();
 * primary.kill();
 * System.out.println(simulation.trace());
 * }</pre>
 *
 * <p>Nothing happens but in {@link #step} and {@link #run}, which do what is next and move time to it. What a process does takes no time, but it waits a little for its turn.
 *
 * <p>Threading: confined to the thread that made it; another one gets an {@link IllegalStateException}.
 */
public final class Simulation {
    private final Thread thread = Thread.currentThread();
    private final VirtualTime time = new VirtualTime();
    private final Trace trace = new Trace(time);
    private final long seed;
    private final RandomGenerator random;
    private final RandomGenerator turns;
    private final SimulatedNetwork network;
    private boolean running;

    /** Nothing has happened yet, at 2007-03-21T20:32:57Z. */
    public Simulation(long seed) {
        this.seed = seed;
        this.random = random("driver");
        this.turns = random("turns");
        this.network = new SimulatedNetwork(this);
    }

    /** What decides everything. */
    public long seed() {
        return seed;
    }

    /** Chance for whoever drives the simulation; the network and the processes have their own. */
    public RandomGenerator random() {
        return random;
    }

    /**
     * A new source of chance, decided by the seed and its purpose alone: with one for each purpose, changes of one thing do not change all others.
     *
     * @param purpose the same always gives the same numbers
     */
    public RandomGenerator random(String purpose) {
        return new SplittableRandom(seed ^ new SplittableRandom(purpose.hashCode()).nextLong());
    }

    /** The virtual time. Those of processes may be {@linkplain SimulatedProcess#setClockSkew skewed}. */
    public Clock clock() {
        return time;
    }

    /** What has happened. */
    public Trace trace() {
        return trace;
    }

    /** The network. */
    public SimulatedNetwork network() {
        return network;
    }

    /** Runs {@code task} after {@code delay}, whatever becomes of any process. What it throws is thrown by {@link #step} as it is. */
    public Cancellable callLater(Duration delay, Runnable task) {
        return callLater(VirtualTime.nanosOf(delay), null, task);
    }

    /**
     * Moves time to the next event and lets it happen.
     *
     * @return false if there is none
     * @throws AssertionError if a task of a process throws; it names the process and the seed. The rest can go on
     * @throws IllegalStateException if called from within an event
     */
    public boolean step() {
        checkIdle();
        if (time.size() == 0) {
            return false;
        }
        time.moveToNext();
        runNext();
        return true;
    }

    /**
     * Lets everything happen that happens within {@code duration}, after which time stands at its end.
     *
     * @param duration not negative
     * @throws AssertionError as {@link #step}
     * @throws IllegalStateException if called from within an event
     */
    public void run(Duration duration) {
        checkIdle();
        long end = time.nanos() + VirtualTime.nanosOf(duration);
        do {
            while (runNext()) {
                // all that is due
            }
        } while (time.moveTowards(end));
    }

    /** How many events are to happen: calls, turns of processes, pieces under way. */
    public int pendingEvents() {
        return time.size();
    }

    /** Chance for whose turn it is. */
    RandomGenerator turns() {
        return turns;
    }

    /** Runs {@code task} after so many nanoseconds, unless its owner dies before. */
    Cancellable callLater(long delayNanos, @Nullable SimulatedProcess owner, Runnable task) {
        checkThread();
        return time.callLater(delayNanos, owner, task);
    }

    /** Nothing that is to happen by {@code process} happens. */
    void drop(SimulatedProcess process) {
        time.drop(owner -> owner == process);
    }

    /** Adds to the trace, if there is one. */
    void trace(String host, String text) {
        if (trace.isOn()) {
            trace.add(host, text);
        }
    }

    private boolean runNext() {
        Runnable event = time.pollDue();
        if (event == null) {
            return false;
        }
        running = true;
        try {
            event.run();
        } finally {
            running = false;
        }
        return true;
    }

    private void checkIdle() {
        checkThread();
        if (running) {
            throw new IllegalStateException("an event of a simulation must not wait for others");
        }
    }

    private void checkThread() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("a simulation belongs to the thread that made it, " + thread + ", not to "
                    + Thread.currentThread());
        }
    }
}
