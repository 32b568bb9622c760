package io.zrs.primary;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Wake-ups and runs of a task, interleaved by a model checker. */
class SerialTaskLincheckTest {
    private static final int INTERLEAVINGS = 150;

    @Test
    void runsOnceMoreAfterEachWakeUpAndNeverTwiceAtATime() {
        Interleavings.explore(WakeUpsWhileWorking.class, INTERLEAVINGS);
    }

    /** Two threads that wake a task, and of whose time the executor makes use. */
    public static class WakeUpsWhileWorking {
        private final Queue<Runnable> submitted = new ArrayDeque<>();
        private final SerialTask task = new SerialTask(this::submit, this::body, e -> {});
        private boolean running;
        private int wakeUps;
        private int answered;

        /** Woken once. */
        public WakeUpsWhileWorking() {
            wake();
        }

        @Operation(runOnce = true)
        public void workAndWake() {
            runNext();
            wake();
            runNext();
        }

        @Operation(runOnce = true)
        public void wakeAndWork() {
            wake();
            runNext();
        }

        @Validate
        public void allAreAnswered() {
            while (runNext()) {
                checkThat(!running, "still running");
            }
            checkThat(answered == wakeUps, answered + " of " + wakeUps + " wake-ups were answered");
        }

        private void wake() {
            synchronized (this) {
                wakeUps++;
            }
            task.wake();
        }

        private boolean runNext() {
            Runnable next = poll();
            if (next != null) {
                next.run();
            }
            return next != null;
        }

        private synchronized void submit(Runnable run) {
            submitted.add(run);
        }

        private synchronized @Nullable Runnable poll() {
            return submitted.poll();
        }

        private void body() {
            checkThat(!running, "two at a time");
            running = true;
            synchronized (this) {
                answered = wakeUps;
            }
            running = false;
        }

        private static void checkThat(boolean holds, String what) {
            if (!holds) {
                throw new AssertionError(what);
            }
        }
    }
}
