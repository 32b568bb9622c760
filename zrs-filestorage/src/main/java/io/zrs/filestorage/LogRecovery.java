package io.zrs.filestorage;

import io.zrs.filestorage.FileStorageRecovery.Damaged;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One walk of {@link FileStorageRecovery} over a file.
 *
 * <p>Threading: confined to one thread.
 */
final class LogRecovery {
    private static final int BUFFER_BYTES = 1 << 20;
    private static final long FORCE_BYTES = 1 << 22;

    private final LogReader reader;
    private final LogFormat format;
    private final RestorableStorage target;
    private final Damaged damaged;
    private final RecoveryReport report;
    private final RecordDoubt recordDoubt;
    private final TransactionSearch search;
    private final TransactionCopy copy;
    private long transactions;
    private long lastTid;
    /** Whole transactions of status {@code c} count up to here. */
    private long finishedEnd;

    private long forcedEnd;

    LogRecovery(LogFile file, RestorableStorage target, Damaged damaged, RecoveryReport report) {
        long limit = file.size();
        long bufferBytes = Math.max(DataRecordHeader.BYTES, Math.min(BUFFER_BYTES, limit));
        this.reader = new LogReader(file, ByteBuffer.allocate((int) bufferBytes), limit);
        this.format = format(file, report);
        this.target = target;
        this.damaged = damaged;
        this.report = report;
        this.search = new TransactionSearch(file, reader, report);
        this.recordDoubt = new RecordDoubt(file, limit);
        this.copy = new TransactionCopy(file, reader, recordDoubt, report);
    }

    FileStorageRecovery.Summary run() {
        long offset = LogStructure.START;
        while (offset < reader.limit()) {
            offset = recover(offset);
            report.progress(offset, reader.limit());
            if (offset - forcedEnd >= FORCE_BYTES) {
                target.force();
                forcedEnd = offset;
            }
        }
        target.force();
        return report.summary(transactions, copy.records(), new Tid(lastTid));
    }

    /** Whether a tid can come after another one; those with their first bit set are beyond what ZODB can look up. */
    static boolean isLater(long tid, long lastTid) {
        return tid > lastTid;
    }

    /** Without a magic number the target decides, or it is Python 3. */
    private static LogFormat format(LogFile file, RecoveryReport report) {
        try {
            return LogFormat.read(file, null);
        } catch (CorruptedStorageException e) {
            report.lost(
                    0,
                    Math.min(LogStructure.START, file.size()),
                    null,
                    null,
                    "the file begins with neither FS21 nor FS30");
            return LogFormat.unknown(file);
        }
    }

    /** Recovers the transaction at {@code offset}; returns where to go on. */
    private long recover(long offset) {
        long limit = reader.limit();
        if (limit - offset < TransactionRecordHeader.BYTES) {
            return skip(offset, limit, null, "too few bytes for a transaction");
        }
        TransactionRecordHeader header = reader.transaction(offset);
        if (!LogStructure.hasPlausibleLengths(reader, offset, header)) {
            return skipTo(offset, "no transaction can be read here");
        }
        TransactionCheck check = TransactionCheck.of(reader, recordDoubt, offset, header);
        String problem = check.problem();
        if (!check.isWhole() && !check.repeatsLength()) {
            return skipTo(offset, problem == null ? "the length of a transaction is not repeated at its end" : problem);
        }
        if (header.status() == TransactionRecordHeader.UNDONE) {
            report.note(offset, name(header) + " was undone in a way of old (status 'u'); it does not count");
            return header.next(offset);
        }
        String doubt = doubt(offset, header, check);
        if (doubt != null) {
            return skip(offset, header.next(offset), header, doubt);
        }
        if (problem != null) {
            return recoverDamaged(offset, header, "at " + check.problemOffset() + ": " + problem);
        }
        return recoverWhole(offset, header, check);
    }

