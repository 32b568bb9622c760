package io.zrs.testing.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A channel without a position that does not mind interrupts. Reads and writes run on its executor. Threading: thread-safe. */
final class CrashingAsynchronousFileChannel extends AsynchronousFileChannel {
    private final OpenFile file;
    private final Executor executor;
    private final AtomicBoolean closed = new AtomicBoolean();

    CrashingAsynchronousFileChannel(OpenFile file, Executor executor) {
        this.file = file;
        this.executor = executor;
    }

    @Override
    public long size() throws IOException {
        checkOpen();
        return file.size();
    }

    @Override
    public AsynchronousFileChannel truncate(long size) throws IOException {
        checkOpen();
        file.truncate(size);
        return this;
    }

    @Override
    public void force(boolean metaData) throws IOException {
        checkOpen();
        file.force();
    }

    @Override
    public <A extends @Nullable Object> void lock(
            long position, long size, boolean shared, A attachment, CompletionHandler<FileLock, ? super A> handler) {
        submit(() -> tryLock(position, size, shared), attachment, handler);
    }

    @Override
    public Future<FileLock> lock(long position, long size, boolean shared) {
        return submit(() -> tryLock(position, size, shared));
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        checkOpen();
        return file.lock(new HeldLock(this, file, position, size, shared));
    }

    @Override
    public <A extends @Nullable Object> void read(
            ByteBuffer target, long position, A attachment, CompletionHandler<Integer, ? super A> handler) {
        submit(reading(target, position), attachment, handler);
    }

    @Override
    public Future<Integer> read(ByteBuffer target, long position) {
        return submit(reading(target, position));
    }

    @Override
    public <A extends @Nullable Object> void write(
            ByteBuffer source, long position, A attachment, CompletionHandler<Integer, ? super A> handler) {
        submit(writing(source, position), attachment, handler);
    }

    @Override
    public Future<Integer> write(ByteBuffer source, long position) {
        return submit(writing(source, position));
    }

    @Override
    public boolean isOpen() {
        return !closed.get();
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            file.close();
        }
    }

    private Callable<Integer> reading(ByteBuffer target, long position) {
        if (!file.mode().isReadable()) {
            throw new NonReadableChannelException();
        }
        if (position < 0 || target.isReadOnly()) {
            throw new IllegalArgumentException(position < 0 ? "Negative position" : "Read-only buffer");
        }
        return () -> {
            checkOpen();
            return file.read(target, position);
        };
    }

    private Callable<Integer> writing(ByteBuffer source, long position) {
        if (!file.mode().isWritable()) {
            throw new NonWritableChannelException();
        }
        if (position < 0) {
            throw new IllegalArgumentException("Negative position");
        }
        return () -> {
            checkOpen();
            return file.write(source, position);
        };
    }

    private <T> Future<T> submit(Callable<T> action) {
        FutureTask<T> task = new FutureTask<>(action);
        executor.execute(task);
        return task;
    }

    private <T, A extends @Nullable Object> void submit(
            Callable<T> action, A attachment, CompletionHandler<T, ? super A> handler) {
        executor.execute(() -> {
            T result;
            try {
                result = action.call();
            } catch (Exception e) {
                handler.failed(e, attachment);
                return;
            }
            handler.completed(result, attachment);
        });
    }

    private void checkOpen() throws ClosedChannelException {
        if (closed.get()) {
            throw new ClosedChannelException();
        }
    }
}
