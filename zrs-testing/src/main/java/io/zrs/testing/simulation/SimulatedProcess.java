package io.zrs.testing.simulation;

import io.zrs.reactor.Cancellable;
import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.ListeningPort;
import io.zrs.reactor.Reactor;
import io.zrs.testing.internal.VirtualTime;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A process on a host of a {@link SimulatedNetwork}: a reactor and executors, which can be stopped and killed. Its reactor and each executor stand for threads of
 * their own: each runs its tasks in order, but which of them has the next turn, and when, is up to chance.
 *
 * <p>When it has been {@linkplain #kill killed} or {@linkplain #powerOff lost its power}, nothing of it runs any more; what is asked of it is ignored, and what is
 * running just then is not disturbed, but nobody hears of it, and what it throws is ignored too. So both may be called from within, as by a disk that
 * crashes in the middle of a write.
 *
 * <p>A task that throws is a defect that {@link Simulation#step} reports. A handler that throws loses its connection, as {@link ConnectionHandler} says.
 *
 * <p>Addresses are those of {@link SimulatedNetwork#address(String)}, with port 0 to have one picked, or Unix domain sockets, which the processes of a host share.
 *
 * <p>Threading: confined to the simulation's thread.
 */
public final class SimulatedProcess implements Reactor {
    private final Simulation simulation;
    private final String host;
    private final Map<String, Lane> executors = new HashMap<>();
    private final Lane reactor;
    private final Clock clock = new SkewedClock();
    private Duration clockSkew = Duration.ZERO;
    private State state = State.RUNNING;

    SimulatedProcess(Simulation simulation, String host) {
        this.simulation = simulation;
        this.host = host;
        this.reactor = new Lane(this, 1);
    }

    /** Where it runs. */
    public String host() {
        return host;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    /** Has the process's clock differ from the simulation's from now on. */
    public void setClockSkew(Duration skew) {
        clockSkew = skew;
    }

    @Override
    public void execute(Runnable task) {
        reactor.execute(task);
    }

    @Override
    public Cancellable callLater(Duration delay, Runnable task) {
        DelayedTask delayed = new DelayedTask(task);
        delayed.start(VirtualTime.nanosOf(delay));
        return delayed;
    }

    @Override
    public Cancellable connect(SocketAddress peer, ConnectionHandler handler) {
        return simulation.network().connect(this, peer, handler);
    }

    @Override
    public ListeningPort listen(SocketAddress address, Supplier<ConnectionHandler> handlers) throws IOException {
        return simulation.network().listen(this, address, handlers);
    }

    /** The executor of one thread that most code needs: {@code executor("executor", 1)}. */
    public Executor executor() {
        return executor("executor", 1);
    }

    /**
     * An executor, always the same for the same name.
     *
     * @param threads with more than one, of so many tasks that wait any may be the next
     */
    public Executor executor(String name, int threads) {
        return executors.computeIfAbsent(name, any -> new Lane(this, threads));
    }

    /** Whether it was neither killed nor lost its power. */
    public boolean isAlive() {
        return state == State.RUNNING || state == State.PAUSED;
    }

    /** Whether it is alive and {@linkplain #pause stopped}. */
    public boolean isPaused() {
        return state == State.PAUSED;
    }

    /**
     * Ends the process now, as {@code kill -9} does. The system closes its connections: what it had taken to send is delivered, then the peer sees the end of the
     * stream, or a reset if something was left unread. Does nothing if it is dead.
     */
    public void kill() {
        die(State.KILLED, "killed");
    }

    /**
     * Ends the process and its host now. Nobody is told: connections are half-open until the other ends find out, by themselves or because a process
     * {@linkplain SimulatedNetwork#start starts} on the host again and they send it something. Does nothing if it is dead.
     */
    public void powerOff() {
        die(State.POWERED_OFF, "powered off");
    }

    /** Stops the process until {@link #resume}, as {@code SIGSTOP} does: connections stay open, but nobody reads or writes. Does nothing if it is dead. */
    public void pause() {
        if (state == State.RUNNING) {
            state = State.PAUSED;
            trace("paused");
        }
    }

    /** Lets the process go on after {@link #pause}; what has become due meanwhile comes first, in order. Does nothing if it is not paused. */
    public void resume() {
        if (state == State.PAUSED) {
            state = State.RUNNING;
            trace("resumed");
            reactor.schedule();
            executors.values().forEach(Lane::schedule);
        }
    }

    @Override
    public String toString() {
        return host;
    }

    void trace(String text) {
        simulation.trace(host, text);
    }

    Simulation simulation() {
        return simulation;
    }

    boolean isRunning() {
        return state == State.RUNNING;
    }

    /** Whether its host is down, unless a process has been started there since. */
    boolean isPoweredOff() {
        return state == State.POWERED_OFF;
    }

    private void die(State death, String how) {
        if (isAlive()) {
            state = death;
            trace(how);
            simulation.drop(this);
            simulation.network().died(this);
        }
    }

    /** Runs a task of this process now. */
    void run(Runnable task) {
        simulation.trace().turnOf(host);
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            if (isAlive()) {
                throw new AssertionError(host + ": a task failed, seed " + simulation.seed(), e);
            }
            trace("failed after its death: " + e);
        } finally {
            simulation.trace().turnOf("");
        }
    }

    private final class DelayedTask implements Cancellable, Runnable {
        private @Nullable Runnable task;
        private @Nullable Cancellable due;

        private DelayedTask(Runnable task) {
            this.task = task;
        }

        private void start(long delayNanos) {
            if (isAlive()) {
                due = simulation.callLater(delayNanos, SimulatedProcess.this, () -> reactor.execute(this));
            }
        }

        @Override
        public void run() {
            if (task != null) {
                task.run();
            }
        }

        @Override
        public void cancel() {
            task = null;
            if (due != null) {
                due.cancel();
            }
        }
    }

    private final class SkewedClock extends Clock {
        @Override
        public Instant instant() {
            return simulation.clock().instant().plus(clockSkew);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("the clock of a process has instants only");
        }
    }

    private enum State {
        RUNNING,
        PAUSED,
        KILLED,
        POWERED_OFF
    }
}
