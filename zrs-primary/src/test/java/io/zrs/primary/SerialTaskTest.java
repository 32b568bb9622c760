package io.zrs.primary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SerialTaskTest {
    private final Queue<Runnable> queue = new ArrayDeque<>();
    private final AtomicInteger runs = new AtomicInteger();
    private final List<RejectedExecutionException> rejections = new ArrayList<>();
    private final SerialTask task = new SerialTask(queue::add, runs::incrementAndGet, rejections::add);

    @Test
    void runsOnceForManyWakeUps() {
        task.wake();
        task.wake();
        runAll();
        assertThat(runs).hasValue(1);
    }

    @Test
    void runsAgainAfterALaterWakeUp() {
        task.wake();
        runAll();
        task.wake();
        runAll();
        assertThat(runs).hasValue(2);
    }

    @Test
    void goesBehindOthersWhenWokenWhileRunning() {
        List<String> order = new ArrayList<>();
        SerialTask[] self = new SerialTask[1];
        self[0] = new SerialTask(
                queue::add,
                () -> {
                    order.add("mine");
                    if (order.size() < 3) {
                        self[0].wake();
                    }
                },
                rejections::add);
        self[0].wake();
        queue.add(() -> order.add("other"));
        runAll();
        assertThat(order).containsExactly("mine", "other", "mine");
    }

    @Test
    void tellsOnceThatTheExecutorIsClosed() {
        Executor closed = command -> {
            throw new RejectedExecutionException("closed");
        };
        SerialTask late = new SerialTask(closed, runs::incrementAndGet, rejections::add);
        late.wake();
        late.wake();
        assertThat(rejections).hasSize(1);
        assertThat(runs).hasValue(0);
    }

    @Test
    @Timeout(60) // a lost wake-up shows by waiting for ever
    void losesNoWakeUpAndNeverRunsTwiceAtATime() throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        AtomicInteger promised = new AtomicInteger();
        AtomicInteger kept = new AtomicInteger();
        AtomicBoolean isRunning = new AtomicBoolean();
        AtomicBoolean overlapped = new AtomicBoolean();
        SerialTask busy = new SerialTask(
                threads,
                () -> {
                    if (!isRunning.compareAndSet(false, true)) {
                        overlapped.set(true);
                    }
                    kept.set(promised.get());
                    isRunning.set(false);
                },
                rejections::add);
        for (int i = 0; i < 20_000; i++) {
            promised.incrementAndGet();
            busy.wake();
        }
        while (kept.get() < 20_000) {
            Thread.onSpinWait();
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(kept).hasValue(20_000);
        assertThat(overlapped).isFalse();
    }

    private void runAll() {
        for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
            next.run();
        }
    }
}
