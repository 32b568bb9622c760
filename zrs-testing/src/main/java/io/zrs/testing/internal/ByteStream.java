package io.zrs.testing.internal;

import io.zrs.reactor.NioReactor;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Bytes on their way, in order. It holds the buffers that were handed over, not copies, so that who changes one afterwards is found out.
 *
 * <p>Threading: confined to one thread.
 */
public final class ByteStream {
    /** For {@link #cutAt}: pieces of 1, 2, 4, 8… bytes, beginning anew when bytes come to an empty stream. */
    public static final int DOUBLING = 0;

    private final Deque<ByteBuffer> buffers = new ArrayDeque<>();
    private long size;
    private int pieceBytes = NioReactor.READ_BYTES_MAX;
    private int doublingBytes = 1;

    /** Empty; pieces are as large as a reactor's buffer. */
    public ByteStream() {}

    /** Appends what remains of {@code bytes}, which belong to the stream from now on. */
    public void write(ByteBuffer bytes) {
        if (isEmpty()) {
            doublingBytes = 1;
        }
        if (bytes.hasRemaining()) {
            buffers.add(bytes);
            size += bytes.remaining();
        }
    }

    /** Sets the size of pieces, {@link #DOUBLING} or in bytes. */
    public void cutAt(int bytes) {
        pieceBytes = Math.min(bytes, NioReactor.READ_BYTES_MAX);
    }

    /** In bytes. */
    public long size() {
        return size;
    }

    /** Whether there are no bytes. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Drops everything. */
    public void clear() {
        buffers.clear();
        size = 0;
    }

    /** Takes the first piece. */
    public byte[] takePiece() {
        if (pieceBytes != DOUBLING) {
            return take(pieceBytes);
        }
        byte[] piece = take(doublingBytes);
        doublingBytes = Math.min(2 * doublingBytes, NioReactor.READ_BYTES_MAX);
        return piece;
    }

    /** Takes the first bytes: {@code count} of them, or all if there are fewer. */
    public byte[] take(long count) {
        ByteBuffer taken = ByteBuffer.allocate(Math.toIntExact(Math.min(size, count)));
        while (taken.hasRemaining()) {
            ByteBuffer first = buffers.getFirst();
            int part = Math.min(taken.remaining(), first.remaining());
            taken.put(first.slice(first.position(), part));
            first.position(first.position() + part);
            if (!first.hasRemaining()) {
                buffers.removeFirst();
            }
        }
        size -= taken.capacity();
        return taken.array();
    }

    /** Moves everything to the end of {@code target}. */
    public void moveTo(ByteStream target) {
        buffers.forEach(target::write);
        clear();
    }
}
