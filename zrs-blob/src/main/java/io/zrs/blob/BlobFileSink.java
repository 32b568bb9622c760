package io.zrs.blob;

import io.zrs.storage.BlobSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes a blob into its temporary file. Threading: confined to the thread of its transaction, but for {@link #closeChannel}. */
final class BlobFileSink implements BlobSink {
    private final TransactionBlobs transaction;
    private final BlobRevision revision;
    private final FileChannel channel;

    BlobFileSink(TransactionBlobs transaction, BlobRevision revision, FileChannel channel) {
        this.transaction = transaction;
        this.revision = revision;
        this.channel = channel;
    }

    @Override
    public void write(ByteBuffer bytes) {
        checkOpen();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            closeChannel();
            throw new UncheckedIOException("cannot write blob " + revision + ": " + e, e);
        }
    }

    @Override
    public void complete() {
        checkOpen();
        transaction.endBlob(this::closeChannel);
    }

    @Override
    public void close() {
        try {
            closeChannel();
        } finally {
            transaction.dropBlob(this);
        }
    }

    /** Frees the file; nothing can be written any more. */
    void closeChannel() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write blob " + revision + ": " + e, e);
        }
    }

    private void checkOpen() {
        if (!channel.isOpen()) {
            throw new IllegalStateException("blob " + revision + " is at its end");
        }
    }
}
