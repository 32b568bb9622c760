package io.zrs.testing.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.fail;

import io.zrs.storage.CommitListener;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Opens a storage for each test of the contract, and closes it.
 *
 * <p>Threading: as the tests that extend it.
 */
public abstract class StorageFixture {
    static final Oid OID = new Oid(1);
    static final Oid OTHER = new Oid(2);
    static final Oid UNKNOWN = new Oid(0x7777);

    final TestClock clock = new TestClock();
    final TestResolver resolver = new TestResolver();

    @TempDir
    private Path directory = Path.of("");

    private @Nullable StorageUnderTest subject;

    /** For the classes of this package. */
    StorageFixture() {}

    /**
     * Opens the storage under test for writing; the test closes it.
     *
     * @param directory an existing directory on the default file system, empty at first. Called again with it after the storage was closed, this opens what was
     *     stored there ({@code DurabilityContractTest} does; a storage that keeps nothing may begin anew)
     * @param clock where the storage takes the time for tids from; any thread may ask it
     * @param resolver what {@link WritableStorage} is to ask about conflicts
     * @throws Exception if that fails, and with it the test
     */
    protected abstract StorageUnderTest open(Path directory, Clock clock, ConflictResolver resolver) throws Exception;

    @BeforeEach
    void openStorage() throws Exception {
        subject = open(directory, clock, resolver);
    }

    @AfterEach
    void closeStorage() {
        if (subject != null) {
            subject.close();
        }
    }

    /** Closes the storage and opens what is in the same directory. */
    void reopen() throws Exception {
        closeStorage();
        openStorage();
        sync();
    }

    StorageUnderTest subject() {
        if (subject == null) {
            throw new AssertionError("the storage is not open");
        }
        return subject;
    }

    Path directory() {
        return directory;
    }

    /** Whose answers are judged. */
    Storage storage() {
        return subject().storage();
    }

    /** What tests write to. */
    Storage source() {
        return subject().source();
    }

    void sync() {
        subject().sync();
    }

    WritableStorage writable() {
        return capability(source(), WritableStorage.class);
    }

    RestorableStorage restorable() {
        return capability(source(), RestorableStorage.class);
    }

    TransactionLog log() {
        return capability(storage(), TransactionLog.class);
    }

    static <T> T capability(Storage storage, Class<T> type) {
        return storage.capability(type)
                .orElseGet(() -> fail(storage.name() + " does not have the capability " + type.getSimpleName()
                        + ", which this contract is about"));
    }

    /** A transaction, synced. */
    Tid commit(Consumer<StorageTransaction> writes) {
        return commit(TransactionMetadata.EMPTY, writes);
    }

    Tid commit(TransactionMetadata metadata, Consumer<StorageTransaction> writes) {
        Tid tid;
        try (StorageTransaction transaction = writable().begin(metadata)) {
            writes.accept(transaction);
            transaction.vote();
            tid = transaction.finish();
        }
        sync();
        return tid;
    }

    /** A transaction with one record. */
    Tid store(Oid oid, Tid oldSerial, String data) {
        return commit(transaction -> transaction.store(oid, oldSerial, data(data)));
    }

    /** A transaction that deletes one object. */
    Tid delete(Oid oid, Tid oldSerial) {
        return commit(transaction -> transaction.deleteObject(oid, oldSerial));
    }

    /** Has a listener told of what is committed while {@code action} runs. */
    void whileTold(CommitListener listener, Runnable action) {
        Subscription subscription = storage().addCommitListener(listener);
        try {
            action.run();
        } finally {
            subscription.close();
        }
    }

    /** A transaction restored and finished, not forced. */
    void restore(TransactionHeader header, Consumer<RestoreTransaction> writes) {
        try (RestoreTransaction transaction = restorable().beginRestore(header, PickleDialect.PYTHON3)) {
            writes.accept(transaction);
            transaction.vote();
            transaction.finish();
        }
    }

    void force() {
        restorable().force();
        sync();
    }

    static TransactionHeader header(Tid tid) {
        return new TransactionHeader(tid, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
    }

    static ByteBuffer data(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    static String text(byte[] data) {
        return new String(data, UTF_8);
    }
}
