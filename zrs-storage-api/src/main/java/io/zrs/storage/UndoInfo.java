package io.zrs.storage;

/**
 * A transaction that can be undone.
 *
 * <p>Threading: immutable.
 *
 * @param size bytes that it takes in the log; in a file of ZODB's the length that its header gives, without the repeated length at its end
 */
public record UndoInfo(Tid tid, TransactionMetadata metadata, long size) {}
