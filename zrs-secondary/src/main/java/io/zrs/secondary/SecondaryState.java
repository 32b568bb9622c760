package io.zrs.secondary;

/** What a {@link Secondary} is doing about its primary. */
public enum SecondaryState {
    /** It tries to connect. */
    CONNECTING,
    /** It is connected, and takes what comes. */
    FOLLOWING,
    /** It has no connection, brings what has come to disk, and tries again later. */
    WAITING,
    /**
     * Its storage did not take what came, or its executor takes no tasks. It tries again after the longest delay, for there may be room on the
     * disk then; a storage that has failed for good fails again, and wants to be closed and opened.
     */
    FAILED,
    /** It has been closed. */
    CLOSED
}
