package io.zrs.primary;

import io.zrs.protocol.SendingSession;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.DataRecord;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/**
 * A blob that is being sent, chunk by chunk.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class BlobInTransit implements Closeable {
    /** Bytes in memory at a time. */
    static final int CHUNK_BYTES = 128 << 10;

    private final DataRecord record;
    private final SeekableByteChannel channel;
    private final long size;
    private long sent;

    private BlobInTransit(DataRecord record, SeekableByteChannel channel, long size) {
        this.record = record;
        this.channel = channel;
        this.size = size;
    }

    /**
     * Opens the blob of {@code record}, to be sent from its start.
     *
     * @throws io.zrs.storage.PosKeyException if it has no file
     */
    static BlobInTransit open(BlobCapable blobs, DataRecord record) throws IOException {
        SeekableByteChannel channel = blobs.openBlob(record.oid(), record.tid());
        try {
            return new BlobInTransit(record, channel, channel.size());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Bytes of the whole blob. */
    long size() {
        return size;
    }

    /** Whether all bytes have been sent. */
    boolean isSent() {
        return sent == size;
    }

    /**
     * Sends the next chunk.
     *
     * @return bytes sent
     * @throws IOException if the file has another size than at first: the receiver cannot be told, so the connection has to end
     */
    int sendChunk(SendingSession session) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, size - sent));
        int count = channel.read(chunk);
        if (count < 0 || (sent + count == size && channel.size() != size)) {
            throw new IOException("blob of oid " + record.oid() + ", tid " + record.tid() + ": its file had " + size
                    + " bytes when sending began, now it has " + channel.size());
        }
        sent += count;
        session.blobBytes(chunk.flip());
        return count;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
