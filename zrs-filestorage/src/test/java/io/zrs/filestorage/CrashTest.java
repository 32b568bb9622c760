package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.begin;
import static io.zrs.filestorage.TestStorage.commit;
import static io.zrs.filestorage.TestStorage.data;
import static io.zrs.filestorage.TestStorage.finish;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.text;
import static io.zrs.filestorage.TestStorage.tids;
import static io.zrs.filestorage.TestStorage.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.filestorage.FileStorageOptions.CutTail;
import io.zrs.storage.Oid;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The power fails after every single write, force and truncation: what was acknowledged is there, in order, and nothing in halves. */
class CrashTest {
    private static final int BIG_BYTES = 70_000;

    private final RecordedDisk disk = new RecordedDisk();
    /** After how many operations which tid had been acknowledged as durable. */
    private final TreeMap<Integer, Long> acknowledged = new TreeMap<>();

    private final Path target = memoryPath();

    static Stream<Long> seeds() {
        return TestStorage.seeds(5);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void anOpenedStorageHoldsAPrefixWithAllThatWasAcknowledged(long seed) throws IOException {
        Random random = new Random(seed);
        try (FileStorage storage = FileStorage.open(memoryPath(), options(), disk::record)) {
            acknowledge(storage);
            for (long tid = 1; tid <= 6; ) {
                tid = step(storage, tid, random);
                acknowledge(storage);
            }
        }
        for (int count = 0; count <= disk.count(); count++) {
            check(disk.everything(count), count);
            check(disk.forcedOnly(count), count);
            for (int i = 0; i < 3; i++) {
                check(disk.torn(count, random), count);
            }
        }
    }

    private void acknowledge(FileStorage storage) {
        acknowledged.put(disk.count(), storage.lastTransaction().value());
    }

    private static long step(FileStorage storage, long tid, Random random) {
        switch (random.nextInt(4)) {
            case 0 -> {
                commit(storage, tid, 1, 2, 3);
                return tid + 1;
            }
            case 1 -> {
                // A group, the last one bigger than any buffer.
                finish(storage, tid, 1);
                finish(storage, tid + 1, 1, 2);
                try (RestoreTransaction big = begin(storage, tid + 2)) {
                    big.restore(new Oid(1), new Tid(tid + 2), data("1:" + (tid + 2)), null);
                    big.restore(new Oid(4), new Tid(tid + 2), ByteBuffer.allocate(BIG_BYTES), null);
                    big.vote();
                    big.finish();
                }
                restorable(storage).force();
                return tid + 3;
            }
            case 2 -> {
                try (RestoreTransaction aborted = begin(storage, tid)) {
                    aborted.restore(new Oid(5), new Tid(tid), ByteBuffer.allocate(BIG_BYTES), null);
                    aborted.vote();
                }
                return tid;
            }
            default -> {
                finish(storage, tid, 1, 7);
                return tid + 1;
            }
        }
    }

    private void check(byte[] content, int count) throws IOException {
        Files.deleteIfExists(IndexFile.of(target));
        write(target, content);
        long last;
        FileStorageOptions options = options().withCutTail(CutTail.DROP);
        try (FileStorage storage = FileStorage.open(target, options)) {
            last = storage.lastTransaction().value();
            assertThat(last)
                    .as("after %d operations", count)
                    .isGreaterThanOrEqualTo(acknowledged.floorEntry(count).getValue());
            List<Long> expected = LongStream.rangeClosed(1, last).boxed().toList();
            assertThat(tids(storage)).as("after %d operations", count).isEqualTo(expected);
            for (long tid : expected) {
                assertThat(text(storage.loadSerial(new Oid(1), new Tid(tid)))).isEqualTo("1:" + tid);
            }
            commit(storage, last + 1, 1);
        }
        try (FileStorage storage = FileStorage.open(target, options)) {
            assertThat(storage.lastTransaction()).as("and goes on").isEqualTo(new Tid(last + 1));
        }
    }
}
