package io.zrs.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What both ends of the raw pipeline do: read a buffer, add it to an MD5, write it; no more. */
final class RawStep {
    private static final int BUFFER_BYTES = 256 << 10;

    private RawStep() {}

    /** Passes on everything up to the end of {@code from}; returns its MD5 in hexadecimal. */
    static String pump(ReadableByteChannel from, WritableByteChannel to) throws IOException {
        MessageDigest md5 = md5();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        // MD5 of an array is faster than of a direct buffer, even with this copy.
        byte[] array = new byte[BUFFER_BYTES];
        while (from.read(buffer) >= 0) {
            buffer.flip();
            int count = buffer.remaining();
            buffer.get(0, array, 0, count);
            md5.update(array, 0, count);
            while (buffer.hasRemaining()) {
                to.write(buffer);
            }
            buffer.clear();
        }
        return HexFormat.of().formatHex(md5.digest());
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has MD5", e);
        }
    }
}
