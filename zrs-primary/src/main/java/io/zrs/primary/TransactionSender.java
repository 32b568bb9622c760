package io.zrs.primary;

import io.zrs.pickle.RecordScanner;
import io.zrs.protocol.SendingSession;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a log's transactions to a session in small steps, between which it can rest: one record, or one chunk of a blob, is all that is in
 * memory.
 *
 * <p>Threading: confined to one thread at a time, but for {@link #last}.
 */
final class TransactionSender implements Closeable {
    /** What each step counts beside the bytes of the record, so that many empty ones count as well. */
    private static final int STEP_COST = 64;

    /** Status of transactions undone by a ZODB before 2: they never happened, and no receiver knows what to do with them. */
    private static final char UNDONE = 'u';

    private final TransactionLog log;
    private final @Nullable BlobCapable blobs;
    private final SendingSession session;
    private final Consumer<PosKeyException> blobMissing;

    private @Nullable LogTransaction transaction;
    private @Nullable BlobInTransit blob;
    private volatile Tid last;

    /**
     * A sender that has written nothing yet.
     *
     * @param last what the receiver has
     * @param blobs null to send blob records without blobs
     * @param blobMissing told of each blob record that is sent without a blob because there is no file
     */
    TransactionSender(
            TransactionLog log,
            @Nullable BlobCapable blobs,
            SendingSession session,
            Tid last,
            Consumer<PosKeyException> blobMissing) {
        this.log = log;
        this.blobs = blobs;
        this.session = session;
        this.last = last;
        this.blobMissing = blobMissing;
    }

    /** The last transaction written whole, to begin with what the receiver had; any thread may ask. */
    Tid last() {
        return last;
    }

    /** Whether no transaction is begun and not ended. */
    boolean isBetweenTransactions() {
        return transaction == null;
    }

    /**
     * Takes one step.
     *
     * @param source always the same
     * @return the work done, in bytes or something like it; 0 if {@code source} has nothing more for now
     * @throws IOException if a blob cannot be read; close this, and write no more to the session
     */
    int step(TransactionCursor source) throws IOException {
        if (blob != null) {
            return sendBlob(blob);
        }
        if (transaction != null) {
            return sendRecord(transaction);
        }
        return begin(source.next());
    }

    /** Closes the blob that is being sent, if any. */
    @Override
    public void close() throws IOException {
        if (blob != null) {
            blob.close();
            blob = null;
        }
    }

    private int begin(@Nullable LogTransaction next) {
        if (next == null) {
            return 0;
        }
        if (next.header().status() != UNDONE) {
            // Asked each time: a log that was empty takes its dialect from its first transaction.
            session.begin(next.header(), log.dialect());
            transaction = next;
        }
        return STEP_COST;
    }

    private int sendRecord(LogTransaction current) throws IOException {
        DataRecord record = current.nextRecord();
        if (record == null) {
            session.commit();
            last = current.header().tid();
            transaction = null;
            return STEP_COST;
        }
        byte[] data = record.data();
        int size = data == null ? 0 : data.length;
        blob = data == null ? null : openBlob(record, data);
        if (blob == null) {
            session.store(record);
        } else {
            session.beginBlob(record, blob.size());
            closeIfSent(blob);
        }
        return STEP_COST + size;
    }

    private @Nullable BlobInTransit openBlob(DataRecord record, byte[] data) throws IOException {
        if (blobs == null || !RecordScanner.isBlob(ByteBuffer.wrap(data))) {
            return null;
        }
        try {
            return BlobInTransit.open(blobs, record);
        } catch (PosKeyException e) {
            blobMissing.accept(e);
            return null;
        }
    }

    private int sendBlob(BlobInTransit current) throws IOException {
        int count = current.sendChunk(session);
        closeIfSent(current);
        return STEP_COST + count;
    }

    private void closeIfSent(BlobInTransit current) throws IOException {
        if (current.isSent()) {
            blob = null;
            current.close();
        }
    }
}
