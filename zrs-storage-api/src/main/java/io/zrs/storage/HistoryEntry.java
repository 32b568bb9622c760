package io.zrs.storage;

/**
 * A revision of an object, and who made it.
 *
 * <p>Threading: immutable.
 *
 * @param tid serial of the revision
 * @param metadata of the transaction that wrote it
 * @param size bytes of data that were stored with it; 0 if it refers to the data of an earlier one, as after an undo, or has none
 */
public record HistoryEntry(Tid tid, TransactionMetadata metadata, long size) {}
