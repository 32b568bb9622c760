package io.zrs.database;

import io.zrs.pickle.PickleForm;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.CommittedTransaction;
import io.zrs.storage.ConflictException;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageException;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a ZODB database, over any storage.
 *
 * <pre>{@code
 * try (Database database = Database.open(Storages.open("file:///var/zodb/Data.fs"));
 *         Connection connection = database.open()) {
 *     System.out.println(connection.root().get("title"));
 * }
 * }</pre>
 *
 * <p>Threading: thread-safe; each {@link Connection} is for one thread at a time.
 *
 * <p>Source: ZODB, {@code DB.py}, {@code mvccadapter.py}.
 */
public final class Database implements AutoCloseable {
    private static final TransactionMetadata CREATION = TransactionMetadata.of("", "initial database creation");

    private final Storage storage;
    private final DatabaseOptions options;
    private final Invalidations invalidations;
    private final CountDownLatch rootSeen = new CountDownLatch(1);
    private final Subscription subscription;

    private Database(Storage storage, DatabaseOptions options) {
        this.storage = storage;
        this.options = options;
        this.invalidations = new Invalidations(storage);
        this.subscription = storage.addCommitListener(this::committed);
    }

    /**
     * {@linkplain #open(Storage, DatabaseOptions) Opens} a database with the standard options.
     *
     * @throws EmptyStorageException if the storage has no root object and can only be read
     */
    public static Database open(Storage storage) {
        return open(storage, DatabaseOptions.standard());
    }

    /**
     * Opens a database. A storage without root object gets one if it can be written; if others write it, this waits for them as long as the
     * options say.
     *
     * @param storage the database's from now on, which closes it
     * @throws EmptyStorageException if the storage has no root object, can only be read, and none came in time; it is still the caller's then
     */
    public static Database open(Storage storage, DatabaseOptions options) {
        Database database = new Database(storage, options);
        boolean hasRoot = false;
        try {
            database.provideRoot();
            hasRoot = true;
        } finally {
            if (!hasRoot) {
                database.subscription.close();
            }
        }
        return database;
    }

    /** The storage; for what this class does not do. */
    public Storage storage() {
        return storage;
    }

    /** A connection that sees everything committed up to now, and can commit if the storage can be written. */
    public Connection open() {
        Tid before = invalidations.snapshot();
        return new Connection(this, before, writable(), invalidations);
    }

    /**
     * A connection that sees the database as it was right after a transaction, and only reads.
     *
     * @param tid of the last transaction to be seen, or any tid between that and the next one
     * @throws IllegalArgumentException if {@code tid} is later than the last transaction
     */
    public Connection at(Tid tid) {
        Tid last = storage.lastTransaction();
        if (tid.compareTo(last) > 0) {
            throw new IllegalArgumentException("tid " + tid + " (" + tid.toTimeString()
                    + ") lies in the future: the last transaction is " + last + " (" + last.toTimeString() + ")");
        }
        return new Connection(this, tid.next(), null, null);
    }

    /**
     * A connection that sees the database as it was at a moment, and only reads; transactions of just that moment are seen.
     *
     * @throws IllegalArgumentException if {@code instant} is later than the last transaction, or before the year 1900
     */
    public Connection at(Instant instant) {
        return at(Tid.of(instant));
    }

    /** Closes the storage. Connections of this database cannot be used any more. */
    @Override
    public void close() {
        subscription.close();
        storage.close();
    }

    DatabaseOptions options() {
        return options;
    }

    /** Where blobs are. */
    BlobCapable blobs() {
        return storage.capability(BlobCapable.class)
                .orElseThrow(() -> new StorageException(storage.name() + " has no blobs"));
    }

    /** What records are to be written as. Not known before the first transaction of some storages. */
    PickleForm form() {
        Optional<PickleDialect> dialect =
                storage.capability(TransactionLog.class).map(TransactionLog::dialect);
        return dialect.equals(Optional.of(PickleDialect.PYTHON2))
                ? PickleForm.PYTHON2_STORED
                : PickleForm.PYTHON3_STORED;
    }

    private @Nullable WritableStorage writable() {
        return storage.capability(BlobWritableStorage.class)
                .<WritableStorage>map(blobs -> blobs)
                .or(() -> storage.capability(WritableStorage.class))
                .orElse(null);
    }

    private void committed(CommittedTransaction transaction) {
        invalidations.committed(transaction);
        if (rootSeen.getCount() > 0 && hasRoot()) {
            rootSeen.countDown();
        }
    }

    private void provideRoot() {
        if (hasRoot()) {
            rootSeen.countDown();
            return;
        }
        WritableStorage writable = writable();
        if (writable == null) {
            awaitRoot(options.rootWait());
        } else {
            createRoot(writable);
        }
    }

    private boolean hasRoot() {
        try {
            storage.load(Oid.ROOT);
            return true;
        } catch (PosKeyException e) {
            return false;
        }
    }

    private void createRoot(WritableStorage writable) {
        ByteBuffer record = ByteBuffer.wrap(Commit.record(form(), new PersistentMapping()));
        try (StorageTransaction transaction = writable.begin(CREATION)) {
            transaction.store(Oid.ROOT, Tid.NONE, record);
            transaction.vote();
            transaction.finish();
        } catch (ConflictException e) {
            // Somebody else was quicker: there is a root.
        }
    }

    private void awaitRoot(Duration wait) {
        boolean seen;
        try {
            seen = rootSeen.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException("interrupted while waiting for the root object of " + storage.name(), e);
        }
        if (!seen) {
            throw new EmptyStorageException(storage.name() + " has no root object, and can only be read: "
                    + (wait.isZero() ? "it needs" : "waited " + wait.toMillis() + " ms for")
                    + " the first transaction from who writes it");
        }
    }
}
