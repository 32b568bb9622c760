package io.zrs.filestorage;

/**
 * A log that has been opened, scanned and mended.
 *
 * @param view all of it; what may lie behind the end (only when opened for reading) does not count
 * @param indexedEnd the end that the index in the index file is for, 0 if there is none
 */
record OpenedLog(View view, LogFormat format, long indexedEnd) {}
