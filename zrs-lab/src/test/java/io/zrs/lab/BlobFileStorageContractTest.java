package io.zrs.lab;

import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.storage.ConflictResolver;
import io.zrs.testing.contract.BlobContractTest;
import io.zrs.testing.contract.BlobPackContractTest;
import io.zrs.testing.contract.BlobRestoreContractTest;
import io.zrs.testing.contract.BlobUndoContractTest;
import io.zrs.testing.contract.ConcurrencyContractTest;
import io.zrs.testing.contract.DurabilityContractTest;
import io.zrs.testing.contract.HistoryContractTest;
import io.zrs.testing.contract.PackContractTest;
import io.zrs.testing.contract.RecordIterationContractTest;
import io.zrs.testing.contract.RestoreContractTest;
import io.zrs.testing.contract.StorageContractTest;
import io.zrs.testing.contract.StorageUnderTest;
import io.zrs.testing.contract.TransactionLogContractTest;
import io.zrs.testing.contract.UndoContractTest;
import io.zrs.testing.contract.WritableStorageContractTest;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Nested;

/** The contract of storages, kept by a {@code Data.fs} with a blob directory around it. */
class BlobFileStorageContractTest {
    private static StorageUnderTest openStorage(Path directory, Clock clock, ConflictResolver resolver) {
        FileStorageOptions options = FileStorageOptions.of(clock).withConflictResolver(resolver);
        FileStorage file = FileStorage.open(directory.resolve("Data.fs"), options);
        BlobStorage storage = BlobStorage.wrap(file, directory.resolve("blobs"));
        return () -> storage;
    }

    @Nested
    class Reading extends StorageContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Writing extends WritableStorageContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Log extends TransactionLogContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Iteration extends RecordIterationContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Restoring extends RestoreContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Undoing extends UndoContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class History extends HistoryContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Packing extends PackContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Blobs extends BlobContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class RestoringBlobs extends BlobRestoreContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class UndoingBlobs extends BlobUndoContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class PackingBlobs extends BlobPackContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Threads extends ConcurrencyContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Reopening extends DurabilityContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openStorage(directory, clock, resolver);
        }
    }
}
