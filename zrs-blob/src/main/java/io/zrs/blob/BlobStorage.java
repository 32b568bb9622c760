package io.zrs.blob;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.ForwardingStorage;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoInfo;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import io.zrs.storage.WritableStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a blob directory around any storage: the records stay there, the bytes of each blob revision go to a file of their own.
 *
 * <p>It can do what the storage it wraps can do, with blobs: {@link BlobCapable} always, {@link BlobWritableStorage},
 * {@link BlobRestorableStorage}, {@link Undoable} and {@link Packable} where that storage can write, restore, undo or pack; its
 * {@link TransactionLog}, {@link HistoryCapable} and {@link RecordIteration} are passed on as they are, and any other capability is absent.
 *
 * <p>Durability: no transaction becomes durable before its blobs. A crash at any instant leaves one of these, and the next opening for
 * writing sees which by looking at the temporary directory alone:
 *
 * <ol>
 *   <li>A blob being written, or waiting for its transaction's turn: a temporary file. It is deleted.
 *   <li>Then, for the blobs of all transactions that are forced together, a marker naming oid and tid is made durable in the temporary
 *       directory; then each file gets its final name and mode; then all of them are forced; then each directory with a new name in it is
 *       forced; only then the base storage may commit. Whatever part of this was reached, there is a marker: if the base storage does not
 *       have that revision, the file with the final name is deleted with the directories that this leaves empty.
 *   <li>Once the base storage has committed, the markers are deleted. One that is left over names a revision that the base storage has
 *       (or has packed away), so that its file stays (or goes).
 * </ol>
 *
 * <p>A pack lists the blobs that go in a file {@code .removed} before it takes effect, and deletes them afterwards, with the directories that this
 * leaves empty. Whoever finds such a list, be it Python's, deletes what the base storage does not have any more, and then the list. Files that never had
 * a record are left alone.
 *
 * <p>An undo copies the file of the revision that a blob gets back, or fails with a {@link PosKeyException} if there is none.
 *
 * <p>An abort deletes in the order file, marker, and so is covered by the same rule. While its transaction is not visible a blob cannot be
 * loaded, even if its file exists. A file of a revision that is committed is never written to nor replaced.
 *
 * <p>Over a storage that can neither write nor restore, nothing in the directory is changed, and it need not exist.
 *
 * <p>Threading: thread-safe; readers wait for nobody. Source: ZODB, {@code blob.py}, for names and modes.
 */
public final class BlobStorage extends ForwardingStorage implements BlobCapable {
    private static final Logger LOG = LoggerFactory.getLogger(BlobStorage.class);
    private static final Set<Class<?>> PASSED_ON =
            Set.of(TransactionLog.class, HistoryCapable.class, RecordIteration.class);

    private final BlobDirectory directory;
    private final BlobCommits commits;
    private final BlobPacks packs;
    private final AtomicBoolean closed = new AtomicBoolean();

    private BlobStorage(Storage base, BlobDirectory directory, BlobCommits commits, BlobPacks packs) {
        super(base);
        this.directory = directory;
        this.commits = commits;
        this.packs = packs;
    }

    /**
     * Wraps {@code base} with a directory in the layout that it has ({@link BlobDirectory#open}); a new one becomes {@code bushy}.
     *
     * <p>If {@code base} can write or restore, this creates what is missing of the directory and cleans up after a crash.
     *
     * @param base belongs to the wrapper from now on; still the caller's after an exception
     * @throws StorageException if the directory's marker names no layout of a storage
     * @throws UncheckedIOException if the directory cannot be read, created or cleaned up
     */
    public static BlobStorage wrap(Storage base, Path directory) {
        return wrap(base, directory, null, FileSystemDisk.of(directory));
    }

    /**
     * As {@link #wrap(Storage, Path)}, with threads on which the files of blobs that become durable together are forced side by side, and then
     * their directories; without them, the calling thread forces one after the other.
     *
     * @param forces stays the caller's, and may be used for anything else; up to 15 of its threads help the one that commits, which does all
     *     by itself if they are busy or the executor takes no more tasks
     */
    public static BlobStorage wrap(Storage base, Path directory, Executor forces) {
        return wrap(base, directory, null, FileSystemDisk.of(directory), forces);
    }

    /**
     * As {@link #wrap(Storage, Path)}, with the layout that the directory must have.
     *
     * @throws StorageException also if the directory has another layout
     */
    public static BlobStorage wrap(Storage base, Path directory, BlobLayout layout) {
        return wrap(base, directory, layout, FileSystemDisk.of(directory));
    }

    static BlobStorage wrap(Storage base, Path path, @Nullable BlobLayout layout, BlobDisk disk) {
        return wrap(base, path, layout, disk, Runnable::run);
    }

