package io.zrs.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.testing.FakeReactor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A primary, its secondary and that one's secondary, each of them packed now and then, however far it is behind. */
class PackedChainTest {
    private static final InetSocketAddress FIRST = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8100);
    private static final InetSocketAddress SECOND = new InetSocketAddress(InetAddress.getLoopbackAddress(), 8101);
    private static final int STEPS = 120;

    @TempDir
    private Path directory;

    private final FakeReactor reactor = new FakeReactor();

    /** What is to be closed, the last first. */
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private final List<Tid> committed = new ArrayList<>();
    private Tid lastPack = Tid.NONE;
    private long packCount;

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
            reactor.run();
        }
    }

    static LongStream seeds() {
        Long one = Long.getLong("zrs.seed");
        return one == null ? LongStream.rangeClosed(1, 2) : LongStream.of(one);
    }

    @ParameterizedTest(name = "seed={0}") // replay one: -Dzrs.seed=42
    @MethodSource("seeds")
    void allAgreeOnWhatCanBeReached(long seed) throws Exception {
        Random random = new Random(seed);
        Storage storage = open("primary");
        GraphWorkload workload = new GraphWorkload(storage, random);
        lastPack = storage.lastTransaction();
        serve(storage, FIRST);
        Secondary secondary = follow("secondary", FIRST);
        serve(secondary, SECOND);
        Secondary chained = follow("chained", SECOND);
        List<Storage> all = List.of(storage, secondary, chained);
        for (int step = 0; step < STEPS; step++) {
            step(workload, all, random);
        }
        reactor.run();
        assertThat(packCount).isGreaterThan(3);
        Map<Oid, ObjectRevision> expected = GraphWorkload.reachable(storage);
        for (Storage each : all) {
            assertThat(each.lastTransaction()).isEqualTo(storage.lastTransaction());
            check(each, storage, expected);
        }
        assertThat(secondary.status().connectCount()).isEqualTo(1);
        assertThat(chained.status().connectCount()).isEqualTo(1);
        packAllTo(storage.lastTransaction(), all);
        for (Storage each : all) {
            check(each, storage, expected);
        }
        assertThat(blobsOf("secondary")).isEqualTo(blobsOf("primary"));
        assertThat(blobsOf("chained")).isEqualTo(blobsOf("primary"));
    }

    private void step(GraphWorkload workload, List<Storage> all, Random random) throws IOException {
        switch (random.nextInt(10)) {
            case 0 -> pack(all.get(random.nextInt(3)), random);
            case 1, 2, 3 -> reactor.run();
            case 4 -> workload.undo(lastPack);
            default -> committed.add(workload.commit());
        }
    }

    private void pack(Storage storage, Random random) {
        // Before the last pack of any of them there may be gaps, and what is undone later must not need what is garbage
        // now.
        List<Tid> times = committed.stream()
                .filter(tid -> tid.compareTo(lastPack) >= 0 && tid.compareTo(storage.lastTransaction()) <= 0)
                .toList();
        if (!times.isEmpty()) {
            lastPack = times.get(random.nextInt(times.size()));
            Garbage garbage = random.nextBoolean() ? Garbage.COLLECT : Garbage.KEEP;
            storage.capability(Packable.class).orElseThrow().pack(lastPack, garbage, PackListener.NONE);
            packCount++;
        }
    }

    private static void packAllTo(Tid time, List<Storage> all) {
        for (Storage each : all) {
            each.capability(Packable.class).orElseThrow().pack(time, Garbage.COLLECT, PackListener.NONE);
        }
    }

    private static void check(Storage storage, Storage original, Map<Oid, ObjectRevision> expected) throws IOException {
        assertThat(GraphWorkload.reachable(storage).keySet()).isEqualTo(expected.keySet());
        for (Map.Entry<Oid, ObjectRevision> entry : expected.entrySet()) {
            ObjectRevision found = storage.load(entry.getKey());
            assertThat(found.tid())
                    .as(entry.getKey().toString())
                    .isEqualTo(entry.getValue().tid());
            assertThat(found.data()).isEqualTo(entry.getValue().data());
            if (GraphWorkload.isBlob(entry.getValue())) {
                assertThat(blob(storage, entry.getKey(), found.tid()))
                        .hasSameBinaryContentAs(blob(original, entry.getKey(), found.tid()));
            }
        }
    }

    private static Path blob(Storage storage, Oid oid, Tid tid) {
        return storage.capability(BlobCapable.class).orElseThrow().loadBlob(oid, tid);
    }

    /** The names in the blob directory, and what files hold; {@code tmp} must be empty. */
    private Map<String, String> blobsOf(String name) throws IOException {
        Path root = directory.resolve(name).resolve("blobs");
        Map<String, String> found = new HashMap<>();
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : new TreeSet<>(tree.toList())) {
                found.put(root.relativize(path).toString(), Files.isRegularFile(path) ? Files.readString(path) : "");
            }
        }
        return found;
    }

    private Storage open(String name) throws IOException {
        Storage storage = new Site(Files.createDirectory(directory.resolve(name))).open();
        open.push(storage);
        return storage;
    }

    private void serve(Storage storage, InetSocketAddress address) throws IOException {
        open.push(Primary.start(storage, address, reactor, reactor.executor(), PrimarySettings.defaults()));
    }

    private Secondary follow(String name, InetSocketAddress address) throws IOException {
        SecondarySettings settings = SecondarySettings.standard(new Random(0));
        Secondary secondary = Secondary.start(open(name), address, reactor, reactor.executor(), settings);
        open.push(secondary);
        reactor.run();
        return secondary;
    }
}
