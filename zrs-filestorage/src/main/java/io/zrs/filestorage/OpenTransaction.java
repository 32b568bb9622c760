package io.zrs.filestorage;

import io.zrs.storage.Bytes;
import io.zrs.storage.ConflictException;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.util.Locale;
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

    private final LogFile file;
    private final ObjectIndex index;
    private final RecordLoader loader;
    private final RevisionFinder revisions;
    private final LogAppender appender;
    private final TransactionHeader header;
    private final long offset;
    private final PendingRecords records = new PendingRecords();
    private State state = State.OPEN;

    /** Begins a transaction at {@code offset}. */
    OpenTransaction(Generation log, LogAppender appender, TransactionHeader header, long offset) {
        this.file = log.file();
        this.index = log.index();
        this.loader = log.loader();
        this.revisions = log.revisions();
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

    void store(Oid oid, Tid oldSerial, ByteBuffer data) {
        checkState(State.OPEN);
        state = State.FAILED;
        checkData(data);
        long current = index.get(oid.value());
        if (current != 0) {
            checkSerial(oid, current, oldSerial);
        }
        append(oid, header.tid(), current, data, 0);
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

    void vote() {
        checkState(State.OPEN);
        state = State.FAILED;
        long length = appender.position() - offset;
        appender.room(TransactionRecordHeader.TRAILER_BYTES).putLong(length);
        appender.replaceLong(offset + TransactionRecordHeader.LENGTH_OFFSET, length);
        appender.flush();
        state = State.VOTED;
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
        Tid committed = new Tid(loader.number(current + DataRecordHeader.TID_OFFSET));
        if (!committed.equals(serial)) {
            throw new ConflictException(oid, committed, serial);
        }
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
