package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modes, on the real file system. */
class BlobModesTest {
    private static final Oid OID = new Oid(1);
    private static final Tid TID = new Tid(1);

    @TempDir
    Path root;

    private BlobStorage storage;

    @BeforeEach
    void open() {
        assumeThat(FileSystems.getDefault().supportedFileAttributeViews()).contains("posix");
        storage = BlobStorage.wrap(new MemoryStorage(), root);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @ParameterizedTest
    @CsvSource({
        "rw-------, rwxr-xr-x, r--r--r--",
        "rw-rw-rw-, rwxr-x---, r--r--r--",
        "rw-------, rwx------, r--------",
        "rwx------, rwxr-x---, r-xr-----",
    })
    void committedFileCanBeReadByWhoReadsItsDirectory(String file, String directory, String expected)
            throws IOException {
        Path parent = storage.directory().path(OID, TID).getParent();
        Files.createDirectories(parent);
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString(directory));
        Path callers = Files.writeString(storage.temporaryDirectory().resolve("callers"), "hello");
        Files.setPosixFilePermissions(callers, PosixFilePermissions.fromString(file));
        try (BlobTransaction transaction =
                storage.capability(BlobWritableStorage.class).orElseThrow().begin(TransactionMetadata.EMPTY)) {
            transaction.storeBlob(OID, Tid.NONE, ByteBuffer.wrap(new byte[1]), callers);
            transaction.vote();
            transaction.finish();
        }
        assertThat(mode(storage.loadBlob(OID, TID))).isEqualTo(expected);
        assertThat(storage.loadBlob(OID, TID)).hasContent("hello");
    }

    @Test
    void uncommittedFileIsItsOwnersAlone() throws IOException {
        BlobRestorableStorage restorable =
                storage.capability(BlobRestorableStorage.class).orElseThrow();
        TransactionHeader header = new TransactionHeader(TID, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
        try (BlobRestoreTransaction transaction = restorable.beginRestore(header, PickleDialect.PYTHON3)) {
            BlobSink sink = transaction.restoreBlob(OID, TID, ByteBuffer.wrap(new byte[1]), null);
            try (Stream<Path> files = Files.list(storage.temporaryDirectory())) {
                assertThat(files)
                        .singleElement()
                        .satisfies(file -> assertThat(mode(file)).isEqualTo("rw-------"));
            }
            sink.complete();
            transaction.vote();
            transaction.finish();
        }
        restorable.force();
        assertThat(mode(storage.loadBlob(OID, TID))).startsWith("r--").doesNotContain("w");
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
