package io.zrs.reactor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;
import java.util.Queue;

/** Bytes that wait to be sent, in order. Threading: needs outside synchronisation. */
final class Backlog {
    /** Small buffers are gathered; a large one goes out in parts, because each write copies a heap buffer into a direct one. */
    private static final int WRITE_BYTES_MAX = 1 << 19;

    private static final int WRITE_BUFFERS_MAX = 64;

    /** After so many bytes others have their turn. */
    private static final int TURN_BYTES_MAX = 1 << 21;

    private final Queue<ByteBuffer> buffers = new ArrayDeque<>(4);
    private long size;

    void add(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            buffers.add(bytes);
            size += bytes.remaining();
        }
    }

    /** In bytes. */
    long size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void clear() {
        buffers.clear();
        size = 0;
    }

    /** Writes until there is nothing left, the channel takes no more or the turn is over. */
    void writeTo(GatheringByteChannel channel) throws IOException {
        long sizeAtEndOfTurn = Math.max(0, size - TURN_BYTES_MAX);
        boolean taken = true;
        while (size > sizeAtEndOfTurn && taken) {
            ByteBuffer first = buffers.element();
            boolean alone = buffers.size() == 1 || first.remaining() >= WRITE_BYTES_MAX;
            taken = alone ? writePart(channel, first) : writeGathered(channel);
            while (!buffers.isEmpty() && !buffers.element().hasRemaining()) {
                buffers.remove();
            }
        }
    }

    /** Writes the first buffers, as many as may go out together; tells whether the channel took all of it. */
    private boolean writeGathered(GatheringByteChannel channel) throws IOException {
        ByteBuffer[] gathered = new ByteBuffer[Math.min(buffers.size(), WRITE_BUFFERS_MAX)];
        int count = 0;
        int bytes = 0;
        for (ByteBuffer buffer : buffers) {
            if (count == gathered.length || bytes + buffer.remaining() > WRITE_BYTES_MAX) {
                break;
            }
            bytes += buffer.remaining();
            gathered[count++] = buffer;
        }
        return took(channel.write(gathered, 0, count), bytes);
    }

    private boolean writePart(GatheringByteChannel channel, ByteBuffer buffer) throws IOException {
        int limit = buffer.limit();
        int bytes = Math.min(buffer.remaining(), WRITE_BYTES_MAX);
        buffer.limit(buffer.position() + bytes);
        try {
            return took(channel.write(buffer), bytes);
        } finally {
            buffer.limit(limit);
        }
    }

    private boolean took(long count, long offered) {
        size -= count;
        return count == offered;
    }
}
