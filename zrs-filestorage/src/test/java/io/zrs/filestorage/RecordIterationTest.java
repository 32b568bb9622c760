package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.commit;
import static io.zrs.filestorage.TestStorage.finish;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.store;
import static io.zrs.filestorage.TestStorage.undo;
import static io.zrs.filestorage.TestStorage.writable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.RecordCursor;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordIterationTest {
    private final Path path = memoryPath();
    private final FileStorage storage = open(path);

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void walksInTheOrderOfOidsFromAnyOid() {
        commit(storage, 10, 1, 300, -1, 70_000, 5);
        commit(storage, 20, 5);
        assertThat(walk(0)).containsExactly("1:10", "5:20", "300:10", "70000:10", "-1:10");
        assertThat(walk(5)).startsWith("5:20");
        assertThat(walk(6)).startsWith("300:10");
        assertThat(walk(70_001)).containsExactly("-1:10");
        assertThat(walk(-1)).containsExactly("-1:10");
    }

    @Test
    void anEmptyStorageHasNothing() {
        assertThat(walk(0)).isEmpty();
    }

    @Test
    void stepsOverWhatDoesNotExistAnyMore() {
        Tid first = store(storage, 1, Tid.NONE, "1");
        Tid second = store(storage, 2, Tid.NONE, "2");
        store(storage, 3, Tid.NONE, "3");
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            transaction.deleteObject(new Oid(1), first);
            transaction.vote();
            transaction.finish();
        }
        undo(storage, second);
        assertThat(walk(0)).containsExactly("3");
    }

    @Test
    void aRecordThatRefersToAnotherSaysToWhich() {
        Tid first = store(storage, 1, Tid.NONE, "1");
        Tid second = store(storage, 1, first, "2");
        Tid undoing = undo(storage, second);
        try (RecordCursor cursor = iteration().iterateRecords(Oid.ROOT)) {
            assertThat(cursor.next()).isNotNull().satisfies(record -> {
                assertThat(record.tid()).isEqualTo(undoing);
                assertThat(record.dataTid()).isEqualTo(first);
                assertThat(record.data()).asString().isEqualTo("1");
            });
            assertThat(cursor.next()).isNull();
            assertThat(cursor.next()).isNull();
        }
    }

    @Test
    void onlyVisibleRevisionsAreMet() {
        commit(storage, 10, 1);
        finish(storage, 20, 1, 2);
        assertThat(walk(0)).containsExactly("1:10");
    }

    @Test
    void meetsWhatIsCurrentWhenItComesThere() {
        commit(storage, 10, 1, 2, 3);
        try (RecordCursor cursor = iteration().iterateRecords(Oid.ROOT)) {
            assertThat(next(cursor)).isEqualTo("1:10");
            commit(storage, 20, 1, 2);
            assertThat(next(cursor)).isEqualTo("2:20");
            finish(storage, 30, 3);
            assertThat(next(cursor)).isEqualTo("3:10");
        }
        restorable(storage).force();
    }

    @Test
    void goesOnBehindADamagedRecord() {
        commit(storage, 10, 1, 2, 3);
        commit(storage, 20, 4);
        long second = 4 + 23 + 42 + 4;
        storage.close();
        byte[] damaged = TestStorage.bytes(path);
        ByteBuffer.wrap(damaged).put((int) second, (byte) 0x7f);
        TestStorage.write(path, damaged);
        try (FileStorage opened = FileStorage.open(path, options().withMode(Mode.READ_ONLY))) {
            RecordCursor cursor =
                    opened.capability(RecordIteration.class).orElseThrow().iterateRecords(Oid.ROOT);
            assertThat(next(cursor)).isEqualTo("1:10");
            assertThatThrownBy(cursor::next)
                    .isInstanceOfSatisfying(
                            CorruptedStorageException.class,
                            e -> assertThat(e.offset()).isEqualTo(second));
            assertThat(next(cursor)).isEqualTo("3:10");
            assertThat(next(cursor)).isEqualTo("4:20");
            assertThat(cursor.next()).isNull();
        }
    }

    @Test
    void endsWithTheStorage() {
        commit(storage, 10, 1);
        RecordIteration iteration = iteration();
        RecordCursor cursor = iteration.iterateRecords(Oid.ROOT);
        storage.close();
        assertThatIllegalStateException().isThrownBy(cursor::next);
        assertThatIllegalStateException().isThrownBy(() -> iteration.iterateRecords(Oid.ROOT));
        cursor.close();
        cursor.close();
    }

    private RecordIteration iteration() {
        return storage.capability(RecordIteration.class).orElseThrow();
    }

    private List<String> walk(long start) {
        List<String> found = new ArrayList<>();
        try (RecordCursor cursor = iteration().iterateRecords(new Oid(start))) {
            for (DataRecord record = cursor.next(); record != null; record = cursor.next()) {
                found.add(text(record));
            }
        }
        return found;
    }

    private static String next(RecordCursor cursor) {
        return text(Objects.requireNonNull(cursor.next()));
    }

    private static String text(DataRecord record) {
        return TestStorage.text(Objects.requireNonNull(record.data()));
    }
}
