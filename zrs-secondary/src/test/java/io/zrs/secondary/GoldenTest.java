package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.golden.Golden;
import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleReader;
import io.zrs.pickle.PickleValue;
import io.zrs.reactor.NioReactor;
import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import io.zrs.testing.FakeConnection;
import io.zrs.testing.FakeReactor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Python primaries sent, through a secondary, gives the files that the golden data says. */
class GoldenTest {
    /**
     * A recorded stream.
     *
     * @param wire {@code from-zero} or {@code from-middle}
     */
    record Recording(String set, String wire) {
        byte[] bytes() {
            return Golden.bytes(set + "/" + wire + ".wire");
        }

        Tid start() {
            return Tid.parse(Golden.json(set + "/" + wire + ".wire.json")
                    .path("start_tid")
                    .asText());
        }

        byte[] handshake() {
            return HexFormat.of()
                    .parseHex(Golden.json(set + "/" + wire + ".wire.json")
                            .path("sent")
                            .asText());
        }

        /** The golden file that a secondary ends with. */
        String expected() {
            return isThere(set + "/secondary.fs") ? "secondary.fs" : "Data.fs";
        }

        DataFile.Blobs blobs() {
            return set.endsWith("-small") ? DataFile.Blobs.NONE : DataFile.Blobs.KEPT;
        }

        @Override
        public String toString() {
            return set + "/" + wire;
        }
    }

    @TempDir
    private Path directory;

    static Stream<Recording> recordings() {
        return Golden.sets().stream()
                .flatMap(set -> Stream.of("from-zero", "from-middle").map(wire -> new Recording(set, wire)))
                .filter(recording -> isThere(recording.set() + "/" + recording.wire() + ".wire"));
    }

    private static boolean isThere(String name) {
        return Files.exists(Golden.path("README.md").resolveSibling(name));
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void followsInOnePiece(Recording recording) throws IOException {
        follows(recording, Integer.MAX_VALUE);
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void followsByteByByte(Recording recording) throws IOException {
        follows(recording, 1);
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void followsOverARealSocket(Recording recording) throws Exception {
        DataFile data = prepared(recording);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (NioReactor reactor = NioReactor.start();
                ServerSocket primary = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CountDownLatch arrived = new CountDownLatch(1);
            Tid last = lastOf(recording);
            SecondarySettings settings = SecondarySettings.standard(new Random(0));
            try (Secondary secondary =
                    Secondary.start(data.open(), primary.getLocalSocketAddress(), reactor, executor, settings)) {
                secondary.addCommitListener(transaction -> {
                    if (transaction.tid().equals(last)) {
                        arrived.countDown();
                    }
                });
                try (Socket socket = primary.accept()) {
                    assertThat(socket.getInputStream().readNBytes(recording.handshake().length))
                            .isEqualTo(recording.handshake());
                    socket.getOutputStream().write(recording.bytes());
                    assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
                }
            }
        } finally {
            executor.shutdown();
        }
        compare(recording, data);
    }

    private void follows(Recording recording, int pieceSize) throws IOException {
        DataFile data = prepared(recording);
        FakeReactor reactor = new FakeReactor();
        ManualExecutor disk = new ManualExecutor(); // so that it writes when the queue is full, not after each piece
        SecondarySettings settings = SecondarySettings.standard(new Random(0));
        InetSocketAddress address = InetSocketAddress.createUnresolved("primary", 8100);
        try (Secondary secondary = Secondary.start(data.open(), address, reactor, disk, settings)) {
            FakeConnection primary = reactor.accept().pieces(pieceSize);
            assertThat(primary.readRaw()).isEqualTo(recording.handshake());
            primary.sendRaw(recording.bytes());
            while (disk.size() > 0) {
                disk.runAll();
                reactor.run();
            }
            assertThat(primary.isClosed()).isFalse();
            assertThat(secondary.status().allOnDisk()).isTrue();
            assertThat(secondary.lastTransaction()).isEqualTo(lastOf(recording));
        }
        compare(recording, data);
    }

    private DataFile prepared(Recording recording) throws IOException {
        DataFile data = new DataFile(directory, recording.blobs());
        if (!recording.start().equals(Tid.NONE)) {
            data.prepare(recording.set(), recording.expected(), recording.start());
        }
        return data;
    }

    private static Tid lastOf(Recording recording) {
        return Tid.parse(lastCommit(recording));
    }

    private static String lastCommit(Recording recording) {
        String last = "";
        for (var message : Golden.json(recording.set() + "/" + recording.wire() + ".wire.json")
                .path("messages")) {
            if (message.path("kind").asText().equals("T")) {
                last = message.path("value").path("tuple").path(0).path("bytes").asText();
            }
        }
        return last;
    }

    private void compare(Recording recording, DataFile data) throws IOException {
        if (recording.set().equals("py2-variety") || recording.set().equals("py2-blobstorage")) {
            DataFile golden = new DataFile(Files.createDirectory(directory.resolve("golden")), DataFile.Blobs.NONE);
            golden.prepare(recording.set(), recording.expected(), Tid.MAX);
            compareTransactions(golden, data);
        } else {
            assertThat(data.bytes()).isEqualTo(Golden.bytes(recording.set() + "/" + recording.expected()));
        }
        if (recording.blobs() == DataFile.Blobs.KEPT) {
            assertThat(data.blobs()).isEqualTo(DataFile.blobs(Golden.path(recording.set() + "/blobs")));
        }
        assertThat(data.litter()).isEmpty();
    }

    private static void compareTransactions(DataFile expected, DataFile found) {
        try (Storage expectedLog = expected.open();
                Storage foundLog = found.open()) {
            assertThat(transactions(foundLog)).isEqualTo(transactions(expectedLog));
        }
    }

    /** Everything that a log says, as text; extensions as sets of entries, whose order and memo Python 2 leaves to chance. */
    private static List<String> transactions(Storage storage) {
        List<String> lines = new ArrayList<>();
        TransactionLog log = storage.capability(TransactionLog.class).orElseThrow();
        try (TransactionCursor cursor = log.iterate(Tid.NONE, TransactionLog.Order.OLDEST_FIRST)) {
            for (LogTransaction each = cursor.next(); each != null; each = cursor.next()) {
                TransactionHeader header = each.header();
                TransactionMetadata metadata = header.metadata();
                lines.add(header.tid() + " " + header.status() + " " + metadata.user() + " " + metadata.description()
                        + " " + entries(metadata.extension()));
                for (DataRecord record = each.nextRecord(); record != null; record = each.nextRecord()) {
                    lines.add(record.oid() + " " + record.tid() + " " + Arrays.toString(record.data()) + " "
                            + record.dataTid());
                }
            }
        }
        return lines;
    }

    private static Set<PickleDict.Entry> entries(Bytes extension) {
        if (extension.isEmpty()) {
            return Set.of();
        }
        try {
            PickleValue value = new PickleReader(PickleLimits.MESSAGE).read(extension.asByteBuffer());
            return Set.copyOf(((PickleDict) value).entries());
        } catch (PickleException e) {
            throw new AssertionError(e);
        }
    }
}
