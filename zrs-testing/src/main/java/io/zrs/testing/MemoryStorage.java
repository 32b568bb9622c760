package io.zrs.testing;

import com.google.common.collect.ClassToInstanceMap;
import com.google.common.collect.ImmutableClassToInstanceMap;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.CommitListener;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.Packable;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.Undoable;
import io.zrs.storage.WritableStorage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collections;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A storage in memory that can do all that a storage can do: for tests, and to be read by those who write one.
 *
 * <p>Its parts, in the order in which to read them: {@link MemoryRevision} and {@link MemoryTransaction} are what is stored, {@link MemoryHistory} what has
 * been stored and who may see it, {@link MemoryChanges} what may be written, {@link MemoryWriter} whose turn it is to write,
 * {@link MemoryCommits} how a finished transaction becomes visible, {@link MemoryTransactionLog} how others follow, {@link MemoryPack} what is
 * forgotten, {@link MemoryBlobs} where blobs lie. Everything is written to be seen through, nothing to be fast: the cost of most answers grows with the number
 * of transactions or of objects.
 *
 * <p>Capabilities: all. Those that speak of blobs it has if it is given a directory for them.
 *
 * <p>Threading: thread-safe, as {@link Storage} and the capabilities say.
 */
public final class MemoryStorage implements Storage {
    private final String name;
    private final Clock clock;
    private final ConflictResolver resolver;
    private final @Nullable Path blobDirectory;
    private final MemoryHistory history;
    private final MemoryCommits commits;
    private final MemoryWriter writer;
    private final ClassToInstanceMap<Object> capabilities;

    /** An empty storage without blobs, that merges no conflicts. */
    public MemoryStorage(Clock clock) {
        this(clock, ConflictResolver.NONE, null);
    }

    /**
     * An empty storage.
     *
     * @param clock gives the tids of new transactions
     * @param resolver merges concurrent changes of one object, before they are a conflict
     * @param blobDirectory for the files of blobs; it is made if it is missing, and blobs that are left in it from another storage are deleted.
     *     Null for a storage without blobs
     * @throws java.io.UncheckedIOException if the directory cannot be made
     */
    public MemoryStorage(Clock clock, ConflictResolver resolver, @Nullable Path blobDirectory) {
        this(clock, resolver, blobDirectory, new MemoryHistory(Collections.emptyNavigableMap(), null));
    }

    private MemoryStorage(Clock clock, ConflictResolver resolver, @Nullable Path blobDirectory, MemoryHistory history) {
        this.name = "memory";
        this.clock = clock;
        this.resolver = resolver;
        this.blobDirectory = blobDirectory;
        this.history = history;
        this.commits = new MemoryCommits(history);
        MemoryBlobs blobs = blobDirectory == null ? null : MemoryBlobs.open(blobDirectory, history);
        this.writer = new MemoryWriter(history, commits, blobs, clock, resolver);
        ImmutableClassToInstanceMap.Builder<Object> offered = ImmutableClassToInstanceMap.builder()
                .put(WritableStorage.class, writer)
                .put(RestorableStorage.class, writer)
                .put(Undoable.class, writer)
                .put(TransactionLog.class, new MemoryTransactionLog(history, commits))
                .put(HistoryCapable.class, history)
                .put(RecordIteration.class, history)
                .put(Packable.class, new MemoryPack(history, writer));
        if (blobs != null) {
            offered.put(BlobCapable.class, blobs)
                    .put(BlobWritableStorage.class, writer)
                    .put(BlobRestorableStorage.class, writer);
        }
        this.capabilities = offered.build();
    }

    /**
     * What one who opens the storage again finds: a storage with all that is durable in this one, and the same settings. It stands for the process's
     * end as well: this storage need not be closed before, but not be used afterwards.
     */
    public MemoryStorage reopen() {
        return new MemoryStorage(clock, resolver, blobDirectory, history.reopen());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Tid lastTransaction() {
        return history.lastTransaction();
    }

    @Override
    public long objectCount() {
        return history.objectCount();
    }

    /** Bytes that the committed history says, in its shortest form, without those of its blobs. */
    @Override
    public long sizeInBytes() {
        return history.sizeInBytes();
    }

    @Override
    public ObjectRevision load(Oid oid) {
        return history.load(oid);
    }

    @Override
    public @Nullable ObjectRevision loadBefore(Oid oid, Tid tid) {
        return history.loadBefore(oid, tid);
    }

    @Override
    public byte[] loadSerial(Oid oid, Tid tid) {
        return history.loadSerial(oid, tid);
    }

    @Override
    public Subscription addCommitListener(CommitListener listener) {
        return commits.add(listener);
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        history.checkOpen();
        return Optional.ofNullable(capabilities.getInstance(type));
    }

    @Override
    public void close() {
        writer.close();
        history.close();
    }
}
