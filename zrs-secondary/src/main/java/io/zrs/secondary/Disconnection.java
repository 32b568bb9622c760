package io.zrs.secondary;

/**
 * Why a connection to the primary ended, or did not come about.
 *
 * <p>Threading: immutable.
 *
 * @param message for people, one line without the primary's address
 */
public record Disconnection(Reason reason, String message) {
    /** Kinds of reasons. */
    public enum Reason {
        /** No connection could be made: nobody listens there, or nobody answered in time. */
        NOT_CONNECTED,
        /**
         * The primary said that it does not serve this secondary, and why; or it closed the connection soon, before it had sent anything. One
         * that speaks {@code zrs2.x} says no more when it refuses a secondary; it may also just have been stopped.
         */
        REFUSED,
        /** The primary closed the connection in order, as one does that stops. */
        CLOSED,
        /** The connection broke, or was given up since something had begun to come and went on for a minute at less than 4 KiB a second. */
        LOST,
        /** What came broke the protocol: damaged, out of order, or not meant for a secondary. */
        DAMAGED_STREAM,
        /** This side failed: its storage did not take what came, or its executor does not take tasks. */
        LOCAL_FAILURE
    }
}
