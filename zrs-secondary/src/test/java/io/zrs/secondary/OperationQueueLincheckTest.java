package io.zrs.secondary;

import io.zrs.secondary.Batch.End;
import io.zrs.storage.Tid;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The queue between the reactor thread and the applier, interleaved by a model checker. */
class OperationQueueLincheckTest {
    private static final int INTERLEAVINGS = 100;

    @Test
    void whoWasToldToStopIsToldToGoOn() {
        Interleavings.explore(AddAndTake.class, INTERLEAVINGS);
    }

    /** One adds more than there is room for, one takes. */
    public static class AddAndTake implements Batch.Source {
        private static final long SIZE_MAX = 100;
        private static final long BATCH_SIZE = 60;

        private final OperationQueue queue = new OperationQueue(SIZE_MAX);
        private int added;
        private int taken;
        private boolean stopped;
        private final AtomicInteger calls = new AtomicInteger();

        /** With one batch in the queue. */
        public AddAndTake() {
            addBatch();
        }

        @Operation(runOnce = true)
        public void add() {
            while (!stopped && added < 3) {
                addBatch();
            }
        }

        @Operation(runOnce = true)
        public void take() {
            takeBatch();
            takeBatch();
            takeBatch();
        }

        @Validate
        public void goesOnAndKeepsNothing() {
            boolean hasRoom = queue.size() <= SIZE_MAX / 2;
            checkThat(calls.get() == (stopped && hasRoom ? 1 : 0), "stopped: " + stopped + ", told of room: " + calls);
            for (Batch batch = takeBatch(); batch != null; batch = takeBatch()) {
                checkThat(batch.size() == BATCH_SIZE, "a batch of " + batch.size());
            }
            checkThat(taken == added, "taken " + taken + " of " + added);
            checkThat(queue.size() == 0, "holds " + queue.size());
        }

        @Override
        public void roomAgain() {
            calls.incrementAndGet();
        }

        @Override
        public void durable(Tid tid) {
            throw new AssertionError();
        }

        @Override
        public void failed(Throwable cause) {
            throw new AssertionError(cause);
        }

        @Override
        public void drained() {
            throw new AssertionError();
        }

        private void addBatch() {
            added++;
            stopped = !queue.add(new Batch(this, List.of(), BATCH_SIZE, End.OPEN));
        }

        private @Nullable Batch takeBatch() {
            Batch batch = queue.take();
            taken += batch == null ? 0 : 1;
            return batch;
        }

        private static void checkThat(boolean holds, String what) {
            if (!holds) {
                throw new AssertionError(what);
            }
        }
    }
}
