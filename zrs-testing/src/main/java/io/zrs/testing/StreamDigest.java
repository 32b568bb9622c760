package io.zrs.testing;

import io.zrs.storage.Bytes;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The running checksum of a {@code zrs2.x} connection: MD5 of the tid that the secondary begins from, then of every payload that the primary sends.
 *
 * <p>Threading: confined to one thread.
 */
final class StreamDigest {
    private static final int TID_BYTES = 8;

    /** What the secondary sends first, as far as it is needed: a frame that names the protocol, and one with the tid. */
    private final ByteBuffer handshake = ByteBuffer.allocate(64);

    private @Nullable MessageDigest md5;

    /**
     * Takes note of what the secondary sends.
     *
     * @param bytes is not consumed
     */
    void fromSecondary(ByteBuffer bytes) {
        handshake.put(bytes.slice(bytes.position(), Math.min(bytes.remaining(), handshake.remaining())));
    }

    /** Takes note of a payload that the primary sends. */
    void fromPrimary(byte[] payload) {
        MessageDigest begun = begun();
        if (begun != null) {
            begun.update(payload);
        }
    }

    /**
     * The digest of everything so far.
     *
     * @throws IllegalStateException if the secondary has not said where to begin
     */
    Bytes current() {
        MessageDigest begun = begun();
        if (begun == null) {
            throw new IllegalStateException("the secondary has not said where to begin");
        }
        try {
            return Bytes.copyOf(((MessageDigest) begun.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("MD5 can be cloned", e);
        }
    }

    private @Nullable MessageDigest begun() {
        ByteBuffer sent = handshake.duplicate().flip();
        if (md5 != null || sent.remaining() < Integer.BYTES) {
            return md5;
        }
        int idBytes = sent.getInt();
        if (idBytes < 0 || sent.remaining() < idBytes + Integer.BYTES + TID_BYTES) {
            return null;
        }
        try {
            MessageDigest begun = MessageDigest.getInstance("MD5");
            begun.update(sent.slice(sent.position() + idBytes + Integer.BYTES, TID_BYTES));
            md5 = begun;
            return begun;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has MD5", e);
        }
    }
}
