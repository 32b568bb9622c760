package example.folder;

import io.zrs.storage.CommitListener;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.WritableStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A storage with one file for each transaction, and all of them in memory. */
final class FolderStorage implements Storage {
    private final Folder folder;
    private final History history;
    private final Writer writer;
    private final TransactionLog log;
    private final AtomicBoolean closed = new AtomicBoolean();

    private FolderStorage(Folder folder, History history, Clock clock, ConflictResolver resolver) {
        this.folder = folder;
        this.history = history;
        this.writer = new Writer(folder, history, clock, resolver);
        this.log = new FolderLog(history, this::checkOpen);
    }

    static FolderStorage open(Path directory, Clock clock, ConflictResolver resolver) {
        try {
            Folder folder = Folder.open(directory);
            History history = new History();
            try {
                for (Commit commit : folder.read()) {
                    history.add(commit);
                    history.announce(commit);
                }
                return new FolderStorage(folder, history, clock, resolver);
            } catch (IOException | RuntimeException e) {
                folder.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(directory + " cannot be opened", e);
        }
    }

    @Override
    public String name() {
        return folder.path().toString();
    }

    @Override
    public Tid lastTransaction() {
        checkOpen();
        return history.lastTransaction();
    }

    @Override
    public long objectCount() {
        checkOpen();
        return history.objectCount();
    }

    @Override
    public long sizeInBytes() {
        checkOpen();
        return history.size();
    }

    @Override
    public ObjectRevision load(Oid oid) {
        checkOpen();
        return history.load(oid);
    }

    @Override
    public @Nullable ObjectRevision loadBefore(Oid oid, Tid tid) {
        checkOpen();
        return history.loadBefore(oid, tid);
    }

    @Override
    public byte[] loadSerial(Oid oid, Tid tid) {
        checkOpen();
        return history.loadSerial(oid, tid);
    }

    @Override
    public Subscription addCommitListener(CommitListener listener) {
        checkOpen();
        return history.addListener(listener);
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        Object found = null;
        if (type == WritableStorage.class) {
            found = writer;
        } else if (type == RestorableStorage.class) {
            found = writer;
        } else if (type == TransactionLog.class) {
            found = log;
        }
        return Optional.ofNullable(found).map(type::cast);
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try (folder) {
            writer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(name() + " cannot be closed", e);
        }
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException(name() + " is closed");
        }
    }
}
