package io.zrs.filestorage;

/**
 * How much of the log has been committed: everything before {@code end}.
 *
 * @param end where the last transaction ends
 * @param lastTid its tid, 0 if there is none
 * @param objectCount objects that have a record before {@code end}
 */
record View(long end, long lastTid, long objectCount) {}
