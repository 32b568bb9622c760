package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.Storage;
import io.zrs.storage.StorageUri;
import io.zrs.storage.StorageWrapperProvider;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlobStorageProviderTest {
    private final StorageWrapperProvider provider = new BlobStorageProvider();

    @TempDir
    Path directory;

    @Test
    void isFoundAsService() {
        assertThat(ServiceLoader.load(StorageWrapperProvider.class))
                .hasAtLeastOneElementOfType(BlobStorageProvider.class);
        assertThat(provider.parameters()).containsExactlyInAnyOrder("blobstorage_dir", "blobstorage_layout");
    }

    @ParameterizedTest
    @CsvSource({
        "'', bushy",
        "&blobstorage_layout=automatic, bushy",
        "&blobstorage_layout=bushy, bushy",
        "&blobstorage_layout=lawn, lawn"
    })
    void wrapsWithLayout(String parameter, String marker) {
        try (Storage storage = wrap("blobstorage_dir=" + directory + parameter)) {
            assertThat(storage).isInstanceOf(BlobStorage.class);
            assertThat(directory.resolve(".layout")).hasContent(marker);
        }
    }

    @Test
    void refusesUnknownLayout() {
        assertThatThrownBy(() -> wrap("blobstorage_dir=" + directory + "&blobstorage_layout=meadow"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("blobstorage_layout", "meadow");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void refusesLayoutWithoutDirectory() {
        assertThatThrownBy(() -> wrap("blobstorage_layout=lawn"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("blobstorage_dir");
    }

    private Storage wrap(String parameters) {
        return provider.wrap(new MemoryStorage(), StorageUri.parse("memory://x?" + parameters));
    }
}
