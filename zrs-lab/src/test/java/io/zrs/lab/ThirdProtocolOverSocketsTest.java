package io.zrs.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.primary.FollowerStatus;
import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.protocol.ReplicationProtocols;
import io.zrs.reactor.NioReactor;
import io.zrs.secondary.RetryPolicy;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Primary and secondary replicate by a protocol that neither knows of, over connections that break. */
@Timeout(120)
class ThirdProtocolOverSocketsTest {
    private static final int TRANSACTION_COUNT = 60;
    private static final int BREAKS = 20;
    private static final int BREAK_BYTES_MAX = 1 << 20;

    @TempDir
    private Path directory;

    private final ExecutorService readers = Executors.newFixedThreadPool(2);
    private final ExecutorService writer = Executors.newSingleThreadExecutor();

    @AfterEach
    void endThreads() {
        readers.shutdown();
        writer.shutdown();
    }

    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3})
    void losesNothingWhereverConnectionsBreak(long seed) throws Exception {
        Random random = new Random(Long.getLong("zrs.seed", seed));
        Site original = new Site(Files.createDirectory(directory.resolve("primary")));
        Site copy = new Site(Files.createDirectory(directory.resolve("secondary")));
        try (NioReactor reactor = NioReactor.start();
                Storage storage = original.open()) {
            Primary primary = Primary.start(
                    storage,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    reactor,
                    readers,
                    PrimarySettings.defaults());
            Workload workload = new Workload(storage, random);
            workload.commit();
            try (BreakingRelay relay = new BreakingRelay(primary.address(), new Random(seed), BREAKS, BREAK_BYTES_MAX);
                    Secondary secondary =
                            Secondary.start(copy.open(), relay.address(), reactor, writer, settings(random))) {
                for (int i = 0; i < TRANSACTION_COUNT; i++) {
                    workload.commit();
                }
                while (relay.breakCount() < BREAKS || !hasAcknowledged(primary, storage.lastTransaction())) {
                    if (relay.breakCount() < BREAKS) {
                        workload.commit();
                    }
                    assertThat(Thread.currentThread().isInterrupted())
                            .as("time-out")
                            .isFalse();
                }
                assertThat(secondary.lastTransaction()).isEqualTo(storage.lastTransaction());
                assertThat(secondary.status().connectCount()).isGreaterThan(BREAKS);
            }
            primary.close(Duration.ZERO).get();
        }
        assertThat(copy.faults(original)).isEmpty();
    }

    private static boolean hasAcknowledged(Primary primary, Tid tid) {
        return primary.status().followers().stream()
                .map(FollowerStatus::acknowledged)
                .anyMatch(tid::equals);
    }

    private static SecondarySettings settings(Random random) {
        return SecondarySettings.standard(random)
                .withProtocols(List.of(ReplicationProtocols.find(CrcProtocol.ID).orElseThrow()))
                .withRetry(new RetryPolicy(Duration.ofMillis(1), Duration.ofMillis(4), new Random(0)));
    }
}
