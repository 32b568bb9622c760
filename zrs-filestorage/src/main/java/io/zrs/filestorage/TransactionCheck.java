package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import org.jspecify.annotations.Nullable;

/**
 * How much of a transaction in a file that may be damaged is right. Its lengths are plausible.
 *
 * <p>Threading: immutable.
 *
 * @param problem why its records do not add up, or one of them cannot be right; null if all is well
 * @param problemOffset where that shows
 * @param repeatsLength whether its length is repeated at its end
 * @param records number of records as far as they add up
 * @param otherTid the tid that all of them have, if it is not the transaction's; 0 if there is none such
 */
record TransactionCheck(
        @Nullable String problem, long problemOffset, boolean repeatsLength, long records, long otherTid) {

    /** Checks the transaction at {@code offset}. */
    static TransactionCheck of(LogReader reader, RecordDoubt doubt, long offset, TransactionRecordHeader header) {
        long end = header.trailer(offset);
        long position = offset + header.headerSize();
        long records = 0;
        long otherTid = 0;
        String problem = null;
        long problemOffset = position;
        try {
            while (position < end) {
                DataRecordHeader record = LogStructure.record(reader, position, offset, end);
                otherTid = records == 0 || otherTid == record.tid() ? record.tid() : header.tid();
                if (problem == null) {
                    problem = doubt.problem(record, header);
                    problemOffset = position;
                }
                records++;
                position = record.next(position);
            }
        } catch (CorruptedStorageException e) {
            problemOffset = problem == null ? position : problemOffset;
            problem = problem == null ? e.reason() : problem;
        }
        return new TransactionCheck(
                problem,
                problemOffset,
                reader.number(end) == header.length(),
                records,
                otherTid == header.tid() ? 0 : otherTid);
    }

    /** Whether there is no doubt about the records: one of two lengths is enough if records confirm it. */
    boolean isWhole() {
        return problem == null && (repeatsLength || records > 0);
    }
}
