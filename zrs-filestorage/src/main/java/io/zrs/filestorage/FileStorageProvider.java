package io.zrs.filestorage;

import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageProvider;
import io.zrs.storage.StorageUri;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;

/**
 * Opens {@code file:///path/to/Data.fs}, which is made if it does not exist, with the clock of the system and the
 * {@linkplain ConflictResolver#installed installed} conflict resolvers.
 *
 * <pre>
 * create=true      the file must not exist yet (ZODB would delete it)
 * read_only=true   the file must exist, and is only read
 * </pre>
 *
 * <p>Threading: thread-safe. Source: zodburi.
 */
public final class FileStorageProvider implements StorageProvider {
    private static final String CREATE = "create";
    private static final String READ_ONLY = "read_only";

    /** For {@link java.util.ServiceLoader}. */
    public FileStorageProvider() {}

    @Override
    public String scheme() {
        return "file";
    }

    @Override
    public Set<String> parameters() {
        return Set.of(CREATE, READ_ONLY);
    }

    @Override
    public Storage open(StorageUri uri) {
        if (uri.path().isEmpty()) {
            throw new IllegalArgumentException("a file: URI needs the path of a file");
        }
        return FileStorage.open(
                Path.of(uri.path()),
                FileStorageOptions.of(Clock.systemUTC())
                        .withMode(mode(uri))
                        .withConflictResolver(ConflictResolver.installed()));
    }

    private static Mode mode(StorageUri uri) {
        boolean isCreated = uri.flag(CREATE);
        if (!uri.flag(READ_ONLY)) {
            return isCreated ? Mode.CREATE_NEW : Mode.CREATE_IF_MISSING;
        }
        if (isCreated) {
            throw new IllegalArgumentException("a storage cannot be created for reading only");
        }
        return Mode.READ_ONLY;
    }
}
