package example.folder;

import io.zrs.storage.ConflictResolver;
import io.zrs.testing.contract.ConcurrencyContractTest;
import io.zrs.testing.contract.DurabilityContractTest;
import io.zrs.testing.contract.RestoreContractTest;
import io.zrs.testing.contract.StorageContractTest;
import io.zrs.testing.contract.StorageUnderTest;
import io.zrs.testing.contract.TransactionLogContractTest;
import io.zrs.testing.contract.WritableStorageContractTest;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Nested;

/** FolderStorage keeps the contract. */
class FolderStorageContractTest {
    private static StorageUnderTest openStorage(Path directory, Clock clock, ConflictResolver resolver) {
        FolderStorage storage = FolderStorage.open(directory, clock, resolver);
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
    class Restoring extends RestoreContractTest {
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
