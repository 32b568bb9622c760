package io.zrs.filestorage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;

/** A log in one array, so that a model checker has little to follow. Once closed it throws as a real one does. */
final class MemoryLogFile implements LogFile {
    private final String name;
    private byte[] bytes;
    private volatile boolean closed;

    /** A file with these bytes, of which it makes a copy. */
    MemoryLogFile(String name, byte... bytes) {
        this.name = name;
        this.bytes = bytes.clone();
    }

    byte[] bytes() {
        return bytes.clone();
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        checkOpen();
        return bytes.length;
    }

    @Override
    public int read(ByteBuffer target, long offset) {
        checkOpen();
        byte[] current = bytes;
        int count = Math.max(0, Math.min(target.remaining(), current.length - (int) offset));
        target.put(current, (int) offset, count);
        return count;
    }

    @Override
    public void write(ByteBuffer source, long offset) {
        checkOpen();
        int end = (int) offset + source.remaining();
        byte[] changed = Arrays.copyOf(bytes, Math.max(bytes.length, end));
        source.get(changed, (int) offset, source.remaining());
        bytes = changed;
    }

    @Override
    public void force() {
        checkOpen();
    }

    @Override
    public void truncate(long size) {
        checkOpen();
        bytes = Arrays.copyOf(bytes, (int) size);
    }

    @Override
    public void moveTo(Path target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        closed = true;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(name + " is closed");
        }
    }
}
