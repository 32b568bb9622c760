package example.folder;

import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageProvider;
import io.zrs.storage.StorageUri;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;

/** Opens {@code folder:///path/of/the/directory}. */
public final class FolderStorageProvider implements StorageProvider {
    @Override
    public String scheme() {
        return "folder";
    }

    @Override
    public Set<String> parameters() {
        return Set.of();
    }

    @Override
    public Storage open(StorageUri uri) {
        return FolderStorage.open(Path.of(uri.path()), Clock.systemUTC(), ConflictResolver.installed());
    }
}
