package io.zrs.filestorage;

import com.google.common.util.concurrent.MoreExecutors;
import java.io.IOException;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Makes what happened to the names in a directory durable. Threading: thread-safe. */
final class Directories {
    private Directories() {}

    /**
     * Forces the directory of {@code file}: that files were made there, renamed or deleted. Does nothing on file systems that do not let a
     * directory be opened (those of Windows, and in memory).
     *
     * @throws IOException if the disk fails
     */
    static void forceParent(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            return;
        }
        AsynchronousFileChannel channel;
        try {
            // Not one that an interrupt closes in the middle of things, so that nobody knows what became of them.
            channel = AsynchronousFileChannel.open(
                    directory, Set.of(StandardOpenOption.READ), MoreExecutors.newDirectExecutorService());
        } catch (IOException e) {
            if (Files.isDirectory(directory)) {
                return;
            }
            throw e;
        }
        try (channel) {
            channel.force(true);
        }
    }
}
