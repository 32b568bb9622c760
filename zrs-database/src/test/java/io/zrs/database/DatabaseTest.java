package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageFormat;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.golden.Golden;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    @TempDir
    private Path directory;

    @Test
    void makesTheRootAsPythonDoes() {
        Storage storage = TestStorages.writable(directory);
        try (Database database = Database.open(storage);
                Connection connection = database.open()) {
            assertThat(connection.root()).isEmpty();
            assertThat(connection.root().pythonClass()).hasToString("persistent.mapping.PersistentMapping");
            assertThat(HexFormat.of().formatHex(storage.load(Oid.ROOT).data()))
                    .isEqualTo(
                            "800363" + "70657273697374656e742e6d617070696e670a" + "50657273697374656e744d617070696e670a"
                                    + "71002e" + "80037d7101580400000064617461" + "71027d7103732e");
            LogTransaction first = only(storage);
            assertThat(first.header().metadata().description().toUtf8String()).isEqualTo("initial database creation");
            assertThat(first.header().metadata().user().isEmpty()).isTrue();
        }
    }

    @Test
    void makesTheRootOfAPython2FileAsPython2Reads() {
        FileStorageOptions options = FileStorageOptions.of(new TickingClock()).withFormat(FileStorageFormat.FS21);
        Storage storage = FileStorage.open(directory.resolve("Data.fs"), options);
        try (Database database = Database.open(storage);
                Connection connection = database.open()) {
            assertThat(connection.root()).isEmpty();
            byte[] record = storage.load(Oid.ROOT).data();
            assertThat(record[0]).isEqualTo((byte) 'c'); // no protocol above 1
        }
    }

    @Test
    void leavesARootThatIsThere() {
        Tid last;
        try (Database database = Database.open(TestStorages.writable(directory));
                Connection connection = database.open()) {
            connection.root().put("x", 1);
            last = connection.commit().orElseThrow();
        }
        Storage again = TestStorages.writable(directory);
        try (Database database = Database.open(again);
                Connection connection = database.open()) {
            assertThat(again.lastTransaction()).isEqualTo(last);
            assertThat(connection.root()).containsEntry("x", 1L);
        }
    }

    @Test
    void saysWhatAnEmptyStorageWaitsFor() throws IOException {
        Path file = directory.resolve("Data.fs");
        TestStorages.writable(directory).close();
        byte[] before = Files.readAllBytes(file);
        try (Storage storage = TestStorages.readOnly(file)) {
            assertThatThrownBy(() -> Database.open(storage))
                    .isInstanceOf(EmptyStorageException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("has no root object")
                    .hasMessageContaining("first transaction");
            DatabaseOptions patient = DatabaseOptions.standard().withRootWait(Duration.ofMillis(20));
            assertThatThrownBy(() -> Database.open(storage, patient))
                    .isInstanceOf(EmptyStorageException.class)
                    .hasMessageContaining("20 ms");
            assertThat(storage.lastTransaction()).isEqualTo(Tid.NONE); // still open, still ours
        }
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void refusesNegativeLimits() {
        DatabaseOptions standard = DatabaseOptions.standard();
        assertThatThrownBy(() -> standard.withCache(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> standard.withCache(0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> standard.withRootWait(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsWithoutKeepingAnything() throws IOException {
        Golden.copy("py3-objects", directory);
        Storage storage = TestStorages.readOnly(directory.resolve("Data.fs"));
        try (Database database =
                        Database.open(storage, DatabaseOptions.standard().withCache(0, 0));
                Connection connection = database.open()) {
            PersistentMapping root = connection.root();
            assertThat(root.get("hist", PersistentMapping.class).get("n")).isEqualTo(4L);
            assertThat(root).hasSizeGreaterThan(20);
        }
    }

    private static LogTransaction only(Storage storage) {
        try (TransactionCursor cursor = storage.capability(TransactionLog.class)
                .orElseThrow()
                .iterate(Tid.NONE, TransactionLog.Order.OLDEST_FIRST)) {
            LogTransaction first = java.util.Objects.requireNonNull(cursor.next());
            assertThat(cursor.next()).isNull();
            return first;
        }
    }
}