    private long recoverWhole(long offset, TransactionRecordHeader header, TransactionCheck check) {
        if (header.status() == TransactionRecordHeader.UNFINISHED && offset >= finishedEnd) {
            long end = unfinishedEnd(header.next(offset));
            if (!isCommitted(end)) {
                return skip(offset, end, header, "not finished (status 'c'), and no committed transaction follows");
            }
            finishedEnd = end;
        }
        if (!check.repeatsLength()) {
            report.note(
                    offset,
                    name(header) + " has length " + header.length() + ", as its records confirm, but repeats it as "
                            + Long.toUnsignedString(reader.number(header.trailer(offset))));
        }
        copy.copyWhole(offset, header, target.beginRestore(restored(offset, header), dialect()));
        return accepted(offset, header);
    }

    private long recoverDamaged(long offset, TransactionRecordHeader header, String problem) {
        boolean isFinished = header.status() != TransactionRecordHeader.UNFINISHED || offset < finishedEnd;
        if (damaged == Damaged.LEAVE_OUT || !isFinished || !copy.hasSoundRecord(offset, header)) {
            return skip(offset, header.next(offset), header, problem);
        }
        copy.copySound(offset, header, target.beginRestore(restored(offset, header), dialect()), problem);
        return accepted(offset, header);
    }

    private long accepted(long offset, TransactionRecordHeader header) {
        transactions++;
        lastTid = header.tid();
        return header.next(offset);
    }

    /** Why the tid cannot be right; null if it can. */
    private @Nullable String doubt(long offset, TransactionRecordHeader header, TransactionCheck check) {
        if (!isLater(header.tid(), lastTid)) {
            return "its tid is not later than the one before it, " + new Tid(lastTid);
        }
        if (check.records() > 0 && check.otherTid() == 0) {
            return null;
        }
        // Copies may hold records of earlier tids; nobody writes records of tids that are still to come.
        if (isLater(check.otherTid(), lastTid)) {
            return "its records have the tid " + new Tid(check.otherTid());
        }
        // Were such a tid taken for good, nothing that comes after it would be.
        long next = header.next(offset);
        long nextTid =
                LogStructure.isWhole(reader, next) ? reader.transaction(next).tid() : 0;
        boolean isEarlier = isLater(nextTid, lastTid) && !isLater(nextTid, header.tid());
        return isEarlier ? "its tid is not earlier than the one behind it, " + new Tid(nextTid) : null;
    }

    private TransactionHeader restored(long offset, TransactionRecordHeader header) {
        char status = header.status();
        if (!LogStructure.isKnown(status)) {
            report.note(offset, name(header) + " has the status " + (int) status + "; it is kept as committed");
            status = TransactionHeader.COMMITTED;
        }
        return new TransactionHeader(new Tid(header.tid()), status, reader.metadata(offset, header));
    }

    private PickleDialect dialect() {
        return format.dialect();
    }

    /** Where the whole but unfinished transactions end that begin at {@code offset}; {@code offset} itself if there are none. */
    private long unfinishedEnd(long offset) {
        long position = offset;
        while (reader.limit() - position >= TransactionRecordHeader.BYTES) {
            TransactionRecordHeader header = reader.transaction(position);
            if (header.status() != TransactionRecordHeader.UNFINISHED || !LogStructure.isWhole(reader, position)) {
                break;
            }
            position = header.next(position);
        }
        return position;
    }

    private boolean isCommitted(long offset) {
        return LogStructure.isWhole(reader, offset)
                && LogStructure.isKnown(reader.transaction(offset).status());
    }

    /** Gives up what is between {@code offset} and the next transaction that can be found. */
    private long skipTo(long offset, String reason) {
        long found = search.find(offset + 1, lastTid);
        report.lost(offset, found, null, null, reason);
        return found;
    }

    private long skip(long offset, long end, @Nullable TransactionRecordHeader header, String reason) {
        report.lost(offset, end, header == null ? null : new Tid(header.tid()), null, reason);
        return end;
    }

    private static String name(TransactionRecordHeader header) {
        return "transaction " + new Tid(header.tid());
    }
}
