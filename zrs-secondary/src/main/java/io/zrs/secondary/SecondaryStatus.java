package io.zrs.secondary;

import io.zrs.storage.Tid;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.Optional;

/**
 * How a {@link Secondary} was doing when it was asked. Who wants to know whether anything has come since looks whether
 * {@link #byteCount} or {@link #connectCount} have changed.
 *
 * <p>Threading: immutable.
 *
 * @param primary whom it follows
 * @param protocol id of the protocol by which it does
 * @param lastTransaction the last transaction on disk and visible, {@link Tid#NONE} if there is none
 * @param connectCount connections that came about since the start
 * @param transactionCount whole transactions that have come since the start, on disk or not
 * @param byteCount bytes that have come since the start
 * @param queueSize bytes of memory taken by what has come and has not reached the storage
 * @param allOnDisk whether nothing is on its way: every transaction that has come is on disk, or was dropped with its connection, and none has
 *     come in part only
 * @param lastDisconnection why the last connection ended or did not come about, empty if that never happened; it stays when the next
 *     connection succeeds
 */
public record SecondaryStatus(
        SecondaryState state,
        SocketAddress primary,
        String protocol,
        Tid lastTransaction,
        long connectCount,
        long transactionCount,
        long byteCount,
        long queueSize,
        boolean allOnDisk,
        Optional<Disconnection> lastDisconnection) {
    /** When the primary committed {@link #lastTransaction}, empty if there is none. */
    public Optional<Instant> lastTransactionTime() {
        return lastTransaction.equals(Tid.NONE) ? Optional.empty() : Optional.of(lastTransaction.toInstant());
    }
}
