package io.zrs.benchmarks;

import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.DatabaseOptions;
import io.zrs.database.PersistentMapping;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Getting objects of ten attributes at random: from the storage each time, from the connection's cache, and without the object layer. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // by setUp
public class DatabaseBenchmark {
    private static final int OBJECT_COUNT = 50_000;
    /** So many does a connection keep, if nobody says otherwise. */
    private static final int CACHED_COUNT = DatabaseOptions.standard().cacheCountMax();

    private static final int OBJECTS_A_TRANSACTION = 1_000;

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<Oid> oids = new ArrayList<>();
    private Path directory;
    private Storage storage;
    private Database database;
    private Connection cached;
    private Connection uncached;

    /** Fills a database. */
    @Setup
    public void setUp() throws IOException {
        directory = Files.createTempDirectory("zrs-benchmark");
        storage = new StorageFiles(directory).open();
        database = Database.open(storage);
        fill();
        cached = database.open();
        // Only a connection that cannot commit drops state at any time.
        uncached = Database.open(storage, DatabaseOptions.standard().withCache(0, 0))
                .at(storage.lastTransaction());
        oids.subList(0, CACHED_COUNT).forEach(cached::get);
    }

    /** Closes and deletes it. */
    @TearDown
    public void tearDown() {
        cached.close();
        uncached.close();
        database.close();
        Trees.delete(directory);
    }

    /** The record alone. */
    @Benchmark
    public @Nullable ObjectRevision storage() {
        return storage.loadBefore(next(OBJECT_COUNT), Tid.MAX);
    }

    /** The object, read from its record each time. */
    @Benchmark
    public @Nullable Object cold() {
        return ((PersistentMapping) uncached.get(next(OBJECT_COUNT))).get("attribute3");
    }

    /** The object, which is in the cache. */
    @Benchmark
    public @Nullable Object cached() {
        return ((PersistentMapping) cached.get(next(CACHED_COUNT))).get("attribute3");
    }

    private Oid next(int count) {
        return oids.get(random.nextInt(count));
    }

    private void fill() {
        try (Connection connection = database.open()) {
            for (int i = 0; i < OBJECT_COUNT; i++) {
                PersistentMapping object = new PersistentMapping();
                for (int k = 0; k < 10; k++) {
                    object.put("attribute" + k, k % 2 == 0 ? (Object) (i + k) : "text " + i);
                }
                connection.add(object);
                oids.add(object.oid().orElseThrow());
                if (i % OBJECTS_A_TRANSACTION == 0) {
                    connection.commit();
                }
            }
            connection.commit();
        }
    }
}
