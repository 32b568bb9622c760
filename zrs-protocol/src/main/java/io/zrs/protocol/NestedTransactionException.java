package io.zrs.protocol;

import io.zrs.storage.Tid;

/** A transaction began before the end of the last one. */
public final class NestedTransactionException extends ProtocolException {
    /** Names both transactions. */
    public NestedTransactionException(Tid inner, Tid open) {
        super("transaction " + inner + " began before the end of transaction " + open);
    }
}
