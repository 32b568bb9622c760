package io.zrs.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.DatabaseOptions;
import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.reactor.NioReactor;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers of a secondary's database, while the primary commits without a pause. */
@Timeout(120)
class SnapshotStressTest {
    private static final int COMMIT_COUNT = 10_000;

    /** How far the primary may be ahead of a reader: so each sees many snapshots, however threads are scheduled. */
    private static final int LEAD_MAX = 500;

    @TempDir
    private Path directory;

    private final ExecutorService disk = Executors.newFixedThreadPool(4);
    private final ExecutorService readers = Executors.newCachedThreadPool();
    private final CountDownLatch allArrived = new CountDownLatch(1);
    private final List<SnapshotReader> hasty = new ArrayList<>();
    private final List<Future<?>> results = new ArrayList<>();

    @AfterEach
    void end() {
        readers.shutdownNow();
        disk.shutdown();
    }

    @ParameterizedTest(name = "seed={0}") // replay one: -Dzrs.seed=42
    @ValueSource(longs = 1)
    void showsOneMomentThroughTenThousandCommitsThenTheNewest(long standardSeed) throws Exception {
        long seed = Long.getLong("zrs.seed", standardSeed);
        try (NioReactor reactor = NioReactor.start();
                Database original = Database.open(site("primary").open());
                Connection writer = original.open()) {
            Tid first = SnapshotReader.commit(writer, 0);
            Primary primary = Primary.start(original.storage(), anyPort(), reactor, disk, PrimarySettings.defaults());
            try (Secondary secondary = follow(primary, reactor)) {
                await(secondary, first);
                startReaders(secondary, DatabaseOptions.standard(), seed);
                // Room for two objects: each look at the root and three others has to load them again.
                startReaders(secondary, DatabaseOptions.standard().withCache(2, 1 << 20), seed + 10);
                await(secondary, commitAll(writer));
                allArrived.countDown();
                for (Future<?> result : results) {
                    result.get(60, TimeUnit.SECONDS);
                }
                assertThat(secondary.status().connectCount()).isEqualTo(1);
            }
            primary.close(Duration.ZERO).get(60, TimeUnit.SECONDS);
        }
    }

    private Tid commitAll(Connection writer) throws InterruptedException {
        Tid last = Tid.NONE;
        for (int number = 1; number <= COMMIT_COUNT; number++) {
            for (SnapshotReader reader : hasty) {
                reader.awaitNumber(number - LEAD_MAX);
            }
            last = SnapshotReader.commit(writer, number);
        }
        return last;
    }

    private void startReaders(Secondary secondary, DatabaseOptions options, long seed) {
        Database database = Database.open(secondary, options);
        SnapshotReader patient = new SnapshotReader(database, new Random(seed));
        results.add(readers.submit(() -> keepOneSnapshot(patient)));
        for (int i = 1; i <= 2; i++) {
            Random random = new Random(seed + i);
            SnapshotReader reader = new SnapshotReader(database, random);
            hasty.add(reader);
            results.add(readers.submit(() -> followCommits(reader, random)));
        }
    }

    /** From before the first of the commits until after the last one. */
    private @Nullable Void keepOneSnapshot(SnapshotReader reader) throws InterruptedException {
        try (reader) {
            reader.moveOn();
            reader.awaitCommit();
            while (!allArrived.await(1, TimeUnit.MILLISECONDS)) {
                reader.look();
            }
            reader.look();
            reader.moveOn();
            reader.look();
            assertThat(reader.number()).isEqualTo(COMMIT_COUNT);
        }
        return null;
    }

    /** Many snapshots, some of them while further commits come. */
    private static @Nullable Void followCommits(SnapshotReader reader, Random random) throws InterruptedException {
        try (reader) {
            while (reader.number() < COMMIT_COUNT) {
                reader.moveOn();
                if (random.nextInt(10) == 0 && reader.number() < COMMIT_COUNT) {
                    reader.awaitCommit();
                }
                reader.look();
            }
        }
        return null;
    }

    private Secondary follow(Primary primary, NioReactor reactor) throws IOException {
        return Secondary.start(
                site("secondary").open(), primary.address(), reactor, disk, SecondarySettings.standard(new Random(0)));
    }

    private static void await(Storage secondary, Tid tid) {
        while (secondary.lastTransaction().compareTo(tid) < 0) {
            assertThat(Thread.currentThread().isInterrupted()).as("time-out").isFalse();
            Thread.onSpinWait();
        }
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private Site site(String name) throws IOException {
        return new Site(Files.createDirectory(directory.resolve(name)));
    }
}
