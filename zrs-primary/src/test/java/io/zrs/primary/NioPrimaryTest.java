package io.zrs.primary;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.StorageLock;
import io.zrs.reactor.NioReactor;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The primary over real sockets. */
class NioPrimaryTest {
    private static final int TIMEOUT_MS = 30_000;

    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final ExecutorService readers = Executors.newCachedThreadPool();
    private NioReactor reactor;

    @BeforeEach
    void startReactor() throws IOException {
        reactor = NioReactor.start();
    }

    @AfterEach
    void stopReactor() {
        reactor.close();
        executor.shutdown();
        readers.shutdown();
    }

    @ParameterizedTest
    @MethodSource("io.zrs.primary.ExpectedStream#recordings")
    void sendsTheRecordedBytes(String recording) throws Exception {
        int size = ExpectedStream.of(recording, new byte[0]).length;
        try (Storage storage = GoldenStorage.open(recording)) {
            Primary primary = start(storage);
            CompletableFuture<Void> closed;
            try (Socket socket = connect(primary, ExpectedStream.sentByClient(recording))) {
                byte[] sent = socket.getInputStream().readNBytes(size);
                assertThat(sent).isEqualTo(ExpectedStream.of(recording, sent));
                closed = primary.close(Duration.ofMillis(TIMEOUT_MS));
                assertThat(socket.getInputStream().readAllBytes()).isEmpty();
            }
            closed.get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        }
    }

    @Test
    @Timeout(60)
    void sendsEachCommitToEachFollowerWhileTheyAreMade(@TempDir Path directory) throws Exception {
        byte[] introduction = HexFormat.of().parseHex("000000067a7273322e30" + "000000080000000000000000");
        try (Storage storage = FileStorage.open(
                directory.resolve("Data.fs"),
                FileStorageOptions.of(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
                        .withLock(StorageLock.javaOnly()))) {
            Primary primary = start(storage);
            List<Future<byte[]>> streams = new ArrayList<>();
            commit(storage, 0);
            for (int i = 1; i <= 300; i++) {
                if (i % 50 == 0) {
                    Socket socket = connect(primary, introduction);
                    streams.add(readers.submit(() -> readAll(socket)));
                }
                commit(storage, i);
            }
            awaitFollowers(primary, streams.size());
            primary.close(Duration.ofMillis(TIMEOUT_MS)).get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            byte[] first = streams.get(0).get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
            assertThat(first).hasSizeGreaterThan(300 * 1000);
            for (Future<byte[]> stream : streams) {
                assertThat(stream.get(TIMEOUT_MS, TimeUnit.MILLISECONDS)).isEqualTo(first);
            }
        }
    }

    private Primary start(Storage storage) throws IOException {
        return Primary.start(
                storage,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                reactor,
                executor,
                PrimarySettings.defaults());
    }

    private static Socket connect(Primary primary, byte[] introduction) throws IOException {
        Socket socket = new Socket();
        socket.connect(primary.address(), TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.getOutputStream().write(introduction);
        return socket;
    }

    private static byte[] readAll(Socket socket) throws IOException {
        try (socket) {
            return socket.getInputStream().readAllBytes();
        }
    }

    private static void commit(Storage storage, int number) {
        WritableStorage writable = storage.capability(WritableStorage.class).orElseThrow();
        try (StorageTransaction transaction = writable.begin(TransactionMetadata.of("user", "commit " + number))) {
            transaction.store(writable.newOid(), Tid.NONE, ByteBuffer.wrap(MemoryChannel.content(1000 + number)));
            transaction.vote();
            transaction.finish();
        }
    }

    /** Draining closes at once who has not introduced himself; the last one to connect may not have been heard yet. */
    private static void awaitFollowers(Primary primary, int count) {
        while (primary.status().followers().stream()
                        .filter(follower -> follower.sent() != null)
                        .count()
                < count) {
            Thread.onSpinWait();
        }
    }
}
