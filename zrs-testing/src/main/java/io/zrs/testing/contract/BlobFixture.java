package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobSink;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of blobs share. Threading: as the tests that extend it. */
abstract class BlobFixture extends PackFixture {
    @TempDir
    private Path elsewhere = Path.of("");

    /** What is judged. */
    BlobCapable blobs() {
        return capability(storage(), BlobCapable.class);
    }

    BlobWritableStorage blobWriting() {
        return capability(source(), BlobWritableStorage.class);
    }

    BlobRestorableStorage blobRestoring() {
        return capability(source(), BlobRestorableStorage.class);
    }

    /** A file of the test's own, outside of the storage. */
    Path file(String content) {
        return write(elsewhere, content);
    }

    /** A file where the storage can take it over without copying. */
    Path temporaryFile(String content) {
        return write(capability(source(), BlobCapable.class).temporaryDirectory(), content);
    }

    Tid commitBlobs(Consumer<BlobTransaction> writes) {
        Tid tid;
        try (BlobTransaction transaction = blobWriting().begin(TransactionMetadata.EMPTY)) {
            writes.accept(transaction);
            transaction.vote();
            tid = transaction.finish();
        }
        sync();
        return tid;
    }

    Tid storeBlob(Oid oid, Tid oldSerial, String content) {
        Path file = temporaryFile(content);
        return commitBlobs(transaction -> transaction.storeBlob(oid, oldSerial, Records.blob(), file));
    }

    static void fill(BlobSink sink, String content) {
        sink.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
        sink.complete();
    }

    /** Both ways to read a blob. */
    void assertBlob(Oid oid, Tid tid, String content) {
        try {
            assertEquals(content, Files.readString(blobs().loadBlob(oid, tid)), "the file of blob " + oid + ", " + tid);
            try (SeekableByteChannel channel = blobs().openBlob(oid, tid)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
                int read = 0;
                while (read >= 0 && bytes.hasRemaining()) {
                    read = channel.read(bytes);
                }
                assertArrayEquals(
                        content.getBytes(StandardCharsets.UTF_8),
                        bytes.array(),
                        "the bytes of blob " + oid + ", " + tid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void assertNoBlob(Oid oid, Tid tid, String what) {
        PosKeyException e = Expect.missing(oid, () -> blobs().loadBlob(oid, tid), "loadBlob of " + what);
        assertEquals(tid, e.tid(), "the exception of loadBlob names the revision");
        Expect.missing(oid, () -> blobs().openBlob(oid, tid).close(), "openBlob of " + what);
    }

    private static Path write(Path directory, String content) {
        try {
            return Files.writeString(Files.createTempFile(directory, "contract", ".test"), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
