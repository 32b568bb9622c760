package io.zrs.filestorage;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.UndoException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes one transaction back: for each of its records, finds what gives the object back what it had before.
 *
 * <p>Mostly that is a pointer to the record before. Only an object that was changed since, to other data, has its changes merged.
 *
 * <p>Threading: confined to the thread whose turn it is to write. Source: ZODB, FileStorage {@code _txn_undo_write}.
 */
final class Undo {
    private static final int READ_BYTES = 1 << 13;

    private final Generation log;
    private final RecordLoader loader;
    private final ObjectIndex pending;
    private final ConflictMerger merger;
    private final long end;
    private final Target target;
    private final Set<Oid> changed = new LinkedHashSet<>();
    private final Map<Oid, String> failures = new LinkedHashMap<>();

    /**
     * Nothing is undone yet.
     *
     * @param pending what the open transaction has written so far, all of it in the file; it does not grow with {@code target}
     * @param end where the open transaction begins
     */
    Undo(Generation log, ObjectIndex pending, ConflictMerger merger, long end, Target target) {
        this.log = log;
        this.loader = log.loader();
        this.pending = pending;
        this.merger = merger;
        this.end = end;
        this.target = target;
    }

    /**
     * Undoes a transaction.
     *
     * @return the objects changed, in the order of its records
     * @throws UndoException if it cannot be undone; {@code target} may have got some records already
     */
    Set<Oid> run(Tid transaction) {
        LogReader reader = new LogReader(log.file(), ByteBuffer.allocate(READ_BYTES), end);
        long offset = log.finder().ceiling(transaction.value(), end);
        if (offset == end || reader.number(offset) != transaction.value()) {
            throw new UndoException(
                    transaction, "there is no such transaction in " + log.file().name());
        }
        TransactionRecordHeader header = LogStructure.transaction(reader, offset);
        checkStatus(transaction, header.status());
        LogStructure.checkRecords(reader, offset, header, this::undo);
        if (!failures.isEmpty()) {
            throw new UndoException(transaction, failures);
        }
        return changed;
    }

    private static void checkStatus(Tid transaction, char status) {
        if (status == TransactionHeader.PACKED) {
            throw new UndoException(transaction, "it was packed");
        }
        if (status == TransactionRecordHeader.UNFINISHED) {
            throw new UndoException(transaction, "it is not on disk yet");
        }
        if (status != TransactionHeader.COMMITTED) {
            throw new UndoException(transaction, "its status is '" + status + "'");
        }
    }

    /** If a transaction has several records of one object, what counts is whether the last one can be undone. */
    private void undo(long offset, DataRecordHeader record) {
        Oid oid = new Oid(record.oid());
        failures.remove(oid);
        String failure = tryUndo(oid, offset, record);
        if (failure == null) {
            changed.add(oid);
        } else {
            failures.put(oid, failure);
        }
    }

    /** Undoes one record, or says why that is not possible. */
    private @Nullable String tryUndo(Oid oid, long offset, DataRecordHeader record) {
        long previous = previous(offset, record);
        long current = current(record.oid());
        if (current == offset || leadsTo(current, record.oid(), offset)) {
            target.append(oid, null, previous);
            return null;
        }
        byte[] undone = loader.data(offset, record.oid());
        byte[] now = loader.data(current, record.oid());
        if (undone == null || now == null) {
            return undone == null ? "was deleted by it, and changed since" : "was deleted since";
        }
        if (Arrays.equals(undone, now)) {
            target.append(oid, null, previous);
            return null;
        }
        if (previous == 0) {
            return "was created by it, and changed since";
        }
        byte[] before = loader.data(previous, record.oid());
        byte[] merged = before == null ? null : merger.merge(oid, new Tid(record.tid()), now, before);
        if (merged == null) {
            return "was changed since, by transaction "
                    + new Tid(loader.header(current, record.oid()).tid());
        }
        target.append(oid, merged, 0);
        return null;
    }

    /** Where the record before lies; a pointer to it is worth no more than what it leads to. */
    private long previous(long offset, DataRecordHeader record) {
        long previous = loader.previous(offset, record);
        if (previous != 0) {
            loader.header(previous, record.oid());
        }
        return previous;
    }

    private long current(long oid) {
        long offset = pending.get(oid);
        return offset == 0 ? log.index().get(oid) : offset;
    }

    private boolean leadsTo(long from, long oid, long offset) {
        return loader.header(from, oid).isBackPointer() && loader.number(from + DataRecordHeader.BYTES) == offset;
    }

    /** Takes what is to be written. */
    interface Target {
        /**
         * A new revision of an object.
         *
         * @param data null if the revision has that of an earlier one
         * @param back offset of that earlier one, 0 if the object does not exist any more
         */
        void append(Oid oid, byte @Nullable [] data, long back);
    }
}
