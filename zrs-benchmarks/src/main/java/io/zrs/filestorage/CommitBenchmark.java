package io.zrs.filestorage;

import io.zrs.storage.Oid;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
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
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Transactions of one record of 1 KiB a second, by one and by 16 committers, on this disk and on one whose {@code force} takes a millisecond
 * longer; and forces of the disk alone. It is in this package because of the seam between engine and file.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // by setUp
public class CommitBenchmark {
    private static final int RECORD_SIZE = 1024;

    /** Added to each {@code force}. */
    @Param({"0", "1"})
    private int forceDelayMs;

    private Path directory;
    private FileStorage storage;
    private WritableStorage writable;
    private LogFile other;

    /** Makes an empty storage, and a file beside it. */
    @Setup
    public void setUp() throws IOException {
        directory = Files.createTempDirectory("zrs-benchmark");
        storage =
                FileStorage.open(directory.resolve("Data.fs"), FileStorageOptions.of(Clock.systemUTC()), SlowFile::new);
        writable = storage.capability(WritableStorage.class).orElseThrow();
        other = new SlowFile(ChannelLogFile.open(Files.createFile(directory.resolve("other")), true));
    }

    /** Closes and deletes both. */
    @TearDown
    public void tearDown() throws IOException {
        storage.close();
        other.close();
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : (Iterable<Path>) tree.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }

    /** Alone. */
    @Benchmark
    @Threads(1)
    public Tid oneCommitter(Committer committer) {
        return committer.commit(writable);
    }

    /** Together. */
    @Benchmark
    @Threads(16)
    public Tid sixteenCommitters(Committer committer) {
        return committer.commit(writable);
    }

    /** As many bytes, written and forced. */
    @Benchmark
    @Threads(1)
    public void writeAndForce(Committer committer) {
        other.write(committer.data(), committer.written += RECORD_SIZE);
        other.force();
    }

    /** Changes an object of its own. */
    @State(Scope.Thread)
    public static class Committer {
        private final byte[] data = new byte[RECORD_SIZE];
        private Oid oid;
        private Tid serial = Tid.NONE;
        private long written;

        /** Picks the object. */
        @Setup
        public void setUp(CommitBenchmark benchmark) {
            oid = benchmark.writable.newOid();
        }

        Tid commit(WritableStorage target) {
            try (StorageTransaction transaction = target.begin(TransactionMetadata.EMPTY)) {
                transaction.store(oid, serial, data());
                transaction.vote();
                serial = transaction.finish();
            }
            return serial;
        }

        private ByteBuffer data() {
            return ByteBuffer.wrap(data);
        }
    }

    private final class SlowFile implements LogFile {
        private final LogFile file;

        SlowFile(LogFile file) {
            this.file = file;
        }

        @Override
        public String name() {
            return file.name();
        }

        @Override
        public long size() {
            return file.size();
        }

        @Override
        public int read(ByteBuffer target, long offset) {
            return file.read(target, offset);
        }

        @Override
        public void write(ByteBuffer source, long offset) {
            file.write(source, offset);
        }

        @Override
        public void force() {
            file.force();
            if (forceDelayMs > 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(forceDelayMs));
            }
        }

        @Override
        public void truncate(long size) {
            file.truncate(size);
        }

        @Override
        public void moveTo(Path target) {
            file.moveTo(target);
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
