package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.spy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How blobs are forced side by side, and what comes after what. */
@Timeout(60)
class GroupForceTest {
    private static final int BLOBS = 40;
    private static final List<Integer> ITEMS = IntStream.range(0, BLOBS).boxed().toList();

    private final FileSystem fileSystem = Jimfs.newFileSystem(Configuration.unix());
    private final Path root = fileSystem.getPath("/blobs");
    private final MemoryStorage base = new MemoryStorage();
    private final ExecutorService threads = Executors.newFixedThreadPool(GroupForce.HELPERS_MAX);
    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();

    @AfterEach
    void close() throws IOException {
        threads.shutdownNow();
        fileSystem.close();
    }

    @Test
    void forcesAllFilesThenAllDirectoriesThenCommits() throws IOException {
        try (BlobStorage storage = open(recording(), threads)) {
            restoreAll(storage);
            ended.clear();
            base.instant = () -> ended.add("commit");
            restorable(storage).force();
            List<String> order = new ArrayList<>(ended);
            order.removeIf(event -> event.equals("directory /blobs/tmp"));
            assertThat(order.subList(0, BLOBS)).doesNotHaveDuplicates().allMatch(event -> event.startsWith("file "));
            // That of each blob, and their parent.
            assertThat(order.subList(BLOBS, 2 * BLOBS + 1))
                    .doesNotHaveDuplicates()
                    .allMatch(event -> event.startsWith("directory "));
            assertThat(order.subList(2 * BLOBS + 1, order.size())).isNotEmpty().containsOnly("commit");
        }
    }

    @Test
    void failedForceOnAnotherThreadFailsTheBatch() throws IOException {
        BlobDisk disk = recording();
        BlobStorage storage = open(disk, threads);
        restoreAll(storage);
        ended.clear();
        Path victim = storage.directory().path(new Oid(BLOBS / 2), new Tid(BLOBS / 2));
        doThrow(new IOException("the disk is gone")).when(disk).force(victim);
        assertThatThrownBy(restorable(storage)::force)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the disk is gone");
        assertThat(ended).noneMatch(event -> event.startsWith("directory ") && !event.endsWith("/tmp"));
        assertThat(storage.lastTransaction()).isEqualTo(Tid.NONE);
        assertThatThrownBy(restorable(storage)::force).isInstanceOf(StorageException.class);
        storage.close();
        BlobStorage.wrap(base.surviving(), root).close();
        List<BlobRevision> found = new ArrayList<>();
        BlobDirectory.open(root).walk(found::add);
        assertThat(found).isEmpty();
        assertThat(root.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void worksSideBySide() throws IOException {
        CyclicBarrier all = new CyclicBarrier(GroupForce.HELPERS_MAX + 1);
        new GroupForce(threads).run(ITEMS.subList(0, all.getParties()), item -> await(all));
        assertThat(all.isBroken()).isFalse();
    }

    @Test
    void reportsTheFirstFailureAndSuppressesOthers() {
        CyclicBarrier both = new CyclicBarrier(2);
        assertThatThrownBy(() -> new GroupForce(threads).run(ITEMS.subList(0, 2), item -> {
                    await(both);
                    throw new IOException("no luck");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("no luck")
                .satisfies(e -> assertThat(e.getSuppressed())
                        .singleElement()
                        .satisfies(other -> assertThat(other).hasMessage("no luck")));
    }

    @Test
    void nothingRunsAnyMoreAfterAFailure() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        Thread caller = Thread.currentThread();
        List<String> order = new ArrayList<>();
        assertThatThrownBy(() -> new GroupForce(threads).run(ITEMS.subList(0, 2), item -> {
                    if (Thread.currentThread() != caller) {
                        begun.countDown();
                        awaitAll(failed);
                        order.add("slow one has ended");
                    } else {
                        awaitAll(begun);
                        failed.countDown();
                        throw new IOException("no luck");
                    }
                }))
                .hasMessage("no luck");
        order.add("thrown");
        assertThat(order).containsExactly("slow one has ended", "thrown");
    }

    @Test
    void beginsNothingAfterAFailure() {
        List<Integer> begun = new ArrayList<>();
        assertThatThrownBy(() -> new GroupForce(Runnable::run).run(ITEMS, item -> {
                    begun.add(item);
                    throw new IOException("no luck");
                }))
                .hasMessage("no luck");
        assertThat(begun).containsExactly(0);
    }

    @Test
    void keepsTheOrderOnTheCallingThread() throws IOException {
        List<Integer> forced = new ArrayList<>();
        new GroupForce(Runnable::run).run(ITEMS, forced::add);
        assertThat(forced).isEqualTo(ITEMS);
    }

    @Test
    void needsNoFreeThread() throws Exception {
        ExecutorService single = Executors.newSingleThreadExecutor();
        try {
            int forced = single.submit(() -> count(single)).get();
            assertThat(forced).isEqualTo(BLOBS);
        } finally {
            single.shutdownNow();
        }
    }

    @Test
    void needsNoExecutorThatStillRuns() throws IOException {
        threads.shutdownNow();
        assertThat(count(threads)).isEqualTo(BLOBS);
    }

    private static int count(Executor executor) throws IOException {
        AtomicInteger forced = new AtomicInteger();
        new GroupForce(executor).run(ITEMS, item -> forced.incrementAndGet());
        return forced.get();
    }

    private static void await(CyclicBarrier barrier) throws IOException {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IOException("the others did not come", e);
        }
    }

    private static void awaitAll(CountDownLatch latch) throws IOException {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IOException("the other did not come");
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Notes each force when it has ended. */
    private BlobDisk recording() throws IOException {
        BlobDisk disk = spy(FileSystemDisk.of(root));
        doAnswer(call -> {
                    Object nothing = call.callRealMethod();
                    ended.add("file " + call.getArgument(0));
                    return nothing;
                })
                .when(disk)
                .force(any());
        doAnswer(call -> {
                    Object nothing = call.callRealMethod();
                    ended.add("directory " + call.getArgument(0));
                    return nothing;
                })
                .when(disk)
                .forceDirectory(any());
        return disk;
    }

    private BlobStorage open(BlobDisk disk, Executor executor) throws IOException {
        Files.createDirectories(root);
        return BlobStorage.wrap(base, root, BlobLayout.LAWN, disk, executor);
    }

    private static void restoreAll(BlobStorage storage) {
        for (int i = 1; i <= BLOBS; i++) {
            Tid tid = new Tid(i);
            TransactionHeader header =
                    new TransactionHeader(tid, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
            try (BlobRestoreTransaction transaction = restorable(storage).beginRestore(header, PickleDialect.PYTHON3);
                    BlobSink sink = transaction.restoreBlob(new Oid(i), tid, ByteBuffer.wrap(new byte[1]), null)) {
                sink.write(ByteBuffer.wrap(new byte[] {'b'}));
                sink.complete();
                transaction.vote();
                transaction.finish();
            }
        }
    }

    private static BlobRestorableStorage restorable(BlobStorage storage) {
        return storage.capability(BlobRestorableStorage.class).orElseThrow();
    }
}
