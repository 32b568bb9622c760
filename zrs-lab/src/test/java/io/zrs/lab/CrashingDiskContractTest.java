package io.zrs.lab;

import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.StorageLock;
import io.zrs.storage.ConflictResolver;
import io.zrs.testing.contract.BlobContractTest;
import io.zrs.testing.contract.BlobPackContractTest;
import io.zrs.testing.contract.BlobRestoreContractTest;
import io.zrs.testing.contract.PackContractTest;
import io.zrs.testing.contract.StorageUnderTest;
import io.zrs.testing.contract.WritableStorageContractTest;
import io.zrs.testing.disk.CrashingFileSystem;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Nested;

/** A storage with blobs keeps the contract on a {@link CrashingFileSystem} too: this proves that file system, not the storage. */
class CrashingDiskContractTest {
    @Nested
    class Writing extends WritableStorageContractTest {
        private final Path root = CrashingFileSystem.create(1).getPath("/");

        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(root, clock, resolver);
        }
    }

    @Nested
    class Packing extends PackContractTest {
        private final Path root = CrashingFileSystem.create(1).getPath("/");

        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(root, clock, resolver);
        }
    }

    @Nested
    class Blobs extends BlobContractTest {
        private final Path root = CrashingFileSystem.create(1).getPath("/");

        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(root, clock, resolver);
        }
    }

    @Nested
    class RestoringBlobs extends BlobRestoreContractTest {
        private final Path root = CrashingFileSystem.create(1).getPath("/");

        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(root, clock, resolver);
        }
    }

    @Nested
    class PackingBlobs extends BlobPackContractTest {
        private final Path root = CrashingFileSystem.create(1).getPath("/");

        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(root, clock, resolver);
        }
    }

    private static StorageUnderTest openStorage(Path directory, Clock clock, ConflictResolver resolver) {
        FileStorageOptions options =
                FileStorageOptions.of(clock).withConflictResolver(resolver).withLock(StorageLock.javaOnly());
        FileStorage file = FileStorage.open(directory.resolve("Data.fs"), options);
        BlobStorage storage = BlobStorage.wrap(file, directory.resolve("blobs"));
        return () -> storage;
    }
}
