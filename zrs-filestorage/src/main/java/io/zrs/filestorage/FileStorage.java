package io.zrs.filestorage;

import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.CommitListener;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.Packable;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageException;
import io.zrs.storage.StorageLockedException;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.Undoable;
import io.zrs.storage.WritableStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * ZODB's storage in a single file {@code NAME}, an append-only log of transactions, which Python opens as well.
 *
 * <p>Files: {@code NAME}, {@code NAME.index} (written when a scan was needed, by a pack and on closing, safe to delete), {@code NAME.lock}, {@code NAME.pack} while a pack
 * runs, and {@code NAME.trN} with the bytes of an unfinished transaction that was cut off.
 *
 * <p>Capabilities: {@link TransactionLog}, {@link HistoryCapable}, {@link RecordIteration} and, unless the storage is open for reading only,
 * {@link WritableStorage}, {@link RestorableStorage}, {@link Undoable} and {@link Packable}. A pack takes up to 16 MiB, 8.2 bytes for each object that stays, and another 8.2
 * for each that was written before as well as after the pack's time, with densely numbered oids. While it runs nothing can be undone.
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
    private final Path path;
    private final StorageLock.@Nullable Held lock;
    private final CommitAnnouncer announcer;
    private final TransactionLog transactionLog;
    private final @Nullable LogWriter writer;
    private final @Nullable FilePack pack;
    private final IndexSaver indexSaver;
    private final AtomicBoolean closed = new AtomicBoolean();

    private FileStorage(
            Path path,
            FileStorageOptions options,
            OpenedLog log,
            StorageLock.@Nullable Held lock,
            UnaryOperator<LogFile> seam) {
        this.path = path;
        this.lock = lock;
        LogFormat format = log.format();
        this.indexSaver = new IndexSaver(path, format, log.indexedEnd());
        this.announcer = new CommitAnnouncer(log.view());
        this.transactionLog = new FileTransactionLog(announcer, format, this::checkOpen);
        if (lock == null) {
            this.writer = null;
            this.pack = null;
        } else {
            CommitQueue queue = new CommitQueue(log.view().log().file(), announcer::announce);
            this.writer = new LogWriter(log.view(), format, queue, options.clock(), options.conflictResolver());
            this.pack = new FilePack(
                    path,
                    format,
                    announcer,
                    queue,
                    writer,
                    indexSaver,
                    file -> seam.apply(ChannelLogFile.open(file, true)));
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
                    PackFile.deleteLeftover(path);
                }
                file = seam.apply(ChannelLogFile.open(path, !isReadOnly));
                if (!isReadOnly) {
                    // A process that was killed may not have come to that, be it after making the file or after a pack.
                    Directories.forceParent(path.toRealPath());
                }
                opened = new FileStorage(path, options, LogOpener.open(path, options, file), lock, seam);
                opened.saveIndexIfMissing();
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
        return announcer.reading(view -> view.log().loader().load(oid, view.end()));
    }

    @Override
    public @Nullable ObjectRevision loadBefore(Oid oid, Tid tid) {
        checkOpen();
        return announcer.reading(view -> view.log().loader().loadBefore(oid, tid, view.end()));
    }

    @Override
    public byte[] loadSerial(Oid oid, Tid tid) {
        checkOpen();
        return announcer.reading(view -> view.log().loadSerial(oid, tid, view.end()));
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
        } else if (type == Undoable.class && writer != null) {
            found = new UndoLog(announcer, writer, this::checkOpen);
        } else if (type == Packable.class) {
            found = pack;
        } else if (type == HistoryCapable.class) {
            found = new ObjectHistory(announcer, this::checkOpen);
        } else if (type == RecordIteration.class) {
            found = new CurrentRecords(announcer, this::checkOpen);
        }
        return Optional.ofNullable(found).map(type::cast);
    }

    @Override
    public void close() {
        if (writer != null) {
            writer.checkMayClose();
        }
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            if (writer != null) {
                writer.close();
                if (writer.isHealthy()) {
                    indexSaver.save(announcer.announced());
                }
            }
        } finally {
            try {
                announcer.closeFiles();
            } finally {
                release(null, lock);
            }
        }
    }

    private static void create(Path path, Mode mode) throws IOException {
        if (mode == Mode.READ_WRITE) {
            return;
        }
        try {
            Files.createFile(path);
        } catch (FileAlreadyExistsException e) {
            if (mode == Mode.CREATE_NEW) {
                throw new StorageException(path + " exists already", e);
            }
        }
    }

    private void saveIndexIfMissing() {
        if (writer != null && !indexSaver.isSaved()) {
            indexSaver.save(announcer.announced());
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
