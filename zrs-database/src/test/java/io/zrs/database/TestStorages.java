package io.zrs.database;

import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.mockingDetails;

import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import java.nio.file.Path;
import java.util.List;

/** Storages in a directory, and what a database asks of them. */
final class TestStorages {
    private TestStorages() {}

    /** A file storage with blobs, made if there is none. */
    static Storage writable(Path directory) {
        FileStorage file = FileStorage.open(directory.resolve("Data.fs"), FileStorageOptions.of(new TickingClock()));
        return BlobStorage.wrap(file, directory.resolve("blobs"));
    }

    /** A file storage that others may write, without blobs. */
    static Storage readOnly(Path file) {
        return FileStorage.open(file, FileStorageOptions.of(new TickingClock()).withMode(Mode.READ_ONLY));
    }

    /** Does what {@code storage} does; Mockito notes what is asked, and can be told to do something else. */
    static Storage watched(Storage storage) {
        return mock(Storage.class, delegatesTo(storage));
    }

    /** The objects that were loaded from a watched storage, in order. */
    static List<Oid> loads(Storage watched) {
        return mockingDetails(watched).getInvocations().stream()
                .filter(call -> call.getMethod().getName().equals("loadBefore"))
                .map(call -> (Oid) call.getArgument(0))
                .toList();
    }
}
