package io.zrs.filestorage;

import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.CommitListener;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageException;
import io.zrs.storage.StorageLockedException;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.WritableStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * ZODB's storage in a single file {@code NAME}, an append-only log of transactions, which Python opens as well.
 *
 * <p>Files: {@code NAME}, {@code NAME.index} (written when a scan was needed and on closing, safe to delete), {@code NAME.lock}, and
 * {@code NAME.trN} with the bytes of an unfinished transaction that was cut off.
 *
 * <p>Capabilities: {@link TransactionLog} and, unless the storage is open for reading only, {@link WritableStorage} and
 * {@link RestorableStorage}.
 *
 * <p>Recovery, when a storage is opened for writing. A finished transaction stands in the log with status {@code c} until its data is on disk, then gets
 * its own status. So a power cut leaves the finished history, perhaps followed by whole transactions of which only some have
 * their status, perhaps followed by pieces of one more. Those that have a committed one behind them get their status; the rest is
 * cut off, as is the end that a crash of the Python original leaves. But if what is no good lies before committed transactions that can be
 * reached from the end of the file, it is damage, and opening fails with a {@link CorruptedStorageException} and changes nothing.
 *
 * <p>Opened for reading, a storage is a snapshot of what was committed at that time.
 *
 * <p>Threading: thread-safe, as {@link Storage} and the capabilities say. Interrupts are
 * no matter to it. Source: ZODB, FileStorage.
 */
public final class FileStorage implements Storage {
    private static final Logger LOG = LoggerFactory.getLogger(FileStorage.class);

    private final Path path;
    private final LogFormat format;
    private final StorageLock.@Nullable Held lock;
    private final CommitAnnouncer announcer;
    private final TransactionLog transactionLog;
    private final @Nullable LogWriter writer;
    /** Where the part of the log ends that the index file is for. Only the opening and the closing thread use it. */
    private long indexedEnd;

    private final AtomicBoolean closed = new AtomicBoolean();

    private FileStorage(Path path, FileStorageOptions options, OpenedLog log, StorageLock.@Nullable Held lock) {
        this.path = path;
        this.format = log.format();
        this.lock = lock;
        this.indexedEnd = log.indexedEnd();
        this.announcer = new CommitAnnouncer(log.view());
        this.transactionLog = new FileTransactionLog(announcer, format, this::checkOpen);
        if (lock == null) {
            this.writer = null;
        } else {
            CommitQueue queue = new CommitQueue(log.view().log().file(), announcer::announce);
            this.writer = new LogWriter(log.view(), format, queue, options.clock());
        }
    }

    /**
     * Opens the storage in the file {@code path}.
     *
     * @throws StorageLockedException if somebody else writes to it
     * @throws CorruptedStorageException if the file is damaged
     * @throws StorageException if it exists though it must not or does not though it must, or has another format
     * @throws UncheckedIOException if the disk fails; after each of these the file is as it was
     */
    public static FileStorage open(Path path, FileStorageOptions options) {
        return open(path, options, UnaryOperator.identity());
    }

    /** As the other one, with something between the engine and the file. */
    static FileStorage open(Path path, FileStorageOptions options, UnaryOperator<LogFile> seam) {
        boolean isReadOnly = options.mode() == Mode.READ_ONLY;
        try {
            if ((isReadOnly || options.mode() == Mode.READ_WRITE) && !Files.exists(path)) {
                throw new StorageException(path + " does not exist");
            }
            StorageLock.Held lock = isReadOnly ? null : options.lock().acquire(path);
            LogFile file = null;
            FileStorage opened = null;
            try {
                if (!isReadOnly) {
                    create(path, options.mode());
                    IndexFile.deleteLeftover(path);
                }
                file = seam.apply(ChannelLogFile.open(path, !isReadOnly));
                opened = new FileStorage(path, options, LogOpener.open(path, options, file), lock);
                if (opened.indexedEnd == 0) {
                    opened.saveIndex();
                }
                return opened;
            } finally {
                if (opened == null) {
                    release(file, lock);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be opened", e);
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public Tid lastTransaction() {
        checkOpen();
        return new Tid(announcer.announced().lastTid());
    }

    @Override
    public long objectCount() {
        checkOpen();
        return announcer.announced().objectCount();
    }

    @Override
    public long sizeInBytes() {
        checkOpen();
        return announcer.announced().end();
    }

    @Override
    public ObjectRevision load(Oid oid) {
        checkOpen();
        return reading(view -> view.log().loader().load(oid, view.end()));
    }

    @Override
    public @Nullable ObjectRevision loadBefore(Oid oid, Tid tid) {
        checkOpen();
        return reading(view -> view.log().loader().loadBefore(oid, tid, view.end()));
    }

    @Override
    public byte[] loadSerial(Oid oid, Tid tid) {
        checkOpen();
        return reading(view -> view.log().loadSerial(oid, tid, view.end()));
    }

    @Override
    public Subscription addCommitListener(CommitListener listener) {
        checkOpen();
        return announcer.add(listener);
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        Object found = null;
        if (type == TransactionLog.class) {
            found = transactionLog;
        } else if (type == WritableStorage.class || type == RestorableStorage.class) {
            found = writer;
        }
        return Optional.ofNullable(found).map(type::cast);
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            if (writer != null) {
                writer.close();
                saveIndex();
            }
        } finally {
            try {
                announcer.closeFiles();
            } finally {
                release(null, lock);
            }
        }
    }

    /** What a reading of all that is visible gives; read again if another log took the place of the one that was read. */
    private <T extends @Nullable Object> T reading(Function<View, T> read) {
        View view = announcer.loadable();
        while (true) {
            try {
                return read.apply(view);
            } catch (IllegalStateException e) {
                View current = announcer.loadable();
                if (current.log() == view.log()) {
                    throw e;
                }
                view = current;
            }
        }
    }

    private static void create(Path path, Mode mode) throws IOException {
        if (mode == Mode.READ_WRITE) {
            return;
        }
        try {
            Files.createFile(path);
            Directories.forceParent(path);
        } catch (FileAlreadyExistsException e) {
            if (mode == Mode.CREATE_NEW) {
                throw new StorageException(path + " exists already", e);
            }
        }
    }

    /** Saves the index unless the file that is there is just as good. It can be made again, so a failure is no reason to stop. */
    private void saveIndex() {
        View view = announcer.announced();
        // ZODB cannot read an index without objects beside a log that is not empty.
        boolean isUseful = view.end() != indexedEnd && view.objectCount() > 0;
        if (writer == null || !writer.isHealthy() || !isUseful) {
            return;
        }
        try {
            IndexFile.write(path, view.log().index(), view.end(), format.dialect());
            indexedEnd = view.end();
        } catch (IOException | RuntimeException e) {
            LOG.warn("{} cannot be written; the next opening will scan {}", IndexFile.of(path), path, e);
        }
    }

    private static void release(@Nullable LogFile file, StorageLock.@Nullable Held lock) {
        try {
            if (file != null) {
                file.close();
            }
        } finally {
            releaseLock(lock);
        }
    }

    private static void releaseLock(StorageLock.@Nullable Held lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a lock cannot be freed", e);
        }
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException(path + " is closed");
        }
    }
}
