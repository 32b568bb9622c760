package io.zrs.testing.simulation;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * Tasks of a process, run one by one. Each waits a moment for its turn, at least a microsecond, so that nobody keeps time from passing; and now and then a
 * while, as on a busy machine.
 */
final class Lane implements Executor {
    private static final int WAIT_NANOS_MIN = 1_000;
    private static final int WAIT_NANOS_MAX = 20_000;
    private static final int LONG_WAIT_NANOS_MAX = 5_000_000;
    private static final int TURNS_PER_LONG_WAIT = 64;

    private final SimulatedProcess process;
    private final RandomGenerator random;
    private final int threads;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Runnable turn = this::turn;
    private boolean scheduled;

    Lane(SimulatedProcess process, int threads) {
        this.process = process;
        this.random = process.simulation().turns();
        this.threads = threads;
    }

    @Override
    public void execute(Runnable task) {
        if (process.isAlive()) {
            tasks.add(task);
            schedule();
        }
    }

    /** Sees to it that there is a turn, if anything waits for it. */
    void schedule() {
        if (!scheduled && !tasks.isEmpty() && process.isRunning()) {
            scheduled = true;
            process.simulation().callLater(waitNanos(), process, turn);
        }
    }

    private int waitNanos() {
        boolean isLong = random.nextInt(TURNS_PER_LONG_WAIT) == 0;
        return random.nextInt(WAIT_NANOS_MIN, isLong ? LONG_WAIT_NANOS_MAX : WAIT_NANOS_MAX);
    }

    private void turn() {
        scheduled = false;
        if (process.isRunning()) {
            try {
                process.run(next());
            } finally {
                schedule();
            }
        }
    }

    private Runnable next() {
        Iterator<Runnable> waiting = tasks.iterator();
        Runnable task = waiting.next();
        for (int skips = threads == 1 ? 0 : random.nextInt(Math.min(threads, tasks.size())); skips > 0; skips--) {
            task = waiting.next();
        }
        waiting.remove();
        return task;
    }
}
