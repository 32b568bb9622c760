package io.zrs.protocol;

import io.zrs.storage.Bytes;
import io.zrs.storage.Tid;

/** What arrived of a transaction, or of one before it on the same connection, is not what the primary sent. */
public final class ChecksumException extends ProtocolException {
    /**
     * Names the transaction and both checksums.
     *
     * @param arrived checksum of the bytes that arrived
     * @param sent what the primary says, empty if it says none
     */
    public ChecksumException(Tid tid, Bytes arrived, Bytes sent) {
        super("wrong checksum in transaction " + tid + ": what arrived has " + arrived + ", the primary says "
                + (sent.isEmpty() ? "none" : sent));
    }
}
