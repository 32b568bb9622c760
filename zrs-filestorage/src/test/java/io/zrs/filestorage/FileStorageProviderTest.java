package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.commit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageException;
import io.zrs.storage.StorageLockedException;
import io.zrs.storage.Storages;
import io.zrs.storage.Tid;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStorageProviderTest {
    @TempDir
    private Path directory;

    @Test
    void aUriOpensAFileOfThisSystem() {
        String uri = "file://" + directory.resolve("Data.fs");
        assertThatThrownBy(() -> Storages.open(uri + "?read_only=1")).isInstanceOf(StorageException.class);
        try (Storage storage = Storages.open(uri)) {
            commit(storage, 10, 1);
            assertThatThrownBy(() -> Storages.open(uri)).isInstanceOf(StorageLockedException.class);
            try (Storage reader = Storages.open(uri + "?read_only=true")) {
                assertThat(reader.lastTransaction()).isEqualTo(new Tid(10));
                assertThat(reader.capability(RestorableStorage.class)).isEmpty();
            }
        }
        assertThatThrownBy(() -> Storages.open(uri + "?create=1"))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("exists already");
        try (Storage storage = Storages.open(uri)) {
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(10));
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatIllegalArgumentException().isThrownBy(() -> Storages.open("file://"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Storages.open("file://" + directory + "/x?create=1&read_only=1"));
        assertThatIllegalArgumentException().isThrownBy(() -> Storages.open("file://" + directory + "/x?stop=1"));
    }
}
