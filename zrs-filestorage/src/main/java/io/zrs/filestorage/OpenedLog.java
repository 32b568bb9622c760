package io.zrs.filestorage;

/**
 * A log that has been opened, scanned and mended.
 *
 * @param index of all objects before {@code end}
 * @param end where the last transaction ends; what may lie behind it (only when opened for reading) does not count
 * @param lastTid tid of the last transaction, 0 if there is none
 * @param indexedEnd the end that the index in the index file is for, 0 if there is none
 */
record OpenedLog(
        LogFile file,
        LogFormat format,
        ObjectIndex index,
        TransactionFinder finder,
        long end,
        long lastTid,
        long indexedEnd) {}
