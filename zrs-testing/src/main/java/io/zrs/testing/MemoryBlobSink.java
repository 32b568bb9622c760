package io.zrs.testing;

import io.zrs.storage.BlobSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a blob into its file. Threading: confined to the thread of its transaction. */
final class MemoryBlobSink implements BlobSink {
    private final Path file;
    private final Runnable whenComplete;
    private final FileChannel channel;

    /** Begins at the start of {@code file}, which stays the transaction's: it deletes it if it is aborted. */
    MemoryBlobSink(Path file, Runnable whenComplete) {
        this.file = file;
        this.whenComplete = whenComplete;
        try {
            this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    @Override
    public void write(ByteBuffer bytes) {
        checkOpen();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    @Override
    public void complete() {
        checkOpen();
        close();
        whenComplete.run();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private void checkOpen() {
        if (!channel.isOpen()) {
            throw new IllegalStateException("the blob in " + file + " is at its end");
        }
    }
}
