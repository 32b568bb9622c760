package io.zrs.secondary;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Requests, turns and the end of a task, interleaved by a model checker. */
class SerialTaskLincheckTest {
    private static final int INTERLEAVINGS = 100;

    @Test
    void runsOnceMoreAfterEachRequestAndNeverTwiceAtATime() {
        Interleavings.explore(RequestsWhileWorking.class, INTERLEAVINGS);
    }

    @Test
    void endsOnceAndForGood() {
        Interleavings.explore(EndWhileWorking.class, INTERLEAVINGS);
    }

    /** Two threads that request turns, and of whose time the executor makes use. */
    public static class RequestsWhileWorking extends Turns {
        @Operation(runOnce = true)
        public void workAndRequest() {
            runNext();
            request();
            runNext();
        }

        @Operation(runOnce = true)
        public void requestAndWork() {
            request();
            runNext();
        }

        @Validate
        public void nothingIsLeftToBeDone() {
            runRest();
            checkThat(done == requested, done + " of " + requested + " requests were answered");
            checkThat(isIdle(), "not idle");
        }
    }

    /** One thread works, another one ends it all. */
    public static class EndWhileWorking extends Turns {
        @Operation(runOnce = true)
        public void work() {
            runNext();
            request();
            runNext();
        }

        @Operation(runOnce = true)
        public void end() {
            endAll();
            checkThat(lastRuns == 1, "the end came " + lastRuns + " times before end() returned");
        }

        @Validate
        public void cameToAnEndOnce() {
            request();
            runRest();
            checkThat(lastRuns == 1, "the end came " + lastRuns + " times");
            checkThat(isIdle(), "not idle");
        }
    }

    /** A task that notes what it was asked for, with one request made, and an executor of which anybody may be a thread. */
    public abstract static class Turns {
        private final Queue<Runnable> submitted = new ArrayDeque<>();
        private final SerialTask task = new SerialTask(this::submit, this::turn, this::last);
        private boolean running;
        int requested;
        int done;
        int lastRuns;

        Turns() {
            request();
        }

        void request() {
            synchronized (this) {
                requested++;
            }
            task.request();
        }

        void endAll() {
            task.end();
        }

        boolean isIdle() {
            return task.isIdle();
        }

        boolean runNext() {
            Runnable next = poll();
            if (next != null) {
                next.run();
            }
            return next != null;
        }

        void runRest() {
            while (runNext()) {
                checkThat(!running, "still running");
            }
        }

        private synchronized void submit(Runnable turn) {
            submitted.add(turn);
        }

        private synchronized @Nullable Runnable poll() {
            return submitted.poll();
        }

        private void turn() {
            begin();
            synchronized (this) {
                done = requested;
            }
            running = false;
        }

        private void last() {
            begin();
            lastRuns++;
            running = false;
        }

        private void begin() {
            checkThat(!running, "two at a time");
            checkThat(lastRuns == 0, "a run after the end");
            running = true;
        }

        static void checkThat(boolean holds, String what) {
            if (!holds) {
                throw new AssertionError(what);
            }
        }
    }
}
