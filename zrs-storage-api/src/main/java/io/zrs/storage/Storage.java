package io.zrs.storage;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What every storage can do: answer for the committed revisions of objects.
 *
 * <p>What only some storages can do is an interface of its own, found by {@link #capability}. A wrapper offers just those
 * capabilities of the storage it wraps that it knows by name, so that nobody can reach round it.
 *
 * <p>Threading: thread-safe, for any number of readers; they never wait for a writer's disk. After {@link #close()} every method that
 * answers for what is stored throws {@link IllegalStateException}, and so does a capability that is to begin a transaction or a walk. A
 * failing disk shows as {@link java.io.UncheckedIOException}, damage as {@link CorruptedStorageException}; neither changes anything.
 */
public interface Storage extends AutoCloseable {
    /** A name for messages: usually the path of the file. */
    String name();

    /** Tid of the newest transaction that is durable and visible, {@link Tid#NONE} if there is none. Never goes back. */
    Tid lastTransaction();

    /** Number of objects, deleted ones included that the storage still lists. */
    long objectCount();

    /** Bytes taken by the committed history. */
    long sizeInBytes();

    /**
     * The current revision of an object.
     *
     * @throws PosKeyException if there is no such object, or no longer
     */
    ObjectRevision load(Oid oid);

    /**
     * The newest revision of an object that is older than {@code tid}.
     *
     * @return null if the object is known, but has no revision that old
     * @throws PosKeyException if the object is unknown, or does not exist in that revision, which the exception then names
     */
    @Nullable
    ObjectRevision loadBefore(Oid oid, Tid tid);

    /**
     * The data of exactly the revision {@code tid} of an object, which the caller owns.
     *
     * @throws PosKeyException if there is no such revision, or the object does not exist in it
     */
    byte[] loadSerial(Oid oid, Tid tid);

    /**
     * Has {@code listener} told of each transaction that becomes visible from now on.
     *
     * @return closing it ends that
     */
    Subscription addCommitListener(CommitListener listener);

    /** What this storage can do beyond this interface, if it can: for example {@code capability(TransactionLog.class)}. */
    <T> Optional<T> capability(Class<T> type);

    /** Ends transactions that are not finished, writes what is finished to disk, and frees all files and locks. Closing again does nothing. */
    @Override
    void close();
}
