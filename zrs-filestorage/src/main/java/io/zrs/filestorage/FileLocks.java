package io.zrs.filestorage;

import io.zrs.storage.StorageException;
import io.zrs.storage.StorageLockedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Locks {@code NAME.lock} for this process, and within it.
 *
 * <p>A process loses its {@code fcntl} lock as soon as it closes any descriptor of the file, so a file that this process has locked must
 * not even be opened again: a set of the files that are locked is asked first.
 */
final class FileLocks implements StorageLock {
    private static final int PROCESS_ID_DIGITS_MAX = 20;
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final boolean flock;

    FileLocks(boolean flock) {
        this.flock = flock;
    }

    @Override
    public Held acquire(Path dataFile) throws IOException {
        Path file = created(dataFile.resolveSibling(dataFile.getFileName() + ".lock"));
        if (!HELD_HERE.add(file)) {
            throw lockedHere(file);
        }
        try {
            return locked(file);
        } catch (IOException | RuntimeException | Error e) {
            HELD_HERE.remove(file);
            throw e;
        }
    }

    private static Path created(Path file) throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // As it should be after the first time.
        }
        return file.toRealPath();
    }

    private Held locked(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Closeable flocked = () -> {};
        try {
            if (flock) {
                flocked = takeFlock(file, channel);
            }
            takeFileLock(file, channel);
            writeProcessId(channel);
            return new HeldFile(file, channel, flocked);
        } catch (IOException | RuntimeException | Error e) {
            try (channel) {
                flocked.close();
            }
            throw e;
        }
    }

    private static Closeable takeFlock(Path file, FileChannel channel) throws IOException {
        if (!file.getFileSystem().equals(FileSystems.getDefault())) {
            throw new StorageException(
                    file + " is not a file of this system, so it cannot be locked for other processes");
        }
        NativeFlock taken;
        try {
            taken = NativeFlock.take(file);
        } catch (LinkageError e) {
            throw new StorageException(
                    "cannot keep Python processes out of " + file
                            + ": JNA (net.java.dev.jna:jna) is not here, or not for this system;"
                            + " where no Python process opens this file, StorageLock.javaOnly() will do",
                    e);
        }
        if (taken == null) {
            throw lockedElsewhere(file, channel);
        }
        return taken;
    }

    private static void takeFileLock(Path file, FileChannel channel) throws IOException {
        try {
            if (channel.tryLock() == null) {
                throw lockedElsewhere(file, channel);
            }
        } catch (OverlappingFileLockException e) {
            // By code that HELD_HERE does not know: another class loader's copy of this class, or no storage at all.
            throw lockedHere(file);
        }
    }

    private static void writeProcessId(FileChannel channel) throws IOException {
        ByteBuffer content =
                StandardCharsets.US_ASCII.encode(" " + ProcessHandle.current().pid() + "\n");
        int size = content.remaining();
        while (content.hasRemaining()) {
            channel.write(content, content.position());
        }
        channel.truncate(size);
    }

    private static StorageLockedException lockedHere(Path file) {
        return new StorageLockedException(
                file + " is locked by this process (" + ProcessHandle.current().pid() + ")");
    }

    private static StorageLockedException lockedElsewhere(Path file, FileChannel channel) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(PROCESS_ID_DIGITS_MAX + 2);
        channel.read(content, 0);
        String holder =
                StandardCharsets.US_ASCII.decode(content.flip()).toString().trim();
        return new StorageLockedException(
                holder.matches("[0-9]+")
                        ? file + " is locked by another process, " + holder + " as it says"
                        : file + " is locked by another process, and does not say by which");
    }

    private static final class HeldFile implements Held {
        private final Path file;
        private final FileChannel channel;
        private final Closeable flocked;
        private final AtomicBoolean closed = new AtomicBoolean();

        HeldFile(Path file, FileChannel channel, Closeable flocked) {
            this.file = file;
            this.channel = channel;
            this.flocked = flocked;
        }

        @Override
        public void close() throws IOException {
            if (!closed.getAndSet(true)) {
                try (channel;
                        flocked) {
                    // Only closes both.
                } finally {
                    HELD_HERE.remove(file);
                }
            }
        }
    }
}
