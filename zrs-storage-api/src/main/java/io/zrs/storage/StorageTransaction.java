package io.zrs.storage;

import java.nio.ByteBuffer;
import java.util.Set;

/**
 * A transaction being written: any number of {@link #store} calls, then {@link #vote}, then {@link #finish}.
 *
 * <p>A call out of that order throws {@link IllegalStateException} and changes nothing. After any other exception the transaction can only be
 * closed. Closing it before it is finished aborts it: nothing of it stays.
 *
 * <p>Threading: confined to one thread at a time.
 */
public interface StorageTransaction extends AutoCloseable {
    /** The tid that this transaction will have. */
    Tid tid();

    /**
     * Writes a new revision of an object.
     *
     * @param oldSerial the revision that the new one replaces, {@link Tid#NONE} for a new object; compared with what is committed, not with what this
     *     transaction stored before. Not looked at if the storage does not know the object
     * @param data at least one byte; consumed before this returns
     * @throws ConflictException if the current revision is not {@code oldSerial}, and the storage has no {@link ConflictResolver} that merges the two
     */
    void store(Oid oid, Tid oldSerial, ByteBuffer data);

    /**
     * Writes a revision in which an object does not exist. Its older revisions stay; storing it again takes {@link #tid()} as its serial.
     *
     * @throws PosKeyException if the storage has never had such an object
     * @throws ConflictException if the current revision is not {@code oldSerial}
     */
    void deleteObject(Oid oid, Tid oldSerial);

    /**
     * Makes this transaction depend on an object that it only read: it writes nothing, but fails if the object was changed.
     *
     * @throws PosKeyException if there is no such object, or no longer
     * @throws ConflictException if the current revision is not {@code serial}
     */
    void checkCurrentSerial(Oid oid, Tid serial);

    /**
     * Makes sure that {@link #finish} can succeed: everything is written but for the mark that makes it count.
     *
     * @return the objects that have other data than was given, since a {@link ConflictResolver} merged it; whoever has them in memory must load
     *     them again
     */
    Set<Oid> vote();

    /**
     * Commits, together with the transactions of others that wait for the disk at the same time.
     *
     * <p>On return the transaction is durable, visible, and commit listeners have been told.
     *
     * @return {@link #tid()}
     * @throws java.io.UncheckedIOException if it could not be made durable; the storage takes no more writes, and what a later open finds
     *     is the history up to some transaction at or before this one
     */
    Tid finish();

    /** Aborts the transaction unless it is finished. */
    @Override
    void close();
}
