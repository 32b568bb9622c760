package io.zrs.protocol;

import io.zrs.storage.Oid;

/** A record came before any transaction, or after the end of the last one. */
public final class RecordOutsideTransactionException extends ProtocolException {
    /** Names the record. */
    public RecordOutsideTransactionException(Oid oid) {
        super("a record of oid " + oid + " came outside of any transaction");
    }
}
