package io.zrs.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is this storage's own; the rest is the contract's. */
class MemoryStorageTest {
    private static final Oid OID = new Oid(1);
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2007-03-21T20:32:57Z"), ZoneOffset.UTC);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void hasBlobsIfItHasADirectoryForThem() {
        MemoryStorage without = new MemoryStorage(CLOCK);
        MemoryStorage with = new MemoryStorage(CLOCK, ConflictResolver.NONE, directory);
        for (Class<?> capability : List.of(BlobCapable.class, BlobWritableStorage.class, BlobRestorableStorage.class)) {
            assertThat(without.capability(capability)).isEmpty();
            assertThat(with.capability(capability)).isPresent();
        }
    }

    @Test
    void reopensWithWhatIsDurable() {
        MemoryStorage storage = new MemoryStorage(CLOCK);
        Tid committed = store(storage, "committed");
        restore(storage, committed.next(), "not forced");
        try (StorageTransaction open = writable(storage).begin(TransactionMetadata.EMPTY)) {
            open.store(OID, committed.next(), data("not finished"));
            open.vote();
            MemoryStorage reopened = storage.reopen();
            assertThat(reopened.lastTransaction()).isEqualTo(committed);
            assertThat(reopened.load(OID).data()).isEqualTo("committed".getBytes(UTF_8));
            store(reopened, new Oid(2), Tid.NONE, "it can be written to");
        }
        assertThatThrownBy(() -> storage.load(new Oid(2))).isInstanceOf(PosKeyException.class);
    }

    @Test
    void reopensWithTheDialect() {
        MemoryStorage storage = new MemoryStorage(CLOCK);
        assertThat(dialect(storage)).isEqualTo(PickleDialect.PYTHON3);
        restore(storage, new Tid(1), "of Python 2");
        storage.close();
        assertThat(dialect(storage.reopen())).isEqualTo(PickleDialect.PYTHON2);
    }

    @Test
    void reopeningDeletesTheBlobsOfUnfinishedTransactions() throws IOException {
        MemoryStorage storage = new MemoryStorage(CLOCK, ConflictResolver.NONE, directory);
        BlobCapable blobs = storage.capability(BlobCapable.class).orElseThrow();
        BlobWritableStorage writable =
                storage.capability(BlobWritableStorage.class).orElseThrow();
        Tid committed;
        try (BlobTransaction transaction = writable.begin(TransactionMetadata.EMPTY)) {
            transaction.storeBlob(OID, Tid.NONE, data("record"), file(blobs, "committed"));
            transaction.vote();
            committed = transaction.finish();
        }
        BlobTransaction open = writable.begin(TransactionMetadata.EMPTY);
        open.storeBlob(OID, committed, data("record"), file(blobs, "open"));
        open.vote();
        assertThat(blobFiles()).hasSize(2);
        MemoryStorage reopened = storage.reopen();
        Path blob = reopened.capability(BlobCapable.class).orElseThrow().loadBlob(OID, committed);
        assertThat(blob).hasContent("committed");
        assertThat(blobFiles()).containsExactly(blob);
    }

    private List<Path> blobFiles() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static Path file(BlobCapable blobs, String content) throws IOException {
        return Files.writeString(blobs.temporaryDirectory().resolve(content), content);
    }

    private static PickleDialect dialect(MemoryStorage storage) {
        return storage.capability(TransactionLog.class).orElseThrow().dialect();
    }

    private static WritableStorage writable(MemoryStorage storage) {
        return storage.capability(WritableStorage.class).orElseThrow();
    }

    private static Tid store(MemoryStorage storage, String data) {
        return store(storage, OID, Tid.NONE, data);
    }

    private static Tid store(MemoryStorage storage, Oid oid, Tid old, String data) {
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            transaction.store(oid, old, data(data));
            transaction.vote();
            return transaction.finish();
        }
    }

    /** Finishes a transaction of Python 2, and does not force it. */
    private static void restore(MemoryStorage storage, Tid tid, String data) {
        TransactionHeader header = new TransactionHeader(tid, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
        RestorableStorage restorable =
                storage.capability(RestorableStorage.class).orElseThrow();
        try (RestoreTransaction transaction = restorable.beginRestore(header, PickleDialect.PYTHON2)) {
            transaction.restore(OID, tid, data(data), null);
            transaction.vote();
            transaction.finish();
        }
    }

    private static ByteBuffer data(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }
}
