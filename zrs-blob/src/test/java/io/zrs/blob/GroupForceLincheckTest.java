package io.zrs.blob;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Many forces side by side, the calling thread and one of the executor's interleaved by a model checker. */
class GroupForceLincheckTest {
    private static final int INTERLEAVINGS = 300;

    @Test
    void returnsWhenEachIsForcedOnce() {
        Interleavings.explore(Forcing.class, INTERLEAVINGS, List.of(Notes.class));
    }

    @Test
    void throwsWhenNothingRunsAnyMore() {
        Interleavings.explore(Failing.class, INTERLEAVINGS, List.of(Notes.class));
    }

    /** All goes well. */
    public static class Forcing extends Round {
        @Operation(runOnce = true)
        public void force() throws IOException {
            runAll();
            checkThat(notes.ended == 2, notes.ended + " are forced");
        }

        @Override
        void forced(int item) {}
    }

    /** The second one fails. */
    public static class Failing extends Round {
        @Operation(runOnce = true)
        public void force() {
            try {
                runAll();
                throw new AssertionError("no failure");
            } catch (IOException e) {
                checkThat("planned".equals(e.getMessage()), e.toString());
            }
        }

        @Override
        void forced(int item) throws IOException {
            if (item == 1) {
                throw new IOException("planned");
            }
        }
    }

    /** Two things to be forced, and an executor that has one thread, or none in time. */
    public abstract static class Round {
        final Notes notes = new Notes();
        private final GroupForce group = new GroupForce(notes::submit);

        @Operation(runOnce = true)
        public void help() {
            for (Runnable task = notes.poll(); task != null; task = notes.poll()) {
                task.run();
            }
        }

        @Validate
        public void nothingBeginsLater() {
            help();
            checkThat(notes.begun == notes.ended, notes.begun + " begun, " + notes.ended + " ended");
        }

        abstract void forced(int item) throws IOException;

        void runAll() throws IOException {
            try {
                group.run(List.of(0, 1), this::forceOne);
            } finally {
                notes.returned();
            }
        }

        private void forceOne(int item) throws IOException {
            notes.begin(item);
            try {
                forced(item);
            } finally {
                notes.end();
            }
        }
    }

    /** What has happened; each method is one step. */
    public static final class Notes {
        private final Queue<Runnable> submitted = new ArrayDeque<>();
        private final int[] times = new int[2];
        private boolean returned;
        private int begun;
        private int ended;

        synchronized void submit(Runnable task) {
            submitted.add(task);
        }

        @Nullable
        synchronized Runnable poll() {
            return submitted.poll();
        }

        synchronized void begin(int item) {
            checkThat(!returned, "begins after run() has returned");
            begun++;
            times[item]++;
            checkThat(times[item] == 1, item + " is forced again");
        }

        synchronized void end() {
            ended++;
        }

        synchronized void returned() {
            returned = true;
            checkThat(begun == ended, "returned while one is being forced");
        }
    }

    private static void checkThat(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
