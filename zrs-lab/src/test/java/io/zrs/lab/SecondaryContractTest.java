package io.zrs.lab;

import io.zrs.storage.ConflictResolver;
import io.zrs.testing.contract.BlobContractTest;
import io.zrs.testing.contract.BlobPackContractTest;
import io.zrs.testing.contract.ConcurrencyContractTest;
import io.zrs.testing.contract.DurabilityContractTest;
import io.zrs.testing.contract.HistoryContractTest;
import io.zrs.testing.contract.PackContractTest;
import io.zrs.testing.contract.RecordIterationContractTest;
import io.zrs.testing.contract.StorageContractTest;
import io.zrs.testing.contract.StorageUnderTest;
import io.zrs.testing.contract.TransactionLogContractTest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Nested;

/** The contract of storages, kept by a secondary's reading side. */
class SecondaryContractTest {
    private static StorageUnderTest openStorage(Path directory, Clock clock, ConflictResolver resolver)
            throws IOException {
        return new FollowedStorage(directory, clock, resolver);
    }

    @Nested
    class Reading extends StorageContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) throws IOException {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Log extends TransactionLogContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) throws IOException {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Iteration extends RecordIterationContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) throws IOException {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class History extends HistoryContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) throws IOException {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Packing extends PackContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) throws IOException {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Blobs extends BlobContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) throws IOException {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class PackingBlobs extends BlobPackContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) throws IOException {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Threads extends ConcurrencyContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) throws IOException {
            return openStorage(directory, clock, resolver);
        }
    }

    @Nested
    class Reopening extends DurabilityContractTest {
        @Override
        protected StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) throws IOException {
            return openStorage(directory, clock, resolver);
        }
    }
}
