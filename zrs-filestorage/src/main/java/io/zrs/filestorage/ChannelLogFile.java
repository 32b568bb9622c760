package io.zrs.filestorage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LogFile} on a file system.
 *
 * <p>An interrupted thread closes the {@link FileChannel} that it uses. So readers have a channel of their own, which is opened again; and
 * while the file is written and forced the thread's interrupt is held back. An interrupt that comes within a {@code force} fails it.
 */
final class ChannelLogFile implements LogFile {
    private final Path path;
    private final @Nullable FileChannel writing;
    private final Object reopening = new Object();

    private volatile FileChannel reading;

    @GuardedBy("reopening")
    private boolean closed;

    private ChannelLogFile(Path path, FileChannel reading, @Nullable FileChannel writing) {
        this.path = path;
        this.reading = reading;
        this.writing = writing;
    }

    /** Opens an existing file. */
    static ChannelLogFile open(Path path, boolean writable) {
        try {
            FileChannel reading = FileChannel.open(path, StandardOpenOption.READ);
            FileChannel writing = null;
            try {
                writing = writable ? FileChannel.open(path, StandardOpenOption.WRITE) : null;
                return new ChannelLogFile(path, reading, writing);
            } finally {
                if (writable && writing == null) {
                    reading.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be opened", e);
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public long size() {
        boolean interrupted = false;
        try {
            while (true) {
                FileChannel channel = reading;
                try {
                    return channel.size();
                } catch (ClosedChannelException e) {
                    interrupted |= Thread.interrupted();
                    reopen(channel);
                }
            }
        } catch (IOException e) {
            throw unreadable(e);
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    @Override
    public int read(ByteBuffer target, long offset) {
        int start = target.position();
        boolean interrupted = false;
        try {
            while (target.hasRemaining()) {
                FileChannel channel = reading;
                try {
                    if (channel.read(target, offset + target.position() - start) < 0) {
                        break;
                    }
                } catch (ClosedChannelException e) {
                    interrupted |= Thread.interrupted();
                    reopen(channel);
                }
            }
            return target.position() - start;
        } catch (IOException e) {
            throw unreadable(e);
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    @Override
    public void write(ByteBuffer source, long offset) {
        int start = source.position();
        writing(channel -> {
            while (source.hasRemaining()) {
                channel.write(source, offset + source.position() - start);
            }
        });
    }

    @Override
    public void force() {
        writing(channel -> channel.force(false));
    }

    @Override
    public void truncate(long size) {
        writing(channel -> channel.truncate(size));
    }

    @Override
    public void close() {
        try {
            synchronized (reopening) {
                closed = true;
                reading.close();
            }
            if (writing != null) {
                writing.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be closed", e);
        }
    }

    private void reopen(FileChannel gone) throws IOException {
        synchronized (reopening) {
            checkOpen();
            if (reading == gone) {
                reading = FileChannel.open(path, StandardOpenOption.READ);
            }
        }
    }

    private void writing(Change change) {
        if (writing == null) {
            throw new IllegalStateException(path + " is open for reading only");
        }
        boolean interrupted = Thread.interrupted();
        try {
            change.run(writing);
        } catch (IOException e) {
            synchronized (reopening) {
                checkOpen();
            }
            throw new UncheckedIOException(path + " cannot be written", e);
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    private UncheckedIOException unreadable(IOException e) {
        return new UncheckedIOException(path + " cannot be read", e);
    }

    @GuardedBy("reopening")
    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(path + " is closed");
        }
    }

    private static void restoreInterrupt(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Change {
        void run(FileChannel channel) throws IOException;
    }
}
