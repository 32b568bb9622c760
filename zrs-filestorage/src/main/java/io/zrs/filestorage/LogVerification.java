package io.zrs.filestorage;

import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;

/**
 * One walk of {@link FileStorageVerifier} over a file.
 *
 * <p>Threading: confined to one thread.
 */
final class LogVerification {
    private static final int BUFFER_BYTES = 1 << 20;

    private final LogFile file;
    private final LogReader reader;
    private final SavedIndexCheck savedIndex;
    private final VerifierReport report;
    private final ObjectIndex index = new ObjectIndex();
    private final RecordVerification recordVerification;
    private long transactions;
    private long records;
    private long end;
    private long lastTid;
    private char lastStatus = 'p';

    LogVerification(LogFile file, SavedIndexCheck savedIndex, VerifierReport report) {
        this.file = file;
        this.savedIndex = savedIndex;
        this.report = report;
        reader = reader(file, file.size());
        recordVerification = new RecordVerification(file, reader, index, report);
    }

    FileStorageVerifier.Summary run() {
        long limit = reader.limit();
        try {
            long offset = checkMagic() ? LogStructure.START : limit;
            while (offset < limit) {
                savedIndex.passing(offset, index);
                offset = checkTransaction(offset);
                report.progress(offset, limit);
            }
            savedIndex.passing(end, index);
        } catch (CorruptedStorageException e) {
            // Lengths were compared with the size of the file before anything was read by them.
            report.finding(e.offset(), "the file has become shorter while it was read: " + e.getMessage());
        }
        savedIndex.finish(end);
        return new FileStorageVerifier.Summary(
                transactions, records, end, index.size(), new Tid(lastTid), report.findings(), report.notes());
    }

    /** Whether there can be transactions. */
    private boolean checkMagic() {
        long limit = reader.limit();
        if (limit < LogStructure.START) {
            if (limit > 0) {
                report.finding(0, "a file of " + limit + " bytes, too few for FS21 or FS30");
            }
            return false;
        }
        try {
            LogFormat.read(file, null);
        } catch (CorruptedStorageException e) {
            report.finding(0, "the file begins with neither FS21 nor FS30");
        }
        end = LogStructure.START;
        return true;
    }

    /** Checks the transaction at {@code offset}; returns where the next one begins. */
    private long checkTransaction(long offset) {
        long limit = reader.limit();
        if (limit - offset < TransactionRecordHeader.BYTES) {
            report.finding(offset, "unfinished tail: " + (limit - offset) + " bytes, too few for a transaction");
            return limit;
        }
        TransactionRecordHeader header = reader.transaction(offset);
        boolean isRepeated = isLengthRepeated(offset, header);
        boolean isWhole;
        if (!LogStructure.hasPlausibleLengths(reader, offset, header)) {
            if (isRepeated) {
                report.finding(
                        offset,
                        name(header) + " has length " + header.length() + ", but a header of " + header.headerSize()
                                + " bytes");
            }
            isWhole = false;
        } else if (header.status() == TransactionRecordHeader.UNFINISHED) {
            isWhole = checkUnfinished(offset, header, isRepeated);
        } else {
            isWhole = checkCommitted(offset, header, isRepeated);
        }
        return isWhole || isRepeated ? header.next(offset) : afterDamage(offset, header);
    }

    private boolean isLengthRepeated(long offset, TransactionRecordHeader header) {
        return header.endsWithin(offset, reader.limit())
                && header.length() >= TransactionRecordHeader.BYTES
                && reader.number(header.trailer(offset)) == header.length();
    }

    /** Whether the lengths add up. */
    private boolean checkUnfinished(long offset, TransactionRecordHeader header, boolean isRepeated) {
        if (!LogStructure.isWhole(reader, offset)) {
            if (isRepeated) {
                report.finding(offset, name(header) + " is neither whole nor finished (status 'c')");
            }
            return false;
        }
        report.finding(offset, name(header) + " is whole, but not finished (status 'c')");
        if (header.next(offset) < reader.limit()) {
            // What follows may point to its records.
            LogStructure.checkRecords(reader, offset, header, (position, record) -> index.put(record.oid(), position));
        }
        return true;
    }

    /** Whether the lengths of the records add up. */
    private boolean checkCommitted(long offset, TransactionRecordHeader header, boolean isRepeated) {
        if (Long.compareUnsigned(header.tid(), lastTid) <= 0) {
            report.finding(offset, name(header) + " is not later than the one before it, " + new Tid(lastTid));
        }
        checkStatus(offset, header);
        boolean addsUp = header.status() == TransactionRecordHeader.UNDONE || checkRecords(offset, header);
        if (!isRepeated) {
            long trailer = header.trailer(offset);
            report.finding(
                    trailer,
                    name(header) + " has length " + header.length() + ", but repeats it as "
                            + Long.toUnsignedString(reader.number(trailer)));
        }
        transactions++;
        lastTid = header.tid();
        lastStatus = header.status();
        end = header.next(offset);
        return addsUp;
    }

    private void checkStatus(long offset, TransactionRecordHeader header) {
        if (!LogStructure.isKnown(header.status())) {
            report.finding(offset, name(header) + " has an unknown status, " + (int) header.status());
        } else if (header.status() == TransactionRecordHeader.UNDONE) {
            report.note(offset, name(header) + " was undone in a way of old (status 'u'), its records do not count");
        } else if (header.status() == 'p' && lastStatus != 'p') {
            report.note(offset, name(header) + " is packed, but not all before it are");
        }
    }

    private boolean checkRecords(long offset, TransactionRecordHeader header) {
        long recordsEnd = header.trailer(offset);
        long position = offset + header.headerSize();
        while (position < recordsEnd) {
            DataRecordHeader record;
            try {
                record = LogStructure.record(reader, position, offset, recordsEnd);
            } catch (CorruptedStorageException e) {
                report.finding(position, e.reason());
                return false;
            }
            recordVerification.check(position, record, header);
            index.put(record.oid(), position);
            records++;
            position = record.next(position);
        }
        return true;
    }

    /** Finds where transactions go on that can be reached from the end of the file, else gives the rest up as a tail. */
    private long afterDamage(long offset, TransactionRecordHeader header) {
        long limit = reader.limit();
        LogReader backwards = reader(file, limit);
        long found = limit;
        try {
            long previous = LogStructure.previous(backwards, found);
            while (previous > offset) {
                found = previous;
                previous = LogStructure.previous(backwards, found);
            }
        } catch (CorruptedStorageException e) {
            // Here the whole transactions before the end of the file begin.
        }
        if (found < limit) {
            report.finding(
                    offset,
                    "damage: no transaction can be read here, whole ones go on " + (found - offset) + " bytes later");
        } else {
            report.finding(
                    offset,
                    "unfinished tail of " + (limit - offset) + " bytes: " + name(header) + " of length "
                            + Long.toUnsignedString(header.length()) + " and status " + (int) header.status()
                            + " is not whole");
        }
        return found;
    }

    private static LogReader reader(LogFile file, long limit) {
        long bufferBytes = Math.max(DataRecordHeader.BYTES, Math.min(BUFFER_BYTES, limit));
        return new LogReader(file, ByteBuffer.allocate((int) bufferBytes), limit);
    }

    private static String name(TransactionRecordHeader header) {
        return "transaction " + new Tid(header.tid());
    }
}
