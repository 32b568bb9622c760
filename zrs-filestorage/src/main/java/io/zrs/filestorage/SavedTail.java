package io.zrs.filestorage;

import io.zrs.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Copies the end of a log to {@code NAME.trN}, for people to look at, before it is cut off. */
final class SavedTail {
    private static final int COPY_BYTES = 1 << 16;

    private SavedTail() {}

    /**
     * Copies the bytes from {@code offset} to {@code end} and makes them durable.
     *
     * @param dataFile {@code NAME}; {@code N} is the first number that is free
     * @return the new file
     * @throws StorageException if that cannot be done; nothing has changed
     */
    static Path save(LogFile log, long offset, long end, Path dataFile) {
        for (int n = 0; ; n++) {
            Path target = dataFile.resolveSibling(dataFile.getFileName() + ".tr" + n);
            try {
                FileChannel channel = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                copy(log, offset, end, target, channel);
                Directories.forceParent(target);
                return target;
            } catch (FileAlreadyExistsException e) {
                // The next one, then.
            } catch (IOException e) {
                throw new StorageException("the unfinished end of " + log.name() + " cannot be saved to " + target, e);
            }
        }
    }

    private static void copy(LogFile log, long offset, long end, Path target, FileChannel channel) throws IOException {
        boolean done = false;
        try (channel) {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            for (long position = offset; position < end; position += buffer.limit()) {
                buffer.clear().limit((int) Math.min(COPY_BYTES, end - position));
                log.read(buffer, position);
                buffer.flip();
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
            channel.force(true);
            done = true;
        } finally {
            if (!done) {
                Files.delete(target);
            }
        }
    }
}
