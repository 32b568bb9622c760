package io.zrs.benchmarks;

import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Loading objects at random, and reading the same bytes at random without any code of this project: the ratio is what counts. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // by setUp
public class LoadBenchmark {
    private static final long DATA_BYTES = 40_000_000;
    private static final int RECORD_HEADER_BYTES = 42;

    @Param({"200", "4096"})
    private int recordSize;

    private final SplittableRandom random = new SplittableRandom(1);
    private Path directory;
    private Storage storage;
    private FileChannel file;
    private ByteBuffer buffer;
    private int objectCount;

    /** Of the records by oid. */
    private long[] offsets;

    /** Fills a storage. */
    @Setup
    public void setUp() throws IOException {
        directory = Files.createTempDirectory("zrs-benchmark");
        StorageFiles files = new StorageFiles(directory);
        Shape.records("load", 10, recordSize).fill(files, DATA_BYTES);
        storage = files.open();
        objectCount = (int) storage.objectCount();
        offsets = new long[objectCount];
        try (TransactionCursor cursor = storage.capability(TransactionLog.class)
                .orElseThrow()
                .iterate(Tid.NONE, TransactionLog.Order.OLDEST_FIRST)) {
            for (LogTransaction each = cursor.next(); each != null; each = cursor.next()) {
                for (DataRecord record = each.nextRecord(); record != null; record = each.nextRecord()) {
                    offsets[(int) record.oid().value()] = each.recordOffset();
                }
            }
        }
        file = FileChannel.open(files.data());
        buffer = ByteBuffer.allocateDirect(RECORD_HEADER_BYTES + recordSize);
    }

    /** Closes and deletes it. */
    @TearDown
    public void tearDown() throws IOException {
        file.close();
        storage.close();
        Trees.delete(directory);
    }

    /** Ours. */
    @Benchmark
    public ObjectRevision load() {
        return storage.load(new Oid(random.nextInt(objectCount)));
    }

    /** The record with its header, into a buffer that is there. */
    @Benchmark
    public int rawRead() throws IOException {
        return file.read(buffer.clear(), offsets[random.nextInt(objectCount)]);
    }
}
