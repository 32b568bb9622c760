package io.zrs.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.reactor.NioReactor;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.testing.LogCapture;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Those who connect and say nothing keep nobody out. */
@Timeout(120)
class SilentConnectionsTest {
    private static final int CONNECTION_COUNT = 5_000;

    @TempDir
    private Path directory;

    private final ExecutorService readers = Executors.newFixedThreadPool(2);
    private final ExecutorService writer = Executors.newSingleThreadExecutor();
    private final List<SocketChannel> silent = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (SocketChannel channel : silent) {
            channel.close();
        }
        readers.shutdown();
        writer.shutdown();
    }

    @Test
    void servesSecondariesAmongThousandsWhoSayNothing() throws Exception {
        assumeTrue(
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                        && system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount()
                                > CONNECTION_COUNT + 500,
                "this process may not open so many files");
        try (NioReactor reactor = NioReactor.start();
                Storage storage = site("primary").open();
                LogCapture log = LogCapture.of(Primary.class)) {
            Workload workload = new Workload(storage, new Random(0));
            Primary primary = Primary.start(
                    storage,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    reactor,
                    readers,
                    PrimarySettings.defaults());
            try (Secondary early = follow(site("early"), primary, reactor)) {
                await(early, workload.commit());
                for (int i = 1; i <= CONNECTION_COUNT; i++) {
                    silent.add(SocketChannel.open(primary.address()));
                    if (i % 1000 == 0) {
                        await(early, workload.commit());
                    }
                }
                try (Secondary late = follow(site("late"), primary, reactor)) {
                    Tid last = workload.commit();
                    await(late, last);
                    await(early, last);
                }
                assertThat(early.status().connectCount()).isEqualTo(1);
                assertThat(primary.status().followers()).hasSizeLessThan(100);
            }
            assertThat(log.lines()).filteredOn(line -> line.startsWith("WARN")).hasSizeLessThan(100);
            primary.close();
        }
    }

    private Secondary follow(Site site, Primary primary, NioReactor reactor) {
        return Secondary.start(
                site.open(), primary.address(), reactor, writer, SecondarySettings.standard(new Random(0)));
    }

    private static void await(Storage secondary, Tid tid) {
        while (secondary.lastTransaction().compareTo(tid) < 0) {
            assertThat(Thread.currentThread().isInterrupted()).as("time-out").isFalse();
        }
    }

    private Site site(String name) throws IOException {
        return new Site(Files.createDirectory(directory.resolve(name)));
    }
}
