package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SerialTaskTest {
    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    @AfterEach
    void shutDown() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void runsNeverTwiceAtATimeAndAfterEachRequest() throws Exception {
        AtomicLong requested = new AtomicLong();
        AtomicLong seen = new AtomicLong();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger clashes = new AtomicInteger();
        SerialTask task = new SerialTask(
                threads,
                () -> {
                    if (running.incrementAndGet() > 1) {
                        clashes.incrementAndGet();
                    }
                    seen.set(requested.get());
                    running.decrementAndGet();
                },
                () -> {});
        CountDownLatch done = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            threads.execute(() -> {
                for (int j = 0; j < 10_000; j++) {
                    requested.incrementAndGet();
                    task.request();
                }
                done.countDown();
            });
        }
        done.await();
        while (!task.isIdle()) {
            Thread.onSpinWait();
        }
        assertThat(seen.get()).isEqualTo(20_000);
        assertThat(clashes.get()).isZero();
    }

    @Test
    void waitsForTheRunInProgressBeforeItsEnd() throws Exception {
        CountDownLatch inRun = new CountDownLatch(1);
        CountDownLatch mayReturn = new CountDownLatch(1);
        AtomicInteger order = new AtomicInteger();
        AtomicInteger runEnded = new AtomicInteger();
        AtomicInteger lastRan = new AtomicInteger();
        SerialTask task = new SerialTask(
                threads,
                () -> {
                    inRun.countDown();
                    awaitUninterruptibly(mayReturn);
                    runEnded.set(order.incrementAndGet());
                },
                () -> lastRan.set(order.incrementAndGet()));
        task.request();
        inRun.await();
        CountDownLatch ended = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            threads.execute(() -> {
                task.end();
                ended.countDown();
            });
        }
        assertThat(ended.getCount()).isEqualTo(2);
        mayReturn.countDown();
        ended.await();
        assertThat(runEnded.get()).isEqualTo(1);
        assertThat(lastRan.get()).isEqualTo(2);
    }

    @Test
    void doesNotRunAfterItsEnd() {
        ManualExecutor executor = new ManualExecutor();
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger lasts = new AtomicInteger();
        SerialTask task = new SerialTask(executor, runs::incrementAndGet, lasts::incrementAndGet);
        task.request();
        task.end();
        task.end();
        task.request();
        executor.runAll();
        assertThat(runs.get()).isZero();
        assertThat(lasts.get()).isEqualTo(1);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
