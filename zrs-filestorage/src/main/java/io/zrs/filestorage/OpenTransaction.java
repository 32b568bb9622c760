package io.zrs.filestorage;

import com.google.common.collect.ImmutableSet;
import io.zrs.storage.Bytes;
import io.zrs.storage.ConflictException;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The transaction that is being written, in place at the end of the log.
 *
 * <p>Until its length is known, the header says a length that no file has, and until the transaction is durable its status is {@code c}: to
 * every reader it is an unfinished tail.
 *
 * <p>Threading: guarded by the lock of {@link LogWriter}, which alone calls this.
 */
final class OpenTransaction {
    private enum State {
        OPEN,
        VOTED,
        FAILED,
        ENDED
    }

    private final Generation log;
    private final LogFile file;
    private final ObjectIndex index;
    private final RecordLoader loader;
    private final RevisionFinder revisions;
    private final ConflictMerger merger;
    private final LogAppender appender;
    private final TransactionHeader header;
    private final long offset;
    private final PendingRecords records = new PendingRecords();
    private final Set<Oid> mergedOids = new LinkedHashSet<>();
    private State state = State.OPEN;

    /** Begins a transaction at {@code offset}. */
    OpenTransaction(
            Generation log, ConflictResolver resolver, LogAppender appender, TransactionHeader header, long offset) {
        this.log = log;
        this.file = log.file();
        this.index = log.index();
        this.loader = log.loader();
        this.revisions = log.revisions();
        this.merger = new ConflictMerger(log, resolver, offset);
        this.appender = appender;
        this.header = header;
        this.offset = offset;
    }

    Tid tid() {
        return header.tid();
    }

    /** Where the transaction begins. */
    long offset() {
        return offset;
    }

    /** Writes the header. */
    void begin() {
        appender.begin(offset);
        TransactionMetadata metadata = header.metadata();
        new TransactionRecordHeader(
                        header.tid().value(),
                        TransactionRecordHeader.LENGTH_UNKNOWN,
                        TransactionRecordHeader.UNFINISHED,
                        metadata.user().size(),
                        metadata.description().size(),
                        metadata.extension().size())
                .write(appender.room(TransactionRecordHeader.BYTES));
        append(metadata.user());
        append(metadata.description());
        append(metadata.extension());
    }

    /**
     * Stores a revision unless that is a conflict; then {@link #merge} and {@link #storeMerged} must follow.
     *
     * @return the current revision if it is in the way, null if not
     */
    @Nullable
    Tid store(Oid oid, Tid oldSerial, ByteBuffer data) {
        checkState(State.OPEN);
        state = State.FAILED;
        checkData(data);
        long current = index.get(oid.value());
        Tid committed = current == 0 ? oldSerial : serial(current);
        if (!committed.equals(oldSerial)) {
            return committed;
        }
        append(oid, header.tid(), current, data, 0);
        state = State.OPEN;
        return null;
    }

    /**
     * The record to store in place of one that is a conflict. Reads only what does not change: no lock is needed.
     *
     * @throws ConflictException if the two changes cannot be merged
     */
    ByteBuffer merge(Oid oid, Tid committed, Tid oldSerial, ByteBuffer data) {
        byte[] changed = new byte[data.remaining()];
        data.get(changed);
        byte[] merged = merger.merge(oid, oldSerial, loader.data(index.get(oid.value()), oid.value()), changed);
        if (merged == null) {
            throw new ConflictException(oid, committed, oldSerial);
        }
        return ByteBuffer.wrap(merged);
    }

    void storeMerged(Oid oid, ByteBuffer data) {
        append(oid, header.tid(), index.get(oid.value()), data, 0);
        mergedOids.add(oid);
        state = State.OPEN;
    }

    /**
     * Begins to undo a transaction; {@link #endUndo} must follow.
     *
     * @param target to hand on to {@link #appendUndone}
     */
    Undo beginUndo(Undo.Target target) {
        checkState(State.OPEN);
        state = State.FAILED;
        ObjectIndex written = records.lastOffsets();
        if (written.size() > 0) {
            appender.flush();
        }
        return new Undo(log, written, merger, offset, target);
    }

    void appendUndone(Oid oid, byte @Nullable [] data, long back) {
        append(oid, header.tid(), index.get(oid.value()), data == null ? null : ByteBuffer.wrap(data), back);
    }

