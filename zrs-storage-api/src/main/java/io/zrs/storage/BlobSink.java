package io.zrs.storage;

import java.nio.ByteBuffer;

/**
 * Takes the bytes of one blob, any number of them; none make an empty blob. The storage owns the temporary file behind it.
 *
 * <p>Threading: confined to the thread of its transaction. After an exception only {@link #close} may be called.
 */
public interface BlobSink extends AutoCloseable {
    /** Appends what remains in {@code bytes}, which is consumed. */
    void write(ByteBuffer bytes);

    /** Ends the blob and makes its revision part of the transaction. */
    void complete();

    /** Drops the blob unless it is completed; the transaction can then only be closed. */
    @Override
    void close();
}
