package example;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.golden.Golden;
import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.reactor.NioReactor;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Tid LAST = Tid.parse("036c6b9119999999");

    @Test
    void becomesTheSameAsThePrimary(@TempDir Path directory) throws Exception {
        Path original = directory.resolve("original");
        Golden.copy("py3-doctest", original);
        BlockingQueue<Tid> committed = new LinkedBlockingQueue<>();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (NioReactor reactor = NioReactor.start();
                Storage files = open(original)) {
            Primary primary = Primary.start(files, ANY_PORT, reactor, executor, PrimarySettings.defaults());
            try (Replica replica = new Replica(directory, (InetSocketAddress) primary.address(), committed::add)) {
                assertThat(replica).isNotNull();
                Tid last = Tid.NONE;
                while (!LAST.equals(last)) {
                    last = committed.poll(30, TimeUnit.SECONDS);
                    assertThat(last).isNotNull();
                }
            }
            primary.close(Duration.ZERO).get(30, TimeUnit.SECONDS);
        } finally {
            executor.shutdown();
        }
        assertThat(directory.resolve("Data.fs")).hasSameBinaryContentAs(original.resolve("Data.fs"));
    }

    private static Storage open(Path directory) {
        FileStorageOptions options = FileStorageOptions.of(Clock.systemUTC());
        return BlobStorage.wrap(FileStorage.open(directory.resolve("Data.fs"), options), directory.resolve("blobs"));
    }
}
