package io.zrs.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** The contract of storages, kept by this one. */
class MemoryStorageContractTest {
    private static StorageUnderTest openWithBlobs(Path directory, Clock clock, ConflictResolver resolver) {
        MemoryStorage storage = new MemoryStorage(clock, resolver, directory.resolve("blobs"));
        return () -> storage;
    }

    @Nested
    class Reading extends StorageContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    @Nested
    class Writing extends WritableStorageContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    @Nested
    class Restoring extends RestoreContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    @Nested
    class Log extends TransactionLogContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    @Nested
    class Records extends RecordIterationContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    @Nested
    class History extends HistoryContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    @Nested
    class Undoing extends UndoContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    @Nested
    class Packing extends PackContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    @Nested
    class Blobs extends BlobContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    @Nested
    class BlobRestoring extends BlobRestoreContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    @Nested
    class BlobUndoing extends BlobUndoContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    @Nested
    class BlobPacking extends BlobPackContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    @Nested
    class Threads extends ConcurrencyContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) {
            return openWithBlobs(directory, clock, resolver);
        }
    }

    /** A file that the directory has, and each copy of it, names the storage that it stands for. */
    @Nested
    class Durability extends DurabilityContractTest {
        private final Map<String, MemoryStorage> storages = new HashMap<>();

        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) throws IOException {
            Path name = directory.resolve("name");
            MemoryStorage storage = Files.exists(name)
                    ? storages.getOrDefault(Files.readString(name), new MemoryStorage(clock))
                            .reopen()
                    : new MemoryStorage(clock);
            String newName = "storage " + storages.size();
            storages.put(newName, storage);
            Files.write(name, newName.getBytes(UTF_8));
            return () -> storage;
        }
    }
}
