package io.zrs.filestorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog.Order;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A log is opened for reading while its writer finishes the last transaction, which is more than is read at a time. */
class OpenedBesideWriterTest {
    private static final int RECORD_BYTES = 1 << 20;

    private final Path path = TestStorage.memoryPath();
    private Tid last = Tid.NONE;
    private long statusOffset;

    @BeforeEach
    void leaveOneUnfinished() throws IOException {
        try (FileStorage storage = TestStorage.open(path)) {
            for (int i = 1; i <= 2; i++) {
                try (StorageTransaction transaction =
                        TestStorage.writable(storage).begin(TransactionMetadata.EMPTY)) {
                    transaction.store(new Oid(i), Tid.NONE, ByteBuffer.allocate(RECORD_BYTES));
                    transaction.vote();
                    last = transaction.finish();
                }
            }
            try (TransactionCursor cursor = TestStorage.log(storage).iterate(last, Order.OLDEST_FIRST)) {
                LogTransaction transaction = Objects.requireNonNull(cursor.next());
                statusOffset = transaction.offset() + TransactionRecordHeader.STATUS_OFFSET;
            }
        }
        Files.delete(IndexFile.of(path));
        setStatus('c');
    }

    @Test
    void hasWhatIsFinishedMeanwhile() {
        try (FileStorage storage = open(Mode.READ_ONLY)) {
            assertThat(storage.lastTransaction()).isEqualTo(last);
            assertThat(storage.load(new Oid(2)).data()).hasSize(RECORD_BYTES);
        }
    }

    @Test
    void doubtsThatOfALogThatNobodyElseMayWriteTo() {
        assertThatThrownBy(() -> open(Mode.READ_WRITE).close()).isInstanceOf(CorruptedStorageException.class);
    }

    /** Whose status is set as soon as it has been read. */
    private FileStorage open(Mode mode) {
        return FileStorage.open(path, TestStorage.options().withMode(mode), file -> new ObservedLogFile(file) {
            @Override
            public int read(ByteBuffer target, long offset) {
                int read = super.read(target, offset);
                if (offset <= statusOffset && statusOffset < offset + read) {
                    setStatus(' ');
                }
                return read;
            }
        });
    }

    private void setStatus(char status) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1).put(0, (byte) status), statusOffset);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
