package io.zrs.protocol;

/** The end of a transaction came, and none had begun. */
public final class CommitOutsideTransactionException extends ProtocolException {
    /** Says so. */
    public CommitOutsideTransactionException() {
        super("the end of a transaction came, and none had begun");
    }
}