    static BlobStorage wrap(Storage base, Path path, @Nullable BlobLayout layout, BlobDisk disk, Executor forces) {
        BlobDirectory directory = BlobDirectory.open(path, layout);
        BlobPlacement placement = new BlobPlacement(directory, disk, base, new GroupForce(forces));
        BlobCommits commits = new BlobCommits(directory, disk, placement);
        BlobPacks packs = new BlobPacks(directory, disk, commits);
        if (canWrite(base)) {
            try {
                directory.create(disk);
                new BlobRecovery(directory, disk, placement).run();
                packs.removeListed();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot open blob directory " + path + " for writing: " + e, e);
            }
        }
        return new BlobStorage(base, directory, commits, packs);
    }

    /** The names in the blob directory. */
    public BlobDirectory directory() {
        return directory;
    }

    @Override
    public Path loadBlob(Oid oid, Tid tid) {
        checkOpen();
        BlobRevision revision = new BlobRevision(oid, tid);
        Path file = directory.path(oid, tid);
        if (!Files.isRegularFile(file) || commits.isUncommitted(revision)) {
            throw directory.noBlobFile(revision);
        }
        return file;
    }

    @Override
    public SeekableByteChannel openBlob(Oid oid, Tid tid) {
        Path file = loadBlob(oid, tid);
        try {
            return Files.newByteChannel(file);
        } catch (NoSuchFileException e) {
            throw directory.noBlobFile(new BlobRevision(oid, tid));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read blob " + oid + ", tid " + tid + ": " + e, e);
        }
    }

    @Override
    public Path temporaryDirectory() {
        checkOpen();
        return directory.temporaryDirectory();
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        Optional<?> found = Optional.empty();
        if (type == BlobCapable.class) {
            found = Optional.of(this);
        } else if (type == WritableStorage.class || type == BlobWritableStorage.class) {
            found = base().capability(WritableStorage.class).map(Writing::new);
        } else if (type == RestorableStorage.class || type == BlobRestorableStorage.class) {
            found = base().capability(RestorableStorage.class).map(Restoring::new);
        } else if (type == Undoable.class) {
            found = base().capability(Undoable.class).map(Undoing::new);
        } else if (type == Packable.class && canWrite(base())) {
            found = base().capability(Packable.class).map(Packing::new);
        } else if (PASSED_ON.contains(type)) {
            found = base().capability(type);
        }
        return found.map(type::cast);
    }

    /** Bytes taken by the committed history, without those of its blobs. */
    @Override
    public long sizeInBytes() {
        return super.sizeInBytes();
    }

    /**
     * As {@link Storage#close()}, with one exception: after blobs of finished transactions could not be made durable, the wrapped storage is
     * not closed, because that would make those transactions durable; its lock is freed when the process ends.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            commits.abortOpenTransactions();
            if (commits.hasQueued() && !commits.hasFailed()) {
                commits.commit(
                        List.of(), base().capability(RestorableStorage.class).orElseThrow()::force);
            }
        } finally {
            closeBase();
        }
    }

    private void closeBase() {
        if (commits.hasFailed()) {
            LOG.error(
                    "{} is not closed: it has transactions whose blobs could not be made durable; end this process",
                    name());
        } else {
            try {
                base().close();
            } finally {
                packs.await();
            }
        }
    }

    private static boolean canWrite(Storage base) {
        return base.capability(RestorableStorage.class).isPresent()
                || base.capability(WritableStorage.class).isPresent();
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("storage " + directory.root() + " is closed");
        }
    }

    private final class Writing implements BlobWritableStorage {
        private final WritableStorage writable;

        Writing(WritableStorage writable) {
            this.writable = writable;
        }

        @Override
        public Oid newOid() {
            return writable.newOid();
        }

        @Override
        public BlobTransaction begin(TransactionMetadata metadata) {
            commits.checkWritable();
            return new StoringTransaction(writable.begin(metadata), commits);
        }
    }

    private final class Restoring implements BlobRestorableStorage {
        private final RestorableStorage restorable;

        Restoring(RestorableStorage restorable) {
            this.restorable = restorable;
        }

        @Override
        public BlobRestoreTransaction beginRestore(TransactionHeader header, PickleDialect dialect) {
            commits.checkWritable();
            return new RestoringTransaction(restorable.beginRestore(header, dialect), commits);
        }

        @Override
        public void force() {
            commits.commit(List.of(), restorable::force);
        }
    }

    private final class Undoing implements Undoable {
        private final Undoable undoable;

        Undoing(Undoable undoable) {
            this.undoable = undoable;
        }

        @Override
        public List<UndoInfo> undoInfo(int first, int count, Predicate<UndoInfo> filter) {
            return undoable.undoInfo(first, count, filter);
        }

        @Override
        public UndoTransaction beginUndo(TransactionMetadata metadata) {
            commits.checkWritable();
            return new UndoingTransaction(undoable.beginUndo(metadata), commits, base());
        }
    }

    private final class Packing implements Packable {
        private final Packable packable;

        Packing(Packable packable) {
            this.packable = packable;
        }

        @Override
        public PackResult pack(Tid time, Garbage garbage, PackListener listener) {
            checkOpen();
            return packs.pack(packable, time, garbage, listener);
        }
    }
}
