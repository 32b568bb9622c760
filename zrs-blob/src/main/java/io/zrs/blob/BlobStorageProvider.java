package io.zrs.blob;

import io.zrs.storage.Storage;
import io.zrs.storage.StorageUri;
import io.zrs.storage.StorageWrapperProvider;
import java.nio.file.Path;
import java.util.Set;

/**
 * Puts a {@link BlobStorage} around a storage whose URI says {@code blobstorage_dir=DIRECTORY} and, if need be,
 * {@code blobstorage_layout=automatic}, {@code bushy} or {@code lawn}: the names that {@code zodburi} has for it.
 *
 * <p>Threading: thread-safe.
 */
public final class BlobStorageProvider implements StorageWrapperProvider {
    private static final String DIRECTORY = "blobstorage_dir";
    private static final String LAYOUT = "blobstorage_layout";
    private static final String AUTOMATIC = "automatic";

    /** For {@link java.util.ServiceLoader}. */
    public BlobStorageProvider() {}

    @Override
    public Set<String> parameters() {
        return Set.of(DIRECTORY, LAYOUT);
    }

    @Override
    public Storage wrap(Storage base, StorageUri uri) {
        String directory = uri.parameter(DIRECTORY).orElse("");
        if (directory.isEmpty()) {
            throw new IllegalArgumentException("parameter " + DIRECTORY + " is missing or empty");
        }
        Path path = Path.of(directory);
        String layout = uri.parameter(LAYOUT).orElse(AUTOMATIC);
        if (layout.equals(AUTOMATIC)) {
            return BlobStorage.wrap(base, path);
        }
        return BlobStorage.wrap(
                base,
                path,
                BlobLayout.named(layout)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "parameter " + LAYOUT + " is neither automatic nor bushy nor lawn: '" + layout + "'")));
    }
}
