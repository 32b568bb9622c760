package io.zrs.lab.siege;

import io.zrs.lab.Site;
import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.reactor.NioReactor;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process, made to be killed, that commits without end, serves what it commits, and packs if it is to. It says, in the lines of a
 * {@link Chronicle}, before and after each commit what it does. SIGTERM ends it in order.
 */
final class CommittingPrimary {
    private static final int COMMITTER_COUNT = 2;
    private static final int PAUSE_MILLIS_MAX = 80;
    private static final int PACK_MILLIS_MIN = 1000;
    private static final int PACK_MILLIS_MAX = 6000;
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final Storage storage;
    private volatile boolean isEnding;

    private CommittingPrimary(Storage storage) {
        this.storage = storage;
    }

    /**
     * Runs until it is ended.
     *
     * @param arguments the directory of a {@link Site}, which has {@link Subjects}; a seed; the name of a {@link Regime}
     */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        SplittableRandom random = new SplittableRandom(Long.parseLong(arguments[1]));
        boolean packs = Regime.valueOf(arguments[2]) == Regime.PACKING;
        ExecutorService threads = Executors.newCachedThreadPool();
        Thread main = Thread.currentThread();
        try (Storage storage = new Site(Path.of(arguments[0])).open(Clock.systemUTC());
                NioReactor reactor = NioReactor.start()) {
            CommittingPrimary committing = new CommittingPrimary(storage);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> committing.end(main)));
            Primary primary = Primary.start(
                    storage,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    reactor,
                    threads,
                    PrimarySettings.defaults());
            InetSocketAddress address = (InetSocketAddress) primary.address();
            say("listening on " + address.getAddress().getHostAddress() + ":" + address.getPort());
            committing.work(threads, random, packs);
            primary.close(DRAIN).get();
        } finally {
            threads.shutdown();
        }
    }

    private void end(Thread main) {
        isEnding = true;
        try {
            main.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(ExecutorService threads, SplittableRandom random, boolean packs)
            throws IOException, InterruptedException, ExecutionException {
        Subjects subjects = Subjects.of(storage);
        List<Future<?>> running = new ArrayList<>();
        for (int number = 0; number < COMMITTER_COUNT; number++) {
            SplittableRandom own = random.split();
            Committer committer = new Committer(
                    number, storage, subjects.share(number, COMMITTER_COUNT), own, CommittingPrimary::say);
            running.add(threads.submit(repeat(own.split(), 0, PAUSE_MILLIS_MAX, committer::commit)));
        }
        if (packs) {
            SplittableRandom own = random.split();
            running.add(threads.submit(repeat(own.split(), PACK_MILLIS_MIN, PACK_MILLIS_MAX, () -> pack(own))));
        }
        for (Future<?> each : running) {
            each.get();
        }
    }

    private void pack(SplittableRandom random) {
        Tid time = storage.lastTransaction();
        say(Chronicle.packing(time));
        storage.capability(Packable.class)
                .orElseThrow()
                .pack(time, random.nextBoolean() ? Garbage.COLLECT : Garbage.KEEP, PackListener.NONE);
        say(Chronicle.PACKED);
    }

    /** Does it again and again, after pauses at random. */
    private Callable<Void> repeat(SplittableRandom random, int millisMin, int millisMax, Step step) {
        return () -> {
            try {
                while (!isEnding) {
                    long pause = TimeUnit.MILLISECONDS.toNanos(random.nextInt(millisMin, millisMax));
                    for (long start = System.nanoTime(); !isEnding && System.nanoTime() - start < pause; ) {
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS_MAX / 4));
                    }
                    step.run();
                }
                return null;
            } catch (IOException | RuntimeException | Error e) {
                isEnding = true;
                say(Chronicle.FAULT + " " + e);
                throw e;
            }
        };
    }

    /** What is done again and again. */
    private interface Step {
        void run() throws IOException;
    }

    private static synchronized void say(String line) {
        System.out.print(line + "\n");
        System.out.flush();
    }
}
