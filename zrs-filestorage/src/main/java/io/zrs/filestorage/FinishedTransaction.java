package io.zrs.filestorage;

/**
 * A transaction that stands in the log complete, but with the status of one that is not.
 *
 * @param offset where it begins
 * @param end where the next one begins
 * @param status the one to give it
 * @param objectCount objects of the storage from this transaction on
 */
record FinishedTransaction(long offset, long end, long tid, char status, long objectCount) {}
