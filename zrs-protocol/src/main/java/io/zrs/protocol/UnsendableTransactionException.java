package io.zrs.protocol;

import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;

/** The stored extension of a transaction is no pickle that a stream can carry. Nothing of the transaction was written. */
public final class UnsendableTransactionException extends StorageException {
    private final long tid;

    /** Names the transaction, and what is wrong with its extension. */
    public UnsendableTransactionException(Tid tid, String reason) {
        super(message(tid, reason));
        this.tid = tid.value();
    }

    /** Names the transaction, and what is wrong with its extension, with what showed it. */
    public UnsendableTransactionException(Tid tid, String reason, Throwable cause) {
        super(message(tid, reason), cause);
        this.tid = tid.value();
    }

    /** The transaction. */
    public Tid tid() {
        return new Tid(tid);
    }

    private static String message(Tid tid, String reason) {
        return "transaction " + tid + " (" + tid.toTimeString() + ") cannot be sent: its extension " + reason;
    }
}
