package io.zrs.filestorage;

import io.zrs.storage.Bytes;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;

/**
 * Reads a log through one buffer, for walks forwards or backwards over neighbouring records.
 *
 * <p>Nothing at or behind the limit is read or kept, so that the buffer holds only bytes that do not change any more. Asking for bytes that
 * reach over the limit is a {@link CorruptedStorageException}.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class LogReader {
    private final LogFile file;
    private final ByteBuffer buffer;
    private long bufferOffset;
    private long limit;

    /**
     * A reader of the bytes before {@code limit}.
     *
     * @param buffer this reader's own from now on; decides how much is read at a time, at least a header
     */
    LogReader(LogFile file, ByteBuffer buffer, long limit) {
        this.file = file;
        this.buffer = buffer.clear().limit(0);
        this.limit = limit;
    }

    /** The path, for messages. */
    String name() {
        return file.name();
    }

    /** Where readable bytes end. */
    long limit() {
        return limit;
    }

    /** Lets more be read. */
    void advanceLimit(long newLimit) {
        limit = Math.max(limit, newLimit);
    }

    /** Forgets what is buffered, because the file was changed. */
    void invalidate() {
        buffer.clear().limit(0);
    }

    /** The header of the transaction at {@code offset}. */
    TransactionRecordHeader transaction(long offset) {
        return TransactionRecordHeader.read(at(offset, TransactionRecordHeader.BYTES));
    }

    /** The header of the data record at {@code offset}. */
    DataRecordHeader record(long offset) {
        return DataRecordHeader.read(at(offset, DataRecordHeader.BYTES));
    }

    /** The eight bytes at {@code offset}: a length or a pointer. */
    long number(long offset) {
        return at(offset, Long.BYTES).getLong();
    }

    /** User, description and extension of the transaction at {@code offset}. */
    TransactionMetadata metadata(long offset, TransactionRecordHeader header) {
        long user = offset + TransactionRecordHeader.BYTES;
        long description = user + header.userSize();
        long extension = description + header.descriptionSize();
        return new TransactionMetadata(
                bytes(user, header.userSize()),
                bytes(description, header.descriptionSize()),
                bytes(extension, header.extensionSize()));
    }

    /** A new array with the bytes at {@code offset}, which may be more than the buffer holds. */
    byte[] array(long offset, int count) {
        checkLimit(offset, count);
        byte[] array = new byte[count];
        int done = 0;
        while (done < count) {
            // What is buffered is taken before more is read, so that going forwards no byte is read twice.
            ByteBuffer source = at(offset + done, 1);
            int step = Math.min(source.remaining(), count - done);
            source.get(array, done, step);
            done += step;
        }
        return array;
    }

    /** A copy of the bytes at {@code offset}. */
    Bytes bytes(long offset, int count) {
        return count == 0 ? Bytes.EMPTY : Bytes.copyOf(data(offset, count));
    }

    /** The bytes at {@code offset}, valid until more is read; a copy if they are more than the buffer holds. */
    ByteBuffer data(long offset, int count) {
        if (count > buffer.capacity()) {
            return ByteBuffer.wrap(array(offset, count));
        }
        ByteBuffer source = at(offset, count);
        return source.slice(source.position(), count);
    }

    /** Appends the bytes at {@code offset} to {@code target}, any number of them. */
    void copy(long offset, long count, LogAppender target) {
        long done = 0;
        while (done < count) {
            ByteBuffer source = at(offset + done, 1);
            int step = (int) Math.min(source.remaining(), count - done);
            target.append(source.slice(source.position(), step));
            done += step;
        }
    }

    /** The buffer, positioned at {@code offset}, with at least {@code count} bytes remaining. */
    private ByteBuffer at(long offset, int count) {
        if (offset < bufferOffset || offset + count > bufferOffset + buffer.limit()) {
            fill(offset, count);
        }
        return buffer.position((int) (offset - bufferOffset));
    }

    private void fill(long offset, int count) {
        checkLimit(offset, count);
        // Going backwards, what comes next lies before this.
        boolean backwards = buffer.limit() > 0 && offset < bufferOffset;
        long start = backwards ? Math.max(0, offset + count - buffer.capacity()) : offset;
        buffer.clear().limit((int) Math.min(buffer.capacity(), limit - start));
        bufferOffset = start;
        int read = file.read(buffer, start);
        buffer.flip();
        if (start + read < offset + count) {
            throw tooShort(offset, count);
        }
    }

    private void checkLimit(long offset, int count) {
        if (offset < 0 || offset > limit - count) {
            throw tooShort(offset, count);
        }
    }

    private CorruptedStorageException tooShort(long offset, int count) {
        return new CorruptedStorageException(
                file.name(), offset, "expected " + count + " bytes, but the log ends at " + limit);
    }
}
