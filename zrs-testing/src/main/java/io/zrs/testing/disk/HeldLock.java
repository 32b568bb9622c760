package io.zrs.testing.disk;

import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;

/** A lock on a part of an open file. Threading: thread-safe. */
final class HeldLock extends FileLock {
    private final OpenFile file;

    HeldLock(FileChannel channel, OpenFile file, long position, long size, boolean shared) {
        super(channel, position, size, shared);
        this.file = file;
    }

    HeldLock(AsynchronousFileChannel channel, OpenFile file, long position, long size, boolean shared) {
        super(channel, position, size, shared);
        this.file = file;
    }

    OpenFile file() {
        return file;
    }

    @Override
    public boolean isValid() {
        return file.holds(this);
    }

    @Override
    public void release() throws ClosedChannelException {
        if (!acquiredBy().isOpen()) {
            throw new ClosedChannelException();
        }
        file.release(this);
    }
}
