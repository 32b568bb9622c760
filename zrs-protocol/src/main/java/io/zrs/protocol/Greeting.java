package io.zrs.protocol;

import com.google.common.base.CharMatcher;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The first frame of every connection, by which the secondary names its protocol. The decoder half is used once, by a primary.
 *
 * <pre>
 * greeting := size:u32be id:size*u8        1 to 8 bytes, ASCII
 * </pre>
 *
 * <p>Threading: confined to the reactor thread.
 */
public final class Greeting {
    /** The longest id. The original takes no longer message from a secondary either. */
    public static final int ID_BYTES_MAX = 8;

    private final ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + ID_BYTES_MAX);

    /** A decoder that has seen nothing yet. */
    public Greeting() {}

    /** Frame with {@code id}, for a secondary to send. */
    public static ByteBuffer encode(String id) {
        byte[] bytes = id.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length == 0
                || bytes.length > ID_BYTES_MAX
                || !CharMatcher.ascii().matchesAllOf(id)) {
            throw new IllegalArgumentException(
                    "a protocol id has 1 to " + ID_BYTES_MAX + " ASCII characters, not '" + id + "'");
        }
        return ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .flip();
    }

    /**
     * Takes the frame from the front of what a secondary sends.
     *
     * @param bytes consumed up to the end of the frame
     * @return the id, null if the frame is not whole yet
     * @throws HandshakeException if the frame is empty, longer than any id, or no ASCII
     */
    public @Nullable String decode(ByteBuffer bytes) {
        if (!fill(bytes, Integer.BYTES)) {
            return null;
        }
        long size = Integer.toUnsignedLong(frame.getInt(0));
        if (size == 0 || size > ID_BYTES_MAX) {
            throw new HandshakeException(
                    "the first message must name a protocol in 1 to " + ID_BYTES_MAX + " bytes, it has " + size);
        }
        if (!fill(bytes, Integer.BYTES + (int) size)) {
            return null;
        }
        String id = StandardCharsets.ISO_8859_1
                .decode(frame.flip().position(Integer.BYTES))
                .toString();
        if (!CharMatcher.inRange(' ', '~').matchesAllOf(id)) {
            throw new HandshakeException("the first message must name a protocol, it is no ASCII text");
        }
        return id;
    }

    /** Moves bytes into the frame until it holds {@code size} of them; tells whether it does. */
    private boolean fill(ByteBuffer bytes, int size) {
        while (frame.position() < size && bytes.hasRemaining()) {
            frame.put(bytes.get());
        }
        return frame.position() >= size;
    }
}
