package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.commit;
import static io.zrs.filestorage.TestStorage.options;
import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import io.zrs.testing.disk.CrashingFileSystem;
import io.zrs.testing.disk.DiskFaults;
import io.zrs.testing.disk.Verdict;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Processes are killed and the power fails at any operation, again and again: what was ever acknowledged or read is there. */
class PowerFailureTest {
    private static final int OBJECTS = 8;

    private CrashingFileSystem disk = CrashingFileSystem.create(0);

    /** The last tid that anybody has seen. */
    private long seen;

    static Stream<Long> seeds() {
        return TestStorage.seeds(60);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void losesNothingThatWasSeen(long seed) {
        disk = CrashingFileSystem.create(seed);
        Random random = new Random(seed);
        for (int life = 0; life < 10; life++) {
            Verdict end = random.nextInt(3) == 0 ? Verdict.KILL : Verdict.CRASH;
            DiskFaults faults = DiskFaults.nth(
                    1 + random.nextInt(80), operation -> operation.kind().isChange(), end);
            disk.setFaults(
                    random.nextBoolean()
                            ? faults
                            : faults.or(DiskFaults.sometimes(random, 0.3, operation -> true, Verdict.SHORT)));
            try {
                live(random);
            } catch (UncheckedIOException | StorageException e) {
                assertThat(disk.isDown()).as("down, after %s", e).isTrue();
            }
            if (!disk.isDown() || random.nextInt(4) == 0) {
                disk.crash();
            }
            disk.restart();
        }
        disk.setFaults(DiskFaults.NONE);
        try (FileStorage storage = open()) {
            check(storage);
        }
        assertThat(disk.openHandles()).isZero();
    }

    private void live(Random random) {
        FileStorage storage = open();
        for (int i = 0; i < 30; i++) {
            check(storage);
            switch (random.nextInt(10)) {
                case 0 -> {
                    storage.close();
                    storage = open();
                }
                case 1 ->
                    storage.capability(Packable.class)
                            .orElseThrow()
                            .pack(new Tid(random.nextInt((int) seen + 2)), Garbage.KEEP, PackListener.NONE);
                default -> {
                    commit(storage, seen + 1, objects(seen + 1).toArray());
                    seen++;
                }
            }
        }
    }

    private FileStorage open() {
        Path path = disk.getPath("/Data.fs");
        return FileStorage.open(path, options());
    }

    /** Those that a transaction changes. */
    private static LongStream objects(long tid) {
        return LongStream.of(tid % 5, 5 + tid % 3).distinct();
    }

    private void check(FileStorage storage) {
        long last = storage.lastTransaction().value();
        assertThat(last).isBetween(seen, seen + 1);
        for (long oid = 0; oid < OBJECTS; oid++) {
            assertThat(revision(storage, oid)).as("object %s at %s", oid, last).isEqualTo(expected(oid, last));
        }
        seen = last;
    }

    private static @Nullable Long revision(FileStorage storage, long oid) {
        try {
            return storage.load(new Oid(oid)).tid().value();
        } catch (PosKeyException e) {
            return null;
        }
    }

    private static @Nullable Long expected(long oid, long last) {
        for (long tid = last; tid > 0; tid--) {
            if (objects(tid).anyMatch(changed -> changed == oid)) {
                return tid;
            }
        }
        return null;
    }
}
