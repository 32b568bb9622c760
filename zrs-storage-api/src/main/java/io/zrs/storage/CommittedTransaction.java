package io.zrs.storage;

/**
 * A transaction that has become visible.
 *
 * <p>Threading: thread-safe while the listener that got it runs, not to be used later.
 */
public interface CommittedTransaction {
    /** The new transaction. */
    Tid tid();

    /** The objects that it changed, in the order of its records, read from the log as one asks; an oid may come twice. */
    Iterable<Oid> oids();
}