    void endUndo() {
        state = State.OPEN;
    }

    void deleteObject(Oid oid, Tid oldSerial) {
        checkState(State.OPEN);
        state = State.FAILED;
        long current = known(oid);
        checkSerial(oid, current, oldSerial);
        append(oid, header.tid(), current, null, 0);
        state = State.OPEN;
    }

    void checkCurrentSerial(Oid oid, Tid serial) {
        checkState(State.OPEN);
        state = State.FAILED;
        long current = known(oid);
        DataRecordHeader record = loader.header(current, oid.value());
        if (record.isBackPointer() && loader.number(current + DataRecordHeader.BYTES) == 0) {
            throw new PosKeyException(oid, null, "object does not exist any more in " + file.name());
        }
        checkSerial(oid, current, serial);
        state = State.OPEN;
    }

    void restore(Oid oid, Tid serial, @Nullable ByteBuffer data, @Nullable Tid dataTid) {
        checkState(State.OPEN);
        state = State.FAILED;
        if (data != null) {
            checkData(data);
        }
        long back = dataTid == null ? 0 : revisions.withSameData(oid.value(), dataTid.value(), data, offset);
        long current = index.get(oid.value());
        if (back != 0) {
            append(oid, serial, current, null, back);
            if (data != null) {
                data.position(data.limit());
            }
        } else {
            append(oid, serial, current, data, 0);
        }
        state = State.OPEN;
    }

    /** Returns the objects whose data was merged by {@link #merge}. */
    ImmutableSet<Oid> vote() {
        checkState(State.OPEN);
        state = State.FAILED;
        long length = appender.position() - offset;
        appender.room(TransactionRecordHeader.TRAILER_BYTES).putLong(length);
        appender.replaceLong(offset + TransactionRecordHeader.LENGTH_OFFSET, length);
        appender.flush();
        state = State.VOTED;
        return ImmutableSet.copyOf(mergedOids);
    }

    /** Enters the records in the index: the transaction is part of the log from now on. */
    FinishedTransaction finish() {
        checkState(State.VOTED);
        state = State.ENDED;
        if (header.status() != TransactionRecordHeader.UNDONE) {
            records.putInto(index);
        }
        return new FinishedTransaction(
                offset, appender.position(), header.tid().value(), header.status(), index.size());
    }

    /** Takes back what was written. */
    void abort() {
        state = State.ENDED;
        appender.rollBack();
    }

    private long known(Oid oid) {
        long current = index.get(oid.value());
        if (current == 0) {
            throw new PosKeyException(oid, null, "no such object in " + file.name());
        }
        return current;
    }

    private void checkSerial(Oid oid, long current, Tid serial) {
        Tid committed = serial(current);
        if (!committed.equals(serial)) {
            throw new ConflictException(oid, committed, serial);
        }
    }

    private Tid serial(long current) {
        return new Tid(loader.number(current + DataRecordHeader.TID_OFFSET));
    }

    private void append(Bytes bytes) {
        if (!bytes.isEmpty()) {
            appender.append(bytes.asByteBuffer());
        }
    }

    private void append(Oid oid, Tid serial, long current, @Nullable ByteBuffer data, long back) {
        long position = appender.position();
        int size = data == null ? 0 : data.remaining();
        if (position >= ObjectIndex.POSITION_LIMIT) {
            throw new StorageException(file.name() + " is full: no index can name offset " + position);
        }
        ByteBuffer room = appender.room(DataRecordHeader.BYTES + DataRecordHeader.BACK_POINTER_BYTES);
        new DataRecordHeader(oid.value(), serial.value(), current, offset, 0, size).write(room);
        if (data == null) {
            room.putLong(back);
        } else {
            appender.append(data);
        }
        records.add(oid.value(), position);
    }

    private static void checkData(ByteBuffer data) {
        if (!data.hasRemaining()) {
            throw new IllegalArgumentException("a record has at least one byte of data");
        }
    }

    private void checkState(State expected) {
        if (state != expected) {
            throw new IllegalStateException("transaction " + header.tid() + " of " + file.name() + " is "
                    + state.name().toLowerCase(Locale.ROOT) + ", not "
                    + expected.name().toLowerCase(Locale.ROOT));
        }
    }
}
