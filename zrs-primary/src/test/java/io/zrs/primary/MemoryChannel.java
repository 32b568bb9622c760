package io.zrs.primary;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;

/** A file in memory, whose size may change and which knows whether it is closed. */
final class MemoryChannel implements SeekableByteChannel {
    private byte[] content;
    private long position;
    private boolean isOpen = true;

    MemoryChannel(byte[] content) {
        this.content = content.clone();
    }

    /** Content that differs from byte to byte. */
    static byte[] content(int size) {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = (byte) (i * 31 + (i >> 8));
        }
        return content;
    }

    void become(byte[] other) {
        content = other.clone();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!isOpen) {
            throw new ClosedChannelException();
        }
        if (position >= content.length) {
            return target.hasRemaining() ? -1 : 0;
        }
        int count = (int) Math.min(target.remaining(), content.length - position);
        target.put(content, (int) position, count);
        position += count;
        return count;
    }

    @Override
    public int write(ByteBuffer source) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() {
        return content.length;
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
        return isOpen;
    }

    @Override
    public void close() {
        isOpen = false;
    }
}
