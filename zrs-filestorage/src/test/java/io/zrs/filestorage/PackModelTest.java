package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.begin;
import static io.zrs.filestorage.TestStorage.bytes;
import static io.zrs.filestorage.TestStorage.log;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.LogTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionFollower;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random histories, packed at random times again and again: who looks at the pack's time or later sees what was there before. */
class PackModelTest {
    private static final int STEPS = 60;
    private static final int OIDS = 25;

    private final Path path = memoryPath();
    /** By oid and tid; no references mean that the object does not exist. */
    private final Map<Long, NavigableMap<Long, Revision>> objects = new TreeMap<>();

    private final List<Long> followed = new ArrayList<>();
    private final Set<Long> expectedToBeFollowed = new HashSet<>();
    private long lastTid;
    private long packedTo;

    static Stream<Long> seeds() {
        return TestStorage.seeds(60);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void everyReachableRevisionSinceTheTimeOfThePackStays(long seed) {
        Random random = new Random(seed);
        FileStorage storage = open(path);
        TransactionFollower follower = log(storage).follow(Tid.NONE);
        commit(storage, random, 0);
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(12)) {
                case 0 -> pack(storage, random);
                case 1 -> {
                    follower.close();
                    storage.close();
                    storage = open(path);
                    follower = log(storage).follow(new Tid(followed.isEmpty() ? 0 : followed.get(followed.size() - 1)));
                }
                case 2, 3 -> follow(follower, random.nextInt(10));
                default -> commit(storage, random, random.nextInt(OIDS));
            }
        }
        pack(storage, random);
        follow(follower, Integer.MAX_VALUE);
        assertThat(followed).isSorted().doesNotHaveDuplicates().containsAll(expectedToBeFollowed);
        follower.close();
        storage.close();
        assertSound();
    }

    private void follow(TransactionFollower follower, int count) {
        for (int i = 0; i < count; i++) {
            LogTransaction next = follower.next();
            if (next == null) {
                return;
            }
            followed.add(next.header().tid().value());
        }
    }

    private void commit(FileStorage storage, Random random, long first) {
        long tid = lastTid + 1 + random.nextInt(3);
        try (RestoreTransaction transaction = begin(storage, tid)) {
            int count = random.nextInt(4);
            for (int i = 0; i < count || lastTid == 0; i++) {
                change(transaction, tid, (first + i) % OIDS, random);
                lastTid = tid;
            }
            transaction.vote();
            transaction.finish();
        }
        lastTid = tid;
        expectedToBeFollowed.add(tid);
        restorable(storage).force();
    }

    private void change(RestoreTransaction transaction, long tid, long oid, Random random) {
        NavigableMap<Long, Revision> history = objects.computeIfAbsent(oid, key -> new TreeMap<>());
        Revision old = history.isEmpty() ? null : history.lastEntry().getValue();
        Revision revision = null;
        Tid dataTid = null;
        if (random.nextInt(4) == 0 && !history.isEmpty()) {
            // As undo does.
            Map.Entry<Long, Revision> entry = new ArrayList<>(history.entrySet()).get(random.nextInt(history.size()));
            if (exist(entry.getValue().references, oid) && (entry.getValue().exists() || mayVanish(oid))) {
                revision = entry.getValue();
                dataTid = new Tid(entry.getKey());
            }
        } else if (old != null && old.exists() && random.nextInt(6) == 0 && mayVanish(oid)) {
            revision = new Revision(null, Set.of());
        }
        if (revision == null) {
            Set<Long> references = new HashSet<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                references.add((long) random.nextInt(OIDS));
            }
            references.removeIf(reference -> !exist(Set.of(reference), oid));
            long[] oids = references.stream().mapToLong(reference -> reference).toArray();
            ByteBuffer data = TestRecords.record("x".repeat(random.nextInt(300)), oids);
            byte[] content = new byte[data.remaining()];
            data.get(content);
            revision = new Revision(content, references);
        }
        byte[] data = revision.data;
        transaction.restore(new Oid(oid), new Tid(tid), data == null ? null : ByteBuffer.wrap(data), dataTid);
        history.put(tid, revision);
    }

    private boolean exist(Set<Long> oids, long self) {
        return oids.stream().allMatch(oid -> oid == self || existsAt(oid, Long.MAX_VALUE));
    }

    private boolean existsAt(long oid, long tid) {
        Map.Entry<Long, Revision> entry = at(oid, tid);
        return entry != null && entry.getValue().exists();
    }

    private Map.@Nullable Entry<Long, Revision> at(long oid, long tid) {
        NavigableMap<Long, Revision> history = objects.get(oid);
        return history == null ? null : history.floorEntry(tid);
    }

    private boolean mayVanish(long oid) {
        return oid != 0
                && objects.entrySet().stream()
                        .noneMatch(entry -> !entry.getValue().isEmpty()
                                && entry.getValue()
                                        .lastEntry()
                                        .getValue()
                                        .references
                                        .contains(oid));
    }

    private Set<Long> reachableAt(long tid) {
        Set<Long> reached = new HashSet<>();
        Deque<Long> todo = new ArrayDeque<>(List.of(0L));
        while (!todo.isEmpty()) {
            long oid = todo.remove();
            Map.Entry<Long, Revision> entry = at(oid, tid);
            if (entry != null && entry.getValue().exists() && reached.add(oid)) {
                todo.addAll(entry.getValue().references);
            }
        }
        return reached;
    }

    private void pack(FileStorage storage, Random random) {
        Garbage garbage = random.nextInt(3) == 0 ? Garbage.KEEP : Garbage.COLLECT;
        long time = Math.max(1, lastTid - random.nextInt(20));
        storage.capability(Packable.class).orElseThrow().pack(new Tid(time), garbage, PackListener.NONE);
        expectedToBeFollowed.removeIf(
                tid -> tid <= time && tid > (followed.isEmpty() ? 0 : followed.get(followed.size() - 1)));
        packedTo = Math.max(packedTo, time);
        assertThat(storage.lastTransaction()).isEqualTo(new Tid(lastTid));
        for (long tid = packedTo; tid <= lastTid; tid++) {
            for (long oid : reachableAt(tid)) {
                Map.Entry<Long, Revision> expected = Objects.requireNonNull(at(oid, tid));
                ObjectRevision found = storage.loadBefore(new Oid(oid), new Tid(tid + 1));
                if (found == null) {
                    throw new AssertionError("oid " + oid + " at " + tid + " is gone");
                }
                assertThat(found.tid().value()).isEqualTo(expected.getKey());
                assertThat(found.data()).isEqualTo(expected.getValue().data);
                assertThat(storage.loadSerial(new Oid(oid), found.tid())).isEqualTo(found.data());
            }
        }
        forgetGarbage();
    }

    /** What nothing refers to now may be gone, and is not to be referred to again. */
    private void forgetGarbage() {
        Set<Long> needed = new HashSet<>();
        for (long tid = packedTo; tid <= lastTid; tid++) {
            needed.addAll(reachableAt(tid));
        }
        objects.keySet().retainAll(needed);
        objects.values().forEach(history -> {
            Long first = history.floorKey(packedTo);
            if (first != null) {
                history.headMap(first).clear();
            }
        });
    }

    private void assertSound() {
        List<String> findings = new ArrayList<>();
        FileStorageVerifier.verify(path, new FileStorageVerifier.Listener() {
            @Override
            public void finding(long offset, String text) {
                findings.add(offset + ": " + text);
            }

            @Override
            public void note(long offset, String text) {
                // Packed files have pointers that are unusual.
            }
        });
        assertThat(findings).isEmpty();
        byte[] index = bytes(IndexFile.of(path));
        write(IndexFile.of(path), new byte[0]);
        open(path).close();
        assertThat(index).isEqualTo(bytes(IndexFile.of(path)));
    }

    private static final class Revision {
        private final byte @Nullable [] data;
        private final Set<Long> references;

        Revision(byte @Nullable [] data, Set<Long> references) {
            this.data = data;
            this.references = references;
        }

        boolean exists() {
            return data != null;
        }
    }
}
