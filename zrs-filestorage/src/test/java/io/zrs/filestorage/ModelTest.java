package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.log;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.tids;
import static io.zrs.filestorage.TestStorage.writable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.LogTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random work on a storage, compared with maps after each step. */
class ModelTest {
    private static final int OIDS = 12;
    /** At the beginning of time, so that new tids follow restored ones closely. */
    private static final FileStorageOptions OPTIONS = FileStorageOptions.of(
                    Clock.fixed(Instant.parse("1900-01-01T00:00:00Z"), ZoneOffset.UTC))
            .withLock(options().lock());

    private static final byte[] DELETED = {};

    private final Path path = memoryPath();
    /** The revisions of each object by tid; {@link #DELETED} where it does not exist. */
    private Map<Long, TreeMap<Long, byte[]>> committed = new HashMap<>();

    private Map<Long, TreeMap<Long, byte[]>> finished = new HashMap<>();
    private final List<Long> committedTids = new ArrayList<>();
    private final List<Long> finishedTids = new ArrayList<>();

    static Stream<Long> seeds() {
        return TestStorage.seeds(20);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void behavesLikeAMapOfRevisions(long seed) throws Exception {
        Random random = new Random(seed);
        FileStorage storage = FileStorage.open(path, OPTIONS);
        TransactionFollower follower = log(storage).follow(Tid.NONE);
        List<Long> followed = new ArrayList<>();
        for (int step = 0; step < 80; step++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> restore(storage, random);
                case 3 -> store(storage, random);
                case 4, 5 -> {
                    restorable(storage).force();
                    force();
                }
                case 6 -> readAhead(follower, followed, random);
                default -> {
                    storage.close();
                    force();
                    if (random.nextBoolean()) {
                        Files.deleteIfExists(IndexFile.of(path));
                    }
                    storage = FileStorage.open(path, OPTIONS);
                    Tid last = new Tid(followed.isEmpty() ? 0 : followed.get(followed.size() - 1));
                    follower = log(storage).follow(last);
                }
            }
            check(storage, random);
        }
        readAhead(follower, followed, new Random(0));
        while (followed.size() < committedTids.size()) {
            readAhead(follower, followed, random);
        }
        assertThat(followed).isEqualTo(committedTids);
        storage.close();
    }

    private void restore(FileStorage storage, Random random) {
        long tid = lastFinished() + 1 + random.nextInt(5);
        boolean isAborted = random.nextInt(4) == 0;
        Map<Long, byte[]> written = new HashMap<>();
        try (RestoreTransaction transaction = TestStorage.begin(storage, tid)) {
            int count = random.nextInt(6);
            for (int i = 0; i < count; i++) {
                long oid = random.nextInt(OIDS);
                TreeMap<Long, byte[]> revisions = finished.getOrDefault(oid, new TreeMap<>());
                Long old = revisions.floorKey(1 + (long) random.nextInt((int) tid));
                byte[] data;
                if (old != null && random.nextBoolean()) {
                    data = revisions.get(old);
                } else {
                    data = random.nextInt(6) == 0 ? DELETED : randomData(random);
                }
                transaction.restore(
                        new Oid(oid),
                        new Tid(tid),
                        data == DELETED ? null : ByteBuffer.wrap(data),
                        old == null ? null : new Tid(old));
                written.put(oid, data);
            }
            if (!isAborted) {
                transaction.vote();
                transaction.finish();
            }
        }
        if (!isAborted) {
            finish(tid, written);
        }
    }

    private void store(FileStorage storage, Random random) {
        long oid = random.nextInt(OIDS);
        TreeMap<Long, byte[]> revisions = finished.getOrDefault(oid, new TreeMap<>());
        byte[] data = randomData(random);
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.of("me", "test"))) {
            transaction.store(
                    new Oid(oid), new Tid(revisions.isEmpty() ? 0 : revisions.lastKey()), ByteBuffer.wrap(data));
            transaction.vote();
            finish(transaction.finish().value(), Map.of(oid, data));
        }
        force();
    }

    private static byte[] randomData(Random random) {
        byte[] data = new byte[1 + random.nextInt(random.nextInt(10) == 0 ? 100_000 : 300)];
        random.nextBytes(data);
        return data;
    }

    private static void readAhead(TransactionFollower follower, List<Long> followed, Random random) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            LogTransaction next = follower.next();
            if (next == null) {
                break;
            }
            followed.add(next.header().tid().value());
        }
    }

    private long lastFinished() {
        return finishedTids.isEmpty() ? 0 : finishedTids.get(finishedTids.size() - 1);
    }

    private void finish(long tid, Map<Long, byte[]> written) {
        finishedTids.add(tid);
        written.forEach((oid, data) ->
                finished.computeIfAbsent(oid, key -> new TreeMap<>()).put(tid, data));
    }

    private void force() {
        committedTids.clear();
        committedTids.addAll(finishedTids);
        committed = new HashMap<>();
        finished.forEach((oid, revisions) -> committed.put(oid, new TreeMap<>(revisions)));
    }

    private void check(FileStorage storage, Random random) {
        assertThat(tids(storage)).isEqualTo(committedTids);
        assertThat(storage.objectCount()).isEqualTo(committed.size());
        assertThat(storage.lastTransaction())
                .isEqualTo(new Tid(committedTids.isEmpty() ? 0 : committedTids.get(committedTids.size() - 1)));
        for (long oid = 0; oid < OIDS; oid++) {
            TreeMap<Long, byte[]> revisions = committed.get(oid);
            long before = 1 + (long) random.nextInt(400);
            if (revisions == null) {
                long unknown = oid;
                assertThatThrownBy(() -> storage.load(new Oid(unknown))).isInstanceOf(PosKeyException.class);
                continue;
            }
            checkRevision(storage, new Oid(oid), Tid.MAX, revisions.lastEntry(), null);
            checkRevision(
                    storage, new Oid(oid), new Tid(before), revisions.lowerEntry(before), revisions.ceilingKey(before));
        }
    }

    private static void checkRevision(
            FileStorage storage,
            Oid oid,
            Tid before,
            Map.@Nullable Entry<Long, byte[]> expected,
            @Nullable Long endTid) {
        if (expected == null) {
            assertThat(storage.loadBefore(oid, before)).isNull();
        } else if (expected.getValue() == DELETED) {
            assertThatThrownBy(() -> storage.loadBefore(oid, before)).isInstanceOf(PosKeyException.class);
        } else {
            ObjectRevision revision = storage.loadBefore(oid, before);
            assertThat(revision).isNotNull().satisfies(found -> {
                assertThat(found.data()).isEqualTo(expected.getValue());
                assertThat(found.tid()).isEqualTo(new Tid(expected.getKey()));
                assertThat(found.endTid()).isEqualTo(endTid == null ? null : new Tid(endTid));
            });
            assertThat(storage.loadSerial(oid, new Tid(expected.getKey()))).isEqualTo(expected.getValue());
        }
    }
}
