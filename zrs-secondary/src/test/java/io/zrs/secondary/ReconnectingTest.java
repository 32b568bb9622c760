package io.zrs.secondary;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.reactor.NioReactor;
import io.zrs.storage.Tid;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real sockets and threads, and a primary that breaks off at random. */
@Timeout(120)
class ReconnectingTest {
    private static final int TRANSACTION_COUNT = 500;
    private static final int HANDSHAKE_BYTES = 4 + Scene.ZRS21.length() + 4;

    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3})
    void losesNothingWhereverTheConnectionBreaks(long seed) throws Exception {
        Random random = new Random(Long.getLong("zrs.seed", seed));
        RecordingStorage storage = new RecordingStorage();
        CountDownLatch whole = new CountDownLatch(1);
        storage.addCommitListener(transaction -> {
            if (transaction.tid().equals(new Tid(TRANSACTION_COUNT))) {
                whole.countDown();
            }
        });
        SecondarySettings settings = SecondarySettings.standard(random)
                .withProtocols(List.of(Scene.zrs21()))
                .withQueueSizeMax(10_000)
                .withRetry(new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(4), new Random(seed)));
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try (NioReactor reactor = NioReactor.start();
                ServerSocket primary = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Secondary secondary =
                        Secondary.start(storage, primary.getLocalSocketAddress(), reactor, executor, settings)) {
            while (serve(primary, random) < TRANSACTION_COUNT) {}
            assertThat(whole.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(secondary.status().connectCount()).isGreaterThan(1);
        } finally {
            executor.shutdown();
        }
        assertThat(storage.tids())
                .isEqualTo(LongStream.rangeClosed(1, TRANSACTION_COUNT)
                        .mapToObj(Tid::new)
                        .toList());
        assertThat(storage.openTransactions).isZero();
    }

    /** Serves one connection up to some point; tells the last transaction that has certainly come, or will. */
    private static long serve(ServerSocket primary, Random random) throws IOException {
        try (Socket socket = primary.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            in.skipNBytes(HANDSHAKE_BYTES);
            long tid = in.readLong();
            PrimaryStream stream = new PrimaryStream(tid);
            for (long end = Math.min(TRANSACTION_COUNT, tid + random.nextInt(100)); tid < end; ) {
                tid++;
                stream.begin(tid).store(1, tid, "x".repeat(random.nextInt(1000)));
                stream.beginBlob(2, tid, "blob", 3).blobBytes("abc").commit();
            }
            if (tid < TRANSACTION_COUNT) {
                stream.begin(tid + 1).beginBlob(1, tid + 1, "blob", 100).blobBytes("half");
            }
            socket.getOutputStream().write(stream.bytes());
            if (random.nextBoolean() && tid < TRANSACTION_COUNT) {
                socket.setSoLinger(true, 0); // a reset, which may overtake what was sent
            } else {
                socket.shutdownOutput();
                in.readAllBytes(); // until the secondary has seen the end
            }
            return tid;
        }
    }
}
