package io.zrs.protocol;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Writes frames, as {@link FrameDecoder} describes them: small pieces are gathered into larger buffers, large ones are passed on without
 * a copy.
 *
 * <p>Threading: confined to one thread at a time.
 */
public final class FrameWriter {
    /** Small pieces leave together as soon as they are this many bytes. */
    static final int GATHERED_BYTES = 128 << 10;

    /** A piece of at least this many bytes is passed on as it is: copying fewer costs less than one more buffer to write. */
    static final int PASSED_ON_BYTES_MIN = 16 << 10;

    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private final Consumer<ByteBuffer> output;

    /** Its bytes from {@code gatheredStart} to its position are still to be passed on; what is before that belongs to others. */
    private ByteBuffer gathered = NONE;

    private int gatheredStart;

    /** A writer that passes bytes on to {@code output}, which owns them from then on. */
    public FrameWriter(Consumer<ByteBuffer> output) {
        this.output = output;
    }

    /** Writes a frame with the bytes of {@code payload}, which are consumed and copied. */
    public void frame(ByteBuffer payload) {
        header(payload.remaining());
        copy(payload);
    }

    /**
     * Writes the head of a frame, whose payload must follow in {@linkplain #payload pieces}.
     *
     * @param payloadSize 0 to 2<sup>32</sup> - 1
     */
    public void header(long payloadSize) {
        if (payloadSize < 0 || payloadSize > 0xffff_ffffL) {
            throw new IllegalArgumentException("no frame has a payload of " + payloadSize + " bytes");
        }
        if (gathered.remaining() < Integer.BYTES) {
            renew();
        }
        gathered.putInt((int) payloadSize);
    }

    /** Writes a piece of a frame's payload; the bytes are the writer's from now on, and the buffer's position may move. */
    public void payload(ByteBuffer piece) {
        if (piece.remaining() < PASSED_ON_BYTES_MIN) {
            copy(piece);
        } else {
            flush();
            output.accept(piece);
        }
    }

    /** Passes on everything that is held back. */
    public void flush() {
        int size = gathered.position() - gatheredStart;
        if (size > 0) {
            ByteBuffer ready = gathered.slice(gatheredStart, size);
            gatheredStart = gathered.position();
            output.accept(ready);
        }
    }

    private void copy(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (!gathered.hasRemaining()) {
                renew();
            }
            int size = Math.min(bytes.remaining(), gathered.remaining());
            gathered.put(gathered.position(), bytes, bytes.position(), size);
            gathered.position(gathered.position() + size);
            bytes.position(bytes.position() + size);
        }
    }

    private void renew() {
        flush();
        gathered = ByteBuffer.allocate(GATHERED_BYTES);
        gatheredStart = 0;
    }
}
