package io.zrs.benchmarks;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.FileStorageOptions.Mode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Opening a storage without its index file, which scans the log, and reading the same file from start to end: the ratio is what counts. */
@State(Scope.Thread)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // by setUp
public class ScanBenchmark {
    private static final long DATA_BYTES = 256 << 20;

    @Param({"200", "4096"})
    private int recordSize;

    private StorageFiles files;
    private ByteBuffer buffer;

    /** Fills a storage. */
    @Setup
    public void setUp() throws IOException {
        Path directory = Files.createTempDirectory("zrs-benchmark");
        files = new StorageFiles(directory);
        Shape.records("scan", 10, recordSize).fill(files, DATA_BYTES);
        Files.delete(directory.resolve("Data.fs.index"));
        buffer = ByteBuffer.allocateDirect(1 << 17);
    }

    /** Deletes it. */
    @TearDown
    public void tearDown() {
        Trees.delete(files.directory());
    }

    /** Ours. */
    @Benchmark
    public long scan() {
        FileStorageOptions options = FileStorageOptions.of(Clock.systemUTC()).withMode(Mode.READ_ONLY);
        try (FileStorage storage = FileStorage.open(files.data(), options)) {
            return storage.objectCount();
        }
    }

    /** Every byte of the file. */
    @Benchmark
    public long rawRead() throws IOException {
        try (FileChannel file = FileChannel.open(files.data())) {
            long size = 0;
            for (int count = 0; count >= 0; count = file.read(buffer.clear())) {
                size += count;
            }
            return size;
        }
    }
}
