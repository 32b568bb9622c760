package io.zrs.testing.disk;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.checkFromIndexSize;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * A channel with a position, closed by an interrupt as those of the default file system. Several buffers are several operations, and so are
 * the buffers of a transfer.
 *
 * <p>Threading: thread-safe.
 */
final class CrashingFileChannel extends FileChannel {
    private static final int TRANSFER_BYTES = 64 * 1024;

    private final OpenFile file;
    private final Object positionLock = new Object();

    @GuardedBy("positionLock")
    private long position;

    CrashingFileChannel(OpenFile file) {
        this.file = file;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        synchronized (positionLock) {
            long start = position;
            int read = (int) interruptibly(() -> file.read(target, start));
            position += Math.max(0, read);
            return read;
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        checkFromIndexSize(offset, length, targets.length);
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            if (!targets[i].hasRemaining()) {
                continue;
            }
            int read = read(targets[i]);
            if (read < 0) {
                return total == 0 ? read : total;
            }
            total += read;
            if (targets[i].hasRemaining()) {
                break;
            }
        }
        return total;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        synchronized (positionLock) {
            long start = position;
            int remaining = source.remaining();
            boolean append = file.mode().isAppending();
            position = interruptibly(() -> append ? file.append(source) : start + file.write(source, start));
            return remaining - source.remaining();
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        checkFromIndexSize(offset, length, sources.length);
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            if (sources[i].hasRemaining()) {
                total += write(sources[i]);
                if (sources[i].hasRemaining()) {
                    break;
                }
            }
        }
        return total;
    }

    @Override
    public long position() throws IOException {
        synchronized (positionLock) {
            checkOpen();
            return file.mode().isAppending() ? file.size() : position;
        }
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        checkArgument(newPosition >= 0, "Negative position");
        synchronized (positionLock) {
            checkOpen();
            position = newPosition;
            return this;
        }
    }

    @Override
    public long size() throws IOException {
        return interruptibly(file::size);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        synchronized (positionLock) {
            interruptibly(() -> {
                file.truncate(size);
                return 0;
            });
            position = Math.min(position, size);
            return this;
        }
    }

    @Override
    public void force(boolean metaData) throws IOException {
        interruptibly(() -> {
            file.force();
            return 0;
        });
    }

    @Override
    public long transferTo(long start, long count, WritableByteChannel target) throws IOException {
        checkArgument(start >= 0 && count >= 0, "Negative position or count");
        checkOpen();
        long done = 0;
        while (done < count) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(TRANSFER_BYTES, count - done));
            if (read(buffer, start + done) <= 0) {
                break;
            }
            int written = target.write(buffer.flip());
            done += written;
            if (buffer.hasRemaining()) {
                break;
            }
        }
        return done;
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long start, long count) throws IOException {
        checkArgument(start >= 0 && count >= 0, "Negative position or count");
        checkOpen();
        if (start > size()) {
            return 0;
        }
        long done = 0;
        while (done < count) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(TRANSFER_BYTES, count - done));
            if (source.read(buffer) <= 0) {
                break;
            }
            buffer.flip();
            // What was taken from the source would be lost otherwise.
            while (buffer.hasRemaining()) {
                done += write(buffer, start + done);
            }
        }
        return done;
    }

    @Override
    public int read(ByteBuffer target, long start) throws IOException {
        return (int) interruptibly(() -> file.read(target, start));
    }

    @Override
    public int write(ByteBuffer source, long start) throws IOException {
        return (int) interruptibly(() -> file.write(source, start));
    }

    /** Not here: what is written to memory cannot be told from what was forced. */
    @Override
    public MappedByteBuffer map(MapMode mode, long start, long size) {
        throw new UnsupportedOperationException("files in memory cannot be mapped");
    }

    @Override
    public FileLock lock(long start, long size, boolean shared) throws IOException {
        return tryLock(start, size, shared);
    }

    @Override
    public FileLock tryLock(long start, long size, boolean shared) throws IOException {
        checkOpen();
        return file.lock(new HeldLock(this, file, start, size, shared));
    }

    @Override
    protected void implCloseChannel() {
        file.close();
    }

    private void checkOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private long interruptibly(Action action) throws IOException {
        checkOpen();
        boolean completed = false;
        try {
            begin();
            // An interrupt from before has closed this channel by now, which end() reports.
            long result = isOpen() ? action.run() : 0;
            completed = isOpen();
            return result;
        } finally {
            end(completed);
        }
    }

    private interface Action {
        long run() throws IOException;
    }
}
