package io.zrs.server;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Size and digest of some bytes.
 *
 * <p>Threading: immutable.
 *
 * @param size in bytes
 * @param sha256 in hexadecimal
 */
record Contents(long size, String sha256) {
    private static final int BUFFER_BYTES = 1 << 16;

    static Contents of(byte[] bytes) {
        return new Contents(bytes.length, Hashing.sha256().hashBytes(bytes).toString());
    }

    /** Reads to the end. */
    static Contents of(ReadableByteChannel channel) throws IOException {
        Hasher hasher = Hashing.sha256().newHasher();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        long size = 0;
        while (channel.read(buffer) >= 0) {
            size += buffer.position();
            hasher.putBytes(buffer.flip());
            buffer.clear();
        }
        return new Contents(size, hasher.hash().toString());
    }
}
