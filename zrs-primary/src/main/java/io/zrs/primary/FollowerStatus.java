package io.zrs.primary;

import io.zrs.storage.Tid;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Primary} knows of one secondary.
 *
 * <p>Threading: immutable.
 *
 * @param peer its address as text
 * @param protocol id of its protocol, null if it has not named one
 * @param sent the last transaction that was given to the transport whole, at first what the secondary said to have; null before that
 * @param acknowledged the last transaction that it has on disk, null if it has not said so; {@code zrs2.x} secondaries never do
 * @param bytesSent bytes given to the transport
 * @param blobsMissing blob records that were sent without their blobs, as there were no files
 */
public record FollowerStatus(
        String peer,
        @Nullable String protocol,
        State state,
        @Nullable Tid sent,
        @Nullable Tid acknowledged,
        long bytesSent,
        long blobsMissing) {
    /** Where a connection stands. */
    public enum State {
        /** The secondary has not introduced itself yet, or the histories are being compared. */
        HANDSHAKE,
        /** There are transactions to be sent. */
        SENDING,
        /** Everything visible has been given to the transport. */
        CAUGHT_UP,
        /** The connection is being closed. */
        CLOSING
    }
}
