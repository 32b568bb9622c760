package io.zrs.storage;

/**
 * A transaction that can be undone.
 *
 * <p>Threading: immutable.
 *
 * @param size bytes that it takes in the log
 */
public record UndoInfo(Tid tid, TransactionMetadata metadata, long size) {}
