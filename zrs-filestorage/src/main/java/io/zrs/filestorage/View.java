package io.zrs.filestorage;

/**
 * How much of the log has been committed: everything before {@code end}.
 *
 * @param log what {@code end} is an offset in
 * @param end where the last transaction ends
 * @param lastTid its tid, 0 if there is none
 * @param objectCount objects that have a record before {@code end}
 */
record View(Generation log, long end, long lastTid, long objectCount) {}
