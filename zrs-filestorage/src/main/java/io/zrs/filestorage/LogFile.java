package io.zrs.filestorage;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The bytes of one {@code Data.fs}: all that the engine asks of a disk.
 *
 * <p>Every method throws {@link UncheckedIOException}, naming the file, if the disk fails, and {@link IllegalStateException} after
 * {@link #close}. Threading: thread-safe.
 */
interface LogFile extends AutoCloseable {
    /** The path, for messages. */
    String name();

    /** Bytes in the file now. */
    long size();

    /**
     * Fills {@code target} from {@code offset} on, or up to the end of the file if that comes first.
     *
     * @return number of bytes read, 0 at the end
     */
    int read(ByteBuffer target, long offset);

    /** Writes all that remains in {@code source}, which is consumed, at {@code offset}; the file grows as needed. */
    void write(ByteBuffer source, long offset);

    /** Makes all that was written or cut off before this call durable. After a failure nothing is known about any of it. */
    void force();

    /** Cuts the file off at {@code size}. */
    void truncate(long size);

    /** Gives the file another name, atomically, in the place of the one that has it. What {@link #name} says changes too. */
    void moveTo(Path target);

    @Override
    void close();
}
