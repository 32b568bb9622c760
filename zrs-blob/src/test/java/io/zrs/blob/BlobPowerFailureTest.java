package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.testing.disk.CrashingFileSystem;
import io.zrs.testing.disk.DiskFaults;
import io.zrs.testing.disk.DiskOperation.Kind;
import io.zrs.testing.disk.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left of a blob directory when the power fails after a process was killed in it, or after its disk failed once. */
class BlobPowerFailureTest {
    private static final Oid OID = new Oid(1);
    private static final Tid TID = new Tid(0x10);

    @Test
    void aForceThatFailsOnceIsNoSignThatDirectoriesCannotBeForced() throws IOException {
        CrashingFileSystem disk = disk(1);
        disk.setFaults(DiskFaults.nth(1, operation -> operation.kind() == Kind.FORCE_DIRECTORY, Verdict.FAIL));
        assertThatThrownBy(() -> open(disk)).isInstanceOf(UncheckedIOException.class);
    }

    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void keepsBlobsThoughAKilledProcessHadBegunTheDirectory(long seed) throws IOException {
        boolean wasKilled = true;
        for (long change = 1; wasKilled; change++) {
            CrashingFileSystem disk = disk(seed + change);
            disk.setFaults(DiskFaults.nth(change, operation -> operation.kind().isChange(), Verdict.KILL));
            wasKilled = isKilledOpening(disk);
            disk.setFaults(DiskFaults.NONE);
            disk.restart();
            BlobStorage storage = open(disk);
            restore(storage);
            Path file = storage.directory().path(OID, TID);
            disk.crash();
            disk.restart();
            assertThat(file).as("killed at change %s", change).hasContent("blob");
        }
    }

    private static boolean isKilledOpening(CrashingFileSystem disk) {
        try {
            open(disk).close();
            return false;
        } catch (UncheckedIOException e) {
            return true;
        }
    }

    /** With a durable directory for what is to come. */
    private static CrashingFileSystem disk(long seed) throws IOException {
        CrashingFileSystem disk = CrashingFileSystem.create(seed);
        Files.createDirectory(disk.getPath("/site"));
        try (FileChannel root = FileChannel.open(disk.getPath("/"), StandardOpenOption.READ)) {
            root.force(true);
        }
        return disk;
    }

    private static BlobStorage open(CrashingFileSystem disk) {
        return BlobStorage.wrap(new MemoryStorage(), disk.getPath("/site/blobs"));
    }

    private static void restore(BlobStorage storage) {
        BlobRestorableStorage restorable =
                storage.capability(BlobRestorableStorage.class).orElseThrow();
        TransactionHeader header = new TransactionHeader(TID, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
        try (BlobRestoreTransaction transaction = restorable.beginRestore(header, PickleDialect.PYTHON3)) {
            try (BlobSink sink = transaction.restoreBlob(OID, TID, ByteBuffer.wrap(new byte[1]), null)) {
                sink.write(ByteBuffer.wrap(new byte[] {'b', 'l', 'o', 'b'}));
                sink.complete();
            }
            transaction.vote();
            transaction.finish();
        }
        restorable.force();
    }
}
