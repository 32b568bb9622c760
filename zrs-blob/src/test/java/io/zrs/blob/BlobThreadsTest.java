package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.StaleTidException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BlobThreadsTest {
    private static final int WRITERS = 4;
    private static final int TRANSACTIONS = 60;

    private final Queue<BlobRevision> committed = new ConcurrentLinkedQueue<>();
    private final AtomicInteger writing = new AtomicInteger(WRITERS);

    @Test
    void whatIsCommittedCanBeReadWhileOthersWrite() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
        try (FileSystem fileSystem = Jimfs.newFileSystem(Configuration.unix());
                BlobStorage storage = BlobStorage.wrap(new MemoryStorage(), fileSystem.getPath("/blobs"))) {
            // Whoever commits takes along what others have restored meanwhile: the file of each blob must be there.
            storage.addCommitListener(transaction -> transaction.oids().forEach(oid -> {
                storage.loadBlob(oid, transaction.tid());
                committed.add(new BlobRevision(oid, transaction.tid()));
            }));
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                tasks.add(threads.submit(() -> write(storage, writer, TRANSACTIONS)));
            }
            tasks.add(threads.submit(() -> read(storage)));
            for (Future<?> task : tasks) {
                task.get();
            }
            assertThat(committed).hasSize(WRITERS * TRANSACTIONS);
            assertThat(storage.temporaryDirectory()).isEmptyDirectory();
            List<BlobRevision> walked = new ArrayList<>();
            storage.directory().walk(walked::add);
            assertThat(walked).containsExactlyInAnyOrderElementsOf(committed);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void packsLeaveABlobForEachRevisionWhileOthersWrite() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
        MemoryStorage base = new MemoryStorage();
        try (FileSystem fileSystem = Jimfs.newFileSystem(Configuration.unix());
                BlobStorage storage = BlobStorage.wrap(base, fileSystem.getPath("/blobs"))) {
            List<Future<?>> tasks = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                tasks.add(threads.submit(() -> write(storage, writer, 3)));
            }
            Packable packable = storage.capability(Packable.class).orElseThrow();
            long removed = 0;
            boolean last;
            do {
                last = writing.get() == 0;
                removed += packable.pack(storage.lastTransaction(), Garbage.KEEP, PackListener.NONE)
                        .bytesBefore();
            } while (!last);
            for (Future<?> task : tasks) {
                task.get();
            }
            assertThat(removed).isEqualTo(WRITERS * (TRANSACTIONS - 3));
            assertThat(base.revisions()).hasSize(WRITERS * 3);
            List<BlobRevision> walked = new ArrayList<>();
            storage.directory().walk(walked::add);
            assertThat(walked).containsExactlyInAnyOrderElementsOf(base.revisions());
            storage.capability(BlobRestorableStorage.class).orElseThrow().force();
            assertThat(storage.temporaryDirectory()).isEmptyDirectory();
        } finally {
            threads.shutdownNow();
        }
    }

    private Void write(BlobStorage storage, int writer, int oids) throws Exception {
        try {
            for (int i = 0; i < TRANSACTIONS; i++) {
                Oid oid = new Oid(((long) writer << 8) + i % oids);
                if (writer % 2 == 0) {
                    store(storage, oid);
                } else {
                    restore(storage, oid, i % 4 == 0 || i == TRANSACTIONS - 1);
                }
            }
            return null;
        } finally {
            writing.decrementAndGet();
        }
    }

    private static void store(BlobStorage storage, Oid oid) throws Exception {
        Path file = Files.writeString(storage.temporaryDirectory().resolve("callers" + oid), oid.toString());
        try (BlobTransaction transaction =
                storage.capability(BlobWritableStorage.class).orElseThrow().begin(TransactionMetadata.EMPTY)) {
            transaction.storeBlob(oid, serial(storage, oid), ByteBuffer.wrap(new byte[1]), file);
            transaction.vote();
            transaction.finish();
        }
    }

    private static Tid serial(BlobStorage storage, Oid oid) {
        try {
            return storage.load(oid).tid();
        } catch (PosKeyException e) {
            return Tid.NONE;
        }
    }

    private static void restore(BlobStorage storage, Oid oid, boolean force) {
        BlobRestorableStorage restorable =
                storage.capability(BlobRestorableStorage.class).orElseThrow();
        Restore begun = begin(restorable);
        Tid tid = begun.tid();
        try (BlobRestoreTransaction transaction = begun.transaction()) {
            try (BlobSink sink = transaction.restoreBlob(oid, tid, ByteBuffer.wrap(new byte[1]), null)) {
                sink.write(ByteBuffer.wrap(oid.toString().getBytes(StandardCharsets.UTF_8)));
                sink.complete();
            }
            transaction.vote();
            transaction.finish();
        }
        if (force) {
            restorable.force();
        }
    }

    private record Restore(Tid tid, BlobRestoreTransaction transaction) {}

    /** With a tid after that of any other writer. */
    private static Restore begin(BlobRestorableStorage restorable) {
        Tid tid = new Tid(1);
        while (true) {
            try {
                TransactionHeader header =
                        new TransactionHeader(tid, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
                return new Restore(tid, restorable.beginRestore(header, PickleDialect.PYTHON3));
            } catch (StaleTidException e) {
                tid = e.last().next();
            }
        }
    }

    private Void read(BlobStorage storage) throws Exception {
        while (writing.get() > 0) {
            for (BlobRevision revision : committed) {
                Path file = storage.loadBlob(revision.oid(), revision.tid());
                assertThat(file).hasContent(revision.oid().toString());
            }
        }
        return null;
    }
}
