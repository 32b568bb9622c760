package io.zrs.lab;

import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.reactor.NioReactor;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionLog;
import io.zrs.testing.contract.StorageUnderTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A secondary, judged by what is written to its primary; both are files with blob directories, and speak over loopback.
 *
 * <p>Threading: as {@link StorageUnderTest}.
 */
final class FollowedStorage implements StorageUnderTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final long PATIENCE_S = 60;

    private final NioReactor reactor = NioReactor.start();
    private final ExecutorService executor = Executors.newFixedThreadPool(2);
    private final Storage source;
    private final Primary primary;
    private final Secondary secondary;
    private final AtomicBoolean closed = new AtomicBoolean();

    FollowedStorage(Path directory, Clock clock, ConflictResolver resolver) throws IOException {
        source = open(directory.resolve("primary"), clock, resolver);
        primary = Primary.start(source, ANY_PORT, reactor, executor, PrimarySettings.defaults());
        secondary = Secondary.start(
                open(directory.resolve("secondary"), clock, resolver),
                primary.address(),
                reactor,
                executor,
                SecondarySettings.standard(new SplittableRandom(42)));
    }

    @Override
    public Storage storage() {
        return secondary;
    }

    @Override
    public Storage source() {
        return source;
    }

    @Override
    public void sync() {
        Tid last = source.lastTransaction();
        TransactionLog log = secondary.capability(TransactionLog.class).orElseThrow();
        try (TransactionFollower follower = log.follow(last)) {
            CountDownLatch woken = wakeUp(follower);
            while (secondary.lastTransaction().compareTo(last) < 0) {
                if (!woken.await(PATIENCE_S, TimeUnit.SECONDS)) {
                    throw new AssertionError("the secondary does not get on: " + secondary.status());
                }
                woken = wakeUp(follower);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the secondary", e);
        }
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        secondary.close();
        primary.close(Duration.ZERO).join();
        source.close();
        reactor.close();
        executor.shutdown();
    }

    private static CountDownLatch wakeUp(TransactionFollower follower) {
        CountDownLatch woken = new CountDownLatch(1);
        follower.onCommit(woken::countDown);
        return woken;
    }

    private static Storage open(Path directory, Clock clock, ConflictResolver resolver) throws IOException {
        Files.createDirectories(directory);
        FileStorageOptions options = FileStorageOptions.of(clock).withConflictResolver(resolver);
        return BlobStorage.wrap(FileStorage.open(directory.resolve("Data.fs"), options), directory.resolve("blobs"));
    }
}
