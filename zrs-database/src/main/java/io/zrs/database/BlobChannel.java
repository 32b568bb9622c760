package io.zrs.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Set;

/** A channel of a blob, which is in the blob's set of channels while it is open. Threading: as the blob's connection. */
final class BlobChannel implements SeekableByteChannel {
    /** What it is for. */
    enum Access {
        READ_COMMITTED,
        READ_UNCOMMITTED,
        WRITE
    }

    private final SeekableByteChannel channel;
    private final Access access;
    private final Set<BlobChannel> openChannels;

    BlobChannel(SeekableByteChannel channel, Access access, Set<BlobChannel> openChannels) {
        this.channel = channel;
        this.access = access;
        this.openChannels = openChannels;
        openChannels.add(this);
    }

    Access access() {
        return access;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return channel.write(source);
    }

    @Override
    public long position() throws IOException {
        return channel.position();
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        channel.position(newPosition);
        return this;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
        channel.truncate(size);
        return this;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        openChannels.remove(this);
        channel.close();
    }
}
