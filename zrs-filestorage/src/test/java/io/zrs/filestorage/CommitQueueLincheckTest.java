package io.zrs.filestorage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Group commit, with its threads interleaved by a model checker, which also finds a thread that waits for ever. */
class CommitQueueLincheckTest {
    private static final int INTERLEAVINGS = 60;

    @Test
    void returnsWhenDataAndStatusAreDurableOneAfterTheOther() {
        Interleavings.explore(TwoCommits.class, INTERLEAVINGS);
    }

    @Test
    void makesDurableWhatNobodyWaitedFor() {
        Interleavings.explore(CommitAndForce.class, INTERLEAVINGS);
    }

    @ParameterizedTest
    @ValueSource(classes = {FirstForceFails.class, SecondForceFails.class, ThirdForceFails.class})
    void tellsAllWhoWaitOfAFailure(Class<?> race) {
        Interleavings.explore(race, INTERLEAVINGS / 2);
    }

    @Test
    void goesOnInAnotherFile() {
        Interleavings.explore(CommitAndExchange.class, INTERLEAVINGS);
    }

    /** Two committers. */
    public static class TwoCommits extends Log {
        /** On a disk that does not fail. */
        public TwoCommits() {
            this(0);
        }

        TwoCommits(int failingForce) {
            super(failingForce);
        }

        @Operation(runOnce = true)
        public void commitOne() {
            commit();
        }

        @Operation(runOnce = true)
        public void commitAnother() {
            commit();
        }
    }

    /** On a disk whose first force fails. */
    public static class FirstForceFails extends TwoCommits {
        /** See there. */
        public FirstForceFails() {
            super(1);
        }
    }

    /** On a disk whose second force fails. */
    public static class SecondForceFails extends TwoCommits {
        /** See there. */
        public SecondForceFails() {
            super(2);
        }
    }

    /** On a disk whose third force fails, if there is one. */
    public static class ThirdForceFails extends TwoCommits {
        /** See there. */
        public ThirdForceFails() {
            super(3);
        }
    }

    /** A committer, and one who forces what is finished already. */
    public static class CommitAndForce extends Log {
        /** With one transaction that is finished. */
        public CommitAndForce() {
            super(0);
            finish();
        }

        @Operation(runOnce = true)
        public void commitOne() {
            commit();
        }

        @Operation(runOnce = true)
        public void force() {
            awaitAll();
        }
    }

    /** Somebody waits for a finished transaction while a pack puts another log in place. */
    public static class CommitAndExchange extends Log {
        private final long number;

        /** With one transaction that is finished. */
        public CommitAndExchange() {
            super(0);
            number = finish();
        }

        @Operation(runOnce = true)
        public void waitForOne() {
            await(number);
        }

        @Operation(runOnce = true)
        public void pack() {
            exchange();
        }
    }

    /** Transactions 1, 2… and how far each of them has come, in the file that is current. */
    public abstract static class Log {
        private static final int SIZE = 100;

        private final int failingForce;
        private final CommitQueue queue;
        private Disk disk;
        private int finished;
        private int visible;
        private int failed;

        /** A log whose disk fails at one force, counted from 1. */
        Log(int failingForce) {
            this.failingForce = failingForce;
            this.disk = new Disk();
            this.queue = new CommitQueue(disk, this::show);
        }

        void commit() {
            await(finish());
        }

        /** Its number in the queue. */
        synchronized long finish() {
            int tid = ++finished;
            disk.steps[tid] = Disk.WRITTEN;
            return queue.add(transaction(tid));
        }

        void awaitAll() {
            queue.awaitAll();
        }

        void exchange() {
            synchronized (this) { // a pack holds the turn to write
                List<FinishedTransaction> invisible = queue.pause();
                Disk copy = new Disk();
                for (FinishedTransaction transaction : invisible) {
                    int tid = (int) transaction.tid();
                    copy.steps[tid] = disk.steps[tid] < Disk.MARKED ? Disk.DURABLE : Disk.COMMITTED;
                }
                disk = copy;
                queue.exchange(copy, List.copyOf(invisible));
                queue.resume();
            }
        }

        @Validate
        public void allAreVisibleOrWereToldOfAFailure() {
            checkThat(visible + failed == finished, visible + " visible and " + failed + " failed of " + finished);
            checkThat((queue.failure() == null) == (failed == 0), "failure: " + queue.failure());
        }

        void await(long number) {
            try {
                queue.await(number);
            } catch (UncheckedIOException e) {
                synchronized (this) {
                    failed++;
                }
                return;
            }
            checkReturned(number);
        }

        private synchronized void checkReturned(long number) {
            checkThat(visible >= number, number + " returned, visible are " + visible);
        }

        private void show(FinishedTransaction transaction) {
            int tid = (int) transaction.tid();
            checkThat(tid == visible + 1, tid + " after " + visible);
            checkThat(disk.steps[tid] == Disk.COMMITTED, tid + " visible at step " + disk.steps[tid]);
            visible = tid;
        }

        private static FinishedTransaction transaction(int tid) {
            return new FinishedTransaction((long) tid * SIZE, (long) (tid + 1) * SIZE, tid, ' ', 1);
        }

        private static void checkThat(boolean holds, String what) {
            if (!holds) {
                throw new AssertionError(what);
            }
        }

        private final class Disk implements LogFile {
            static final int WRITTEN = 1;
            static final int DURABLE = 2;
            static final int MARKED = 3;
            static final int COMMITTED = 4;

            private final int[] steps = new int[4];
            private int forces;

            @Override
            public void force() {
                forces++;
                checkThat(failingForce == 0 || forces <= failingForce, "forced again after a failure");
                int[] begun = steps.clone();
                if (forces == failingForce) {
                    throw new UncheckedIOException(new IOException("planned"));
                }
                for (int tid = 1; tid <= finished; tid++) {
                    steps[tid] += begun[tid] == WRITTEN || begun[tid] == MARKED ? 1 : 0;
                }
            }

            @Override
            public void write(ByteBuffer source, long offset) {
                int tid = (int) offset / SIZE;
                checkThat(this == disk, "status in a file that was left");
                checkThat(steps[tid] == DURABLE, "status at step " + steps[tid]);
                steps[tid] = MARKED;
            }

            @Override
            public String name() {
                return "Data.fs";
            }

            @Override
            public long size() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(ByteBuffer target, long offset) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void truncate(long size) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void moveTo(Path target) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {
                throw new UnsupportedOperationException();
            }
        }
    }
}
