package io.zrs.secondary;

import io.zrs.protocol.ProtocolException;
import io.zrs.storage.Tid;

/** The primary sent a transaction that is not newer than the one before it, or than the last one that the secondary said it has. */
public final class TransactionOutOfOrderException extends ProtocolException {
    /**
     * Names both tids.
     *
     * @param tid the transaction that was sent
     * @param last the one that it should be newer than
     */
    public TransactionOutOfOrderException(Tid tid, Tid last) {
        super("transaction " + tid + " (" + tid.toTimeString() + ") is not newer than the one before it, " + last + " ("
                + last.toTimeString() + ")");
    }
}
