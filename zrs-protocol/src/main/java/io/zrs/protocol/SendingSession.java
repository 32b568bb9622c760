package io.zrs.protocol;

import io.zrs.storage.DataRecord;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.TransactionHeader;
import java.nio.ByteBuffer;

/**
 * A primary's side of one connection: {@link #receive} takes the secondary's bytes, the other methods write transactions to the output:
 *
 * <pre>
 * transaction := begin { store | beginBlob blobBytes* } commit
 * </pre>
 *
 * <p>Small pieces are gathered; {@link #flush} sends what is held back. Threading: {@code receive} and {@code refuse} on the reactor thread,
 * the others on one thread at a time, not before {@link SendingEvents#start} was called.
 */
public interface SendingSession {
    /**
     * Takes what the secondary has sent behind its greeting, cut anywhere.
     *
     * @param bytes consumed, valid only during the call
     * @throws ProtocolException if that breaks the protocol; do not use the session again
     */
    void receive(ByteBuffer bytes);

    /** Tells the secondary why it is not served, if the protocol can ({@link RefusedException} over there); called instead of sending anything. */
    void refuse(String reason);

    /**
     * Begins a transaction.
     *
     * @param dialect language of the storage's pickles
     */
    void begin(TransactionHeader header, PickleDialect dialect);

    /** Writes a record; its data array is the session's from now on. */
    void store(DataRecord record);

    /**
     * Writes a record with a blob, whose bytes must follow.
     *
     * @param record has data
     * @param size bytes of the blob; so many must be written before anything else is
     */
    void beginBlob(DataRecord record, long size);

    /**
     * Writes some of the blob's bytes.
     *
     * @param bytes the session's from now on
     * @throws IllegalStateException if these are more than were announced
     */
    void blobBytes(ByteBuffer bytes);

    /** Ends the transaction. */
    void commit();

    /** Hands everything written so far to the output. */
    void flush();
}
