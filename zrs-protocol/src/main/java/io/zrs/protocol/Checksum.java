package io.zrs.protocol;

import io.zrs.storage.Bytes;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The running checksum of a {@code zrs2.x} connection: MD5 of the start tid and of every payload that the primary sends, without the
 * frames' headers, from the first to the last transaction of the connection.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class Checksum {
    private final MessageDigest md5;

    /** A checksum over nothing but the tid that the secondary starts from. */
    Checksum(Tid start) {
        try {
            md5 = MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has MD5", e);
        }
        md5.update(ByteBuffer.allocate(Long.BYTES).putLong(start.value()).flip());
    }

    /** Adds what remains in {@code bytes}, whose position does not move. */
    void add(ByteBuffer bytes) {
        int position = bytes.position();
        md5.update(bytes);
        bytes.position(position);
    }

    /** The checksum of everything so far, 16 bytes; more can be added. */
    Bytes value() {
        try {
            return Bytes.copyOf(((MessageDigest) md5.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new AssertionError("the platform's MD5 can be copied", e);
        }
    }
}
