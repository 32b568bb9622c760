package io.zrs.filestorage;

import java.nio.ByteBuffer;

/**
 * Writes the log that a pack makes, transaction by transaction, and its index.
 *
 * <p>Threading: confined to one thread.
 */
final class PackOutput {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Generation log;
    private final LogAppender appender;
    private PendingRecords records = new PendingRecords();
    private long transaction;
    private TransactionRecordHeader header = new TransactionRecordHeader(0, 0, ' ', 0, 0, 0);

    /** Writes {@code log}, which is empty. */
    PackOutput(Generation log, ByteBuffer magic) {
        this.log = log;
        this.appender = new LogAppender(log.file(), BUFFER_BYTES);
        appender.begin(0);
        appender.append(magic);
    }

    Generation log() {
        return log;
    }

    /** Where the next byte goes. */
    long position() {
        return appender.position();
    }

    /** Begins a transaction like the one at {@code offset} of {@code source}, but for the status. */
    void begin(LogReader source, long offset, TransactionRecordHeader like, char status) {
        header = new TransactionRecordHeader(
                like.tid(), like.length(), status, like.userSize(), like.descriptionSize(), like.extensionSize());
        transaction = appender.position();
        records = new PendingRecords();
        header.write(appender.room(TransactionRecordHeader.BYTES));
        source.copy(
                offset + TransactionRecordHeader.BYTES, like.headerSize() - TransactionRecordHeader.BYTES, appender);
    }

    /** A record with the data of the one at {@code offset} of {@code source}. */
    void copyRecord(LogReader source, long offset, DataRecordHeader like, long previous) {
        writeHeader(like, previous, like.dataSize());
        source.copy(offset + DataRecordHeader.BYTES, like.dataSize(), appender);
    }

    /** A record with these data. */
    void record(DataRecordHeader like, long previous, byte[] data) {
        writeHeader(like, previous, data.length);
        appender.append(ByteBuffer.wrap(data));
    }

    /** A record with a back pointer. */
    void pointer(DataRecordHeader like, long previous, long back) {
        writeHeader(like, previous, 0);
        appender.room(DataRecordHeader.BACK_POINTER_BYTES).putLong(back);
    }

    /** Ends the transaction: its records are in the index. Returns where it began. */
    long end() {
        long length = appender.position() - transaction;
        appender.room(TransactionRecordHeader.TRAILER_BYTES).putLong(length);
        if (length != header.length()) {
            appender.replaceLong(transaction + TransactionRecordHeader.LENGTH_OFFSET, length);
        }
        if (header.status() != TransactionRecordHeader.UNDONE) {
            records.putInto(log.index());
        }
        log.finder().note(header.tid(), transaction);
        return transaction;
    }

    /** Makes everything durable. */
    void force() {
        appender.flush();
        log.file().force();
    }

    private void writeHeader(DataRecordHeader like, long previous, long dataSize) {
        long position = appender.position();
        new DataRecordHeader(like.oid(), like.tid(), previous, transaction, 0, dataSize)
                .write(appender.room(DataRecordHeader.BYTES));
        records.add(like.oid(), position);
    }
}
