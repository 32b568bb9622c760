package io.zrs.server;

import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.primary.Primary;
import io.zrs.secondary.RetryPolicy;
import io.zrs.secondary.SecondarySettings;
import io.zrs.server.DemoTable.Row;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * A primary with a live workload, a secondary, and a secondary of that, over TCP; in the middle the connection breaks for a while; in the end all three must hold
 * the same bytes.
 *
 * <p>Threading: confined to one thread.
 */
final class Demo {
    /**
     * How much goes on.
     *
     * @param transactionCount to be committed
     * @param pause from the beginning of one to that of the next, unless that takes longer
     * @param outage how long the connection is broken
     */
    record Plan(int transactionCount, Duration pause, Duration outage) {
        /** About ten seconds. */
        static final Plan STANDARD = new Plan(1500, Duration.ofMillis(6), Duration.ofSeconds(1));
    }

    private static final List<String> NAMES = List.of("primary", "secondary", "its secondary");
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration CATCH_UP_MAX = Duration.ofSeconds(60);
    private static final RetryPolicy RETRY =
            new RetryPolicy(Duration.ofMillis(100), Duration.ofMillis(500), new SplittableRandom());

    private final Path directory;
    private final Plan plan;
    private final DemoTable table;
    private final StopSignal stop;
    private final List<Tid> committed = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();

    /**
     * A demonstration that has not begun.
     *
     * @param directory empty; gets the files of all three
     * @param stop ends it early
     */
    Demo(Path directory, Plan plan, DemoTable table, StopSignal stop) {
        this.directory = directory;
        this.plan = plan;
        this.table = table;
        this.stop = stop;
    }

    /** Shows all of it; whether the three are identical in the end. */
    boolean run() throws IOException {
        SocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        SecondarySettings settings =
                SecondarySettings.standard(new SplittableRandom()).withRetry(RETRY);
        boolean isComplete;
        try (Node primary = Node.start(open(0), null, anyPort);
                Relay relay = Relay.start(address(primary));
                Node secondary = Node.start(open(1), new Node.Following(relay.address(), settings), anyPort);
                Node last = Node.start(open(2), new Node.Following(address(secondary), settings), null)) {
            nodes.addAll(List.of(primary, secondary, last));
            table.say("primary at " + Address.text(address(primary)) + ", secondary at "
                    + Address.text(address(secondary)) + ", files in " + directory);
            work(relay);
            isComplete = catchUp();
            table.finish(rows());
        }
        return isComplete && compare();
    }

    private void work(Relay relay) throws IOException {
        DemoWorkload workload = new DemoWorkload(nodes.get(0).storage(), new Random(1));
        committed.add(workload.begin());
        int breakAt = plan.transactionCount() * 2 / 5;
        long start = System.nanoTime();
        long mendNanos = 0;
        boolean isBroken = false;
        while (committed.size() < plan.transactionCount()) {
            if (committed.size() == breakAt) {
                relay.breakOff();
                isBroken = true;
                mendNanos = System.nanoTime() + plan.outage().toNanos();
                table.say("the connection between primary and secondary breaks");
            }
            if (isBroken && committed.size() > breakAt && System.nanoTime() >= mendNanos) {
                relay.mend();
                isBroken = false;
                table.say("the connection can be made again");
            }
            committed.add(workload.next());
            table.show(this::rows);
            long due = start + plan.pause().toNanos() * committed.size();
            if (stop.await(Duration.ofNanos(Math.max(0, due - System.nanoTime())))) {
                break;
            }
        }
        relay.mend();
        table.say("the workload ends after " + Quantities.count(committed.size(), "transaction"));
    }

    /** Whether all have all. */
    private boolean catchUp() {
        Tid last = committed.get(committed.size() - 1);
        long limit = System.nanoTime() + CATCH_UP_MAX.toNanos();
        while (nodes.stream().anyMatch(node -> !node.storage().lastTransaction().equals(last))) {
            if (System.nanoTime() > limit) {
                table.say("FAILED: not all have caught up after " + Quantities.seconds(CATCH_UP_MAX));
                return false;
            }
            if (stop.await(TICK)) {
                break;
            }
            table.show(this::rows);
        }
        if (stop.await(Duration.ZERO)) {
            table.say("stopped");
            return false;
        }
        return true;
    }

    private boolean compare() throws IOException {
        Map<String, Fingerprint> fingerprints = new LinkedHashMap<>();
        for (int i = 0; i < NAMES.size(); i++) {
            fingerprints.put(NAMES.get(i), Fingerprint.of(dataFile(i), blobs(i)));
        }
        fingerprints.forEach(table::prove);
        boolean isIdentical = fingerprints.values().stream().distinct().count() == 1;
        table.say(isIdentical ? "All three are identical." : "FAILED: they differ.");
        return isIdentical;
    }

    private List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        long size = nodes.get(0).storage().sizeInBytes();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            String state = node.secondary()
                    .map(secondary -> secondary.status().state().name().toLowerCase(Locale.ROOT))
                    .orElse("serving");
            Storage storage = node.storage();
            Tid last = storage.lastTransaction();
            int found = Collections.binarySearch(committed, last);
            int behind = committed.size() - (found < 0 ? 0 : found + 1);
            rows.add(new Row(NAMES.get(i), state, last, behind, Math.max(0, size - storage.sizeInBytes())));
        }
        return rows;
    }

    private Storage open(int index) throws IOException {
        Files.createDirectories(dataFile(index).toAbsolutePath().getParent());
        FileStorage base = FileStorage.open(dataFile(index), FileStorageOptions.of(Clock.systemUTC()));
        return BlobStorage.wrap(base, blobs(index), ForceThreads.create());
    }

    private Path dataFile(int index) {
        return directory.resolve(NAMES.get(index)).resolve("Data.fs");
    }

    private Path blobs(int index) {
        return directory.resolve(NAMES.get(index)).resolve("blobs");
    }

    private static SocketAddress address(Node node) {
        return node.primary().map(Primary::address).orElseThrow();
    }
}
