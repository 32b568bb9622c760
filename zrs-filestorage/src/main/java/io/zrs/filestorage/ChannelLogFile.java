package io.zrs.filestorage;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.Uninterruptibles;
import io.zrs.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A {@link LogFile} on a file system.
 *
 * <p>An interrupted thread closes the {@link FileChannel} that it reads from, for all threads, and by its name a file may be another one by then. An {@link
 * AsynchronousFileChannel} whose executor runs everything at once on the calling thread does not mind interrupts: it writes and forces, and it reads
 * as soon as the other channel, with which many threads at once are quicker, is gone. File systems without such channels (archives) can only be read, and
 * not after an interrupt has closed the other one.
 */
final class ChannelLogFile implements LogFile {
    private static final ExecutorService CALLER = MoreExecutors.newDirectExecutorService();

    private final FileChannel quick;
    private final @Nullable AsynchronousFileChannel steady;
    private volatile Path path;
    private volatile boolean closed;

    private ChannelLogFile(Path path, FileChannel quick, @Nullable AsynchronousFileChannel steady) {
        this.path = path;
        this.quick = quick;
        this.steady = steady;
    }

    /**
     * Opens an existing file.
     *
     * @throws StorageException if it is to be written, and its file system cannot do that whatever is interrupted
     */
    static ChannelLogFile open(Path path, boolean writable) {
        try {
            FileChannel quick = FileChannel.open(path, StandardOpenOption.READ);
            ChannelLogFile opened = null;
            try {
                opened = new ChannelLogFile(path, quick, openSteady(path, writable));
                return opened;
            } finally {
                if (opened == null) {
                    quick.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be opened", e);
        }
    }

    private static @Nullable AsynchronousFileChannel openSteady(Path path, boolean writable) throws IOException {
        Set<OpenOption> options =
                writable ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE) : Set.of(StandardOpenOption.READ);
        try {
            return AsynchronousFileChannel.open(path, options, CALLER);
        } catch (UnsupportedOperationException e) {
            if (writable) {
                throw new StorageException(
                        path + " cannot be written: its file system has no asynchronous channels", e);
            }
            return null;
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public long size() {
        try {
            return steady == null ? quick.size() : steady.size();
        } catch (IOException e) {
            throw failure("read", e);
        }
    }

    @Override
    public int read(ByteBuffer target, long offset) {
        int start = target.position();
        boolean interrupted = false;
        try {
            while (target.hasRemaining()) {
                interrupted |= Thread.interrupted();
                if (readSome(target, offset + target.position() - start) < 0) {
                    break;
                }
            }
            return target.position() - start;
        } catch (IOException e) {
            throw failure("read", e);
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    @Override
    public void write(ByteBuffer source, long offset) {
        int start = source.position();
        change("written", channel -> {
            while (source.hasRemaining()) {
                result(channel.write(source, offset + source.position() - start));
            }
        });
    }

    @Override
    public void force() {
        change("written", channel -> channel.force(false));
    }

    @Override
    public void truncate(long size) {
        change("cut off", channel -> channel.truncate(size));
    }

    @Override
    public void moveTo(Path target) {
        try {
            Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
            path = target;
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be moved to " + target, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            quick.close();
            if (steady != null) {
                steady.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be closed", e);
        }
    }

    private int readSome(ByteBuffer target, long offset) throws IOException {
        if (quick.isOpen()) {
            try {
                return quick.read(target, offset);
            } catch (ClosedChannelException e) {
                // By an interrupt of this thread or another one just now, or by close(). Something may have been read
                // all the same.
                return 0;
            }
        }
        if (steady == null) {
            throw new ClosedByInterruptException();
        }
        return result(steady.read(target, offset));
    }

    private void change(String what, Change change) {
        AsynchronousFileChannel channel = Objects.requireNonNull(steady, "is open for reading only");
        boolean interrupted = Thread.interrupted();
        try {
            change.run(channel);
        } catch (IOException e) {
            throw failure(what, e);
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    /** The result of what has been done already. */
    private static int result(Future<Integer> done) throws IOException {
        try {
            return Objects.requireNonNull(Uninterruptibles.getUninterruptibly(done));
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        }
    }

    private static void restoreInterrupt(boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private RuntimeException failure(String what, IOException e) {
        return closed
                ? new IllegalStateException(path + " is closed", e)
                : new UncheckedIOException(path + " cannot be " + what, e);
    }

    private interface Change {
        void run(AsynchronousFileChannel channel) throws IOException;
    }
}
