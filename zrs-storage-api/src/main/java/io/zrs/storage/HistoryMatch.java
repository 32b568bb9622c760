package io.zrs.storage;

/** How another history, known by its last tid, relates to that of a {@link TransactionLog}. */
public enum HistoryMatch {
    /** The transaction is here, or the other history is empty: it can be continued from here. */
    SHARED,
    /** The transaction is not here, but this log was packed at or after it, so it may have been. */
    PACKED_AWAY,
    /** The transaction never was here, though later ones are: the histories have parted. */
    FORKED,
    /** The transaction is later than all that are here. */
    AHEAD
}
