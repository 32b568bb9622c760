package io.zrs.filestorage;

import java.nio.ByteBuffer;

/**
 * Writes at the end of a log, through one buffer.
 *
 * <p>Threading: confined to the thread whose turn it is to write.
 */
final class LogAppender {
    private static final int BUFFER_BYTES = 1 << 16;

    private final LogFile file;
    private final ByteBuffer buffer;
    private long start;
    private long bufferOffset;
    private boolean isFileTouched;

    LogAppender(LogFile file) {
        this(file, BUFFER_BYTES);
    }

    /** Writes {@code bufferBytes} at a time. */
    LogAppender(LogFile file, int bufferBytes) {
        this.file = file;
        this.buffer = ByteBuffer.allocateDirect(bufferBytes);
    }

    /** Begins to append at {@code offset}, the end of the file. */
    void begin(long offset) {
        buffer.clear();
        start = offset;
        bufferOffset = offset;
        isFileTouched = false;
    }

    /** Where the next byte goes. */
    long position() {
        return bufferOffset + buffer.position();
    }

    /** The buffer, with room for {@code count} bytes at its position, to be filled by the caller. */
    ByteBuffer room(int count) {
        if (buffer.remaining() < count) {
            flush();
        }
        return buffer;
    }

    /** Appends what remains in {@code bytes}, which is consumed. */
    void append(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int count = Math.min(buffer.remaining(), bytes.remaining());
            buffer.put(buffer.position(), bytes, bytes.position(), count);
            buffer.position(buffer.position() + count);
            bytes.position(bytes.position() + count);
        }
    }

    /** Replaces eight bytes that were appended before; what came after them reaches the file first. */
    void replaceLong(long offset, long value) {
        if (offset >= bufferOffset) {
            buffer.putLong((int) (offset - bufferOffset), value);
        } else {
            flush();
            file.write(ByteBuffer.allocate(Long.BYTES).putLong(0, value), offset);
        }
    }

    /** Hands everything to the file. */
    void flush() {
        if (buffer.position() == 0) {
            return;
        }
        isFileTouched = true;
        int count = buffer.position();
        buffer.flip();
        file.write(buffer, bufferOffset);
        bufferOffset += count;
        buffer.clear();
    }

    /** Takes back everything since {@link #begin}. */
    void rollBack() {
        if (isFileTouched) {
            file.truncate(start);
        }
        begin(start);
    }
}
