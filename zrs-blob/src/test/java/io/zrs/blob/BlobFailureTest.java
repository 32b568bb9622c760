package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.clearInvocations;
import static org.mockito.Mockito.doCallRealMethod;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.spy;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.withSettings;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a blob storage does when the disk fails and the program goes on. */
class BlobFailureTest {
    private static final Oid OID = new Oid(1);
    private static final Tid TID = new Tid(0x10);
    private static final Tid NEXT = new Tid(0x11);

    private final FileSystem fileSystem = Jimfs.newFileSystem(Configuration.unix());
    private final Path root = fileSystem.getPath("/blobs");
    private final MemoryStorage base = new MemoryStorage();

    @AfterEach
    void close() throws IOException {
        fileSystem.close();
    }

    @Test
    void failedForceMakesNothingVisibleAndEndsWriting() throws IOException {
        BlobDisk disk = spy(FileSystemDisk.of(root));
        BlobStorage storage = open(disk);
        List<String> before = tree();
        restore(storage, OID, TID);
        doThrow(new IOException("the disk is gone")).when(disk).force(any());
        assertThatThrownBy(restorable(storage)::force)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContainingAll("the disk is gone", "/blobs");
        doCallRealMethod().when(disk).force(any());
        assertThat(storage.lastTransaction()).isEqualTo(Tid.NONE);
        assertThatThrownBy(() -> storage.loadBlob(OID, TID)).isInstanceOf(PosKeyException.class);
        assertThatThrownBy(restorable(storage)::force).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> restore(storage, OID, NEXT)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> begin(storage)).isInstanceOf(StorageException.class);
        storage.close();
        assertThat(base.closed)
                .as("closing it would make the transaction durable")
                .isFalse();
        BlobStorage.wrap(base.surviving(), root, BlobLayout.LAWN).close();
        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void failedCommitOfTheBaseKeepsBlobsUnseen() throws IOException {
        BlobStorage storage = open(FileSystemDisk.of(root));
        List<String> before = tree();
        restore(storage, OID, TID);
        base.instant = () -> {
            throw new UncheckedIOException(new IOException("the disk is gone"));
        };
        assertThatThrownBy(restorable(storage)::force).isInstanceOf(UncheckedIOException.class);
        assertThat(storage.directory().path(OID, TID)).exists();
        assertThatThrownBy(() -> storage.loadBlob(OID, TID)).isInstanceOf(PosKeyException.class);
        BlobStorage.wrap(base.surviving(), root, BlobLayout.LAWN).close();
        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void failedVoteCanBeAborted() throws IOException {
        BlobDisk disk = spy(FileSystemDisk.of(root));
        try (BlobStorage storage = open(disk)) {
            List<String> before = tree();
            doThrow(new IOException("the disk is full"))
                    .doCallRealMethod()
                    .when(disk)
                    .force(any());
            try (BlobTransaction transaction = begin(storage)) {
                storeBlob(storage, transaction);
                assertThatThrownBy(transaction::vote).isInstanceOf(UncheckedIOException.class);
                assertThatThrownBy(transaction::finish).isInstanceOf(IllegalStateException.class);
            }
            assertThat(tree()).isEqualTo(before);
            restore(storage, OID, TID);
            restorable(storage).force();
            assertThat(storage.loadBlob(OID, TID)).hasContent("blob");
        }
    }

    @Test
    void anyOneFailureLeavesNoLitterAndLosesNothing() throws IOException {
        AtomicInteger left = new AtomicInteger();
        for (int changes = 0; left.get() <= 0; changes++) {
            try (FileSystem each = Jimfs.newFileSystem(Configuration.unix())) {
                left.set(changes);
                MemoryStorage memory = new MemoryStorage();
                Path directory = each.getPath("/blobs");
                try (BlobStorage storage =
                        BlobStorage.wrap(memory, directory, BlobLayout.BUSHY, failingOnce(directory, left))) {
                    tryAll(storage);
                } catch (UncheckedIOException e) {
                    assertThat(e).hasMessageContaining("change of no luck");
                }
                MemoryStorage survivor = memory.surviving();
                BlobStorage.wrap(survivor, directory).close();
                List<BlobRevision> found = new ArrayList<>();
                BlobDirectory.open(directory).walk(found::add);
                assertThat(found)
                        .as("change %s failed", changes)
                        .containsExactlyInAnyOrderElementsOf(survivor.revisions());
                assertThat(directory.resolve("tmp/callers"))
                        .satisfiesAnyOf(
                                file -> assertThat(file).doesNotExist(),
                                file -> assertThat(file).hasContent("blob"));
                Files.deleteIfExists(directory.resolve("tmp/callers"));
                assertThat(directory.resolve("tmp")).isEmptyDirectory();
            }
        }
    }

    @Test
    void oneForceForEachFileAndEachDirectoryOfAGroup() throws IOException {
        BlobDisk disk = spy(FileSystemDisk.of(root));
        try (BlobStorage storage = open(disk)) {
            clearInvocations(disk);
            restore(storage, OID, TID);
            restore(storage, OID, NEXT);
            restore(storage, new Oid(2), new Tid(0x12));
            verify(disk, times(0)).force(any());
            restorable(storage).force();
            verify(disk, times(3)).force(any());
            for (String directory : List.of("", "tmp", "0x01", "0x02")) {
                verify(disk).forceDirectory(root.resolve(directory));
            }
            verify(disk, times(4)).forceDirectory(any());
        }
    }

    private void tryAll(BlobStorage storage) throws IOException {
        try (BlobTransaction transaction = begin(storage)) {
            storeBlob(storage, transaction);
            transaction.vote();
        }
        restore(storage, OID, TID);
        try (BlobTransaction transaction = begin(storage)) {
            storeBlob(storage, transaction);
            transaction.vote();
            transaction.finish();
        }
        restore(storage, new Oid(2), new Tid(0x20));
        restorable(storage).force();
    }

    private static BlobDisk failingOnce(Path directory, AtomicInteger left) {
        BlobDisk real = FileSystemDisk.of(directory);
        return mock(FileSystemDisk.class, withSettings().spiedInstance(real).defaultAnswer(call -> {
            if (!call.getMethod().isDefault() && left.getAndDecrement() == 0) {
                throw new IOException("change of no luck");
            }
            return call.callRealMethod();
        }));
    }

    private BlobStorage open(BlobDisk disk) {
        return BlobStorage.wrap(base, root, BlobLayout.LAWN, disk);
    }

    private static void storeBlob(BlobStorage storage, BlobTransaction transaction) throws IOException {
        Path file = Files.writeString(storage.temporaryDirectory().resolve("callers"), "blob");
        Oid oid = new Oid(transaction.tid().value());
        transaction.storeBlob(oid, Tid.NONE, ByteBuffer.wrap(new byte[1]), file);
    }

    private static BlobTransaction begin(BlobStorage storage) {
        return storage.capability(BlobWritableStorage.class).orElseThrow().begin(TransactionMetadata.EMPTY);
    }

    private static void restore(BlobStorage storage, Oid oid, Tid tid) {
        TransactionHeader header = new TransactionHeader(tid, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
        try (BlobRestoreTransaction transaction = restorable(storage).beginRestore(header, PickleDialect.PYTHON3)) {
            try (BlobSink sink = transaction.restoreBlob(oid, tid, ByteBuffer.wrap(new byte[1]), null)) {
                sink.write(ByteBuffer.wrap(new byte[] {'b', 'l', 'o', 'b'}));
                sink.complete();
            }
            transaction.vote();
            transaction.finish();
        }
    }

    private static BlobRestorableStorage restorable(BlobStorage storage) {
        return storage.capability(BlobRestorableStorage.class).orElseThrow();
    }

    private List<String> tree() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(Path::toString).sorted().toList();
        }
    }
}
