package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.bytes;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.tids;
import static io.zrs.filestorage.TestStorage.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.filestorage.FileStorageOptions.CutTail;
import io.zrs.golden.Golden;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real file, cut and damaged wherever that can be done. */
class DamageTest {
    private final Path path = Golden.copy("py3-small/Data.fs", memoryPath());
    private final byte[] whole = bytes(path);

    @Test
    void aFileCutAnywhereInItsLastTwoTransactionsOpensWithThoseThatAreWhole() throws IOException {
        List<Long> offsets = offsets();
        int count = offsets.size();
        long first = offsets.get(count - 2);
        long second = offsets.get(count - 1);
        List<Long> tids = tids();
        FileStorageOptions options = options().withCutTail(CutTail.DROP);
        for (int size = (int) first; size < whole.length; size++) {
            Files.deleteIfExists(IndexFile.of(path));
            write(path, Arrays.copyOf(whole, size));
            int left = size < second ? count - 2 : count - 1;
            try (FileStorage storage = FileStorage.open(path, options)) {
                assertThat(storage.sizeInBytes()).as("cut at %d", size).isEqualTo(offsets.get(left));
                assertThat(storage.lastTransaction()).isEqualTo(new Tid(tids.get(left - 1)));
            }
            assertThat(Files.size(path)).isEqualTo(offsets.get(left));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x01, 0x40, 0x80})
    void aFlippedBitInAnyHeaderLosesNothing(int bit) throws IOException {
        List<Long> offsets = offsets();
        List<Long> tids = tids();
        for (int transaction = 0; transaction < offsets.size(); transaction++) {
            for (int i = 0; i < TransactionRecordHeader.BYTES; i++) {
                checkFlipped(offsets.get(transaction).intValue() + i, bit, tids.size());
            }
        }
    }

    @Test
    void aFlippedBitInAnyDataHeaderLosesNothing() throws IOException {
        int count = tids().size();
        for (long offset : recordOffsets()) {
            for (int i = DataRecordHeader.TID_OFFSET; i < DataRecordHeader.BYTES; i += 3) {
                checkFlipped((int) offset + i, 1 << (i % 8), count);
            }
        }
    }

    private void checkFlipped(int offset, int bit, int count) throws IOException {
        byte[] damaged = whole.clone();
        damaged[offset] ^= (byte) bit;
        Files.deleteIfExists(IndexFile.of(path));
        write(path, damaged);
        try (FileStorage storage = open(path)) {
            assertThat(TestStorage.tids(storage))
                    .as("flipped %d at %d", bit, offset)
                    .hasSize(count);
        } catch (CorruptedStorageException e) {
            assertThat(path).as("flipped %d at %d", bit, offset).hasBinaryContent(damaged);
        }
    }

    private List<Long> tids() {
        try (FileStorage storage = open(path)) {
            return TestStorage.tids(storage);
        }
    }

    private List<Long> offsets() {
        List<Long> offsets = new ArrayList<>();
        walk(transaction -> offsets.add(transaction.offset()));
        return offsets;
    }

    private List<Long> recordOffsets() {
        List<Long> offsets = new ArrayList<>();
        walk(transaction -> {
            if (transaction.nextRecord() != null) {
                offsets.add(transaction.recordOffset());
            }
        });
        return offsets;
    }

    private void walk(Consumer<LogTransaction> visitor) {
        try (FileStorage storage = open(path);
                TransactionCursor cursor = TestStorage.log(storage).iterate(Tid.NONE, Order.OLDEST_FIRST)) {
            for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
                visitor.accept(next);
            }
        }
    }
}
