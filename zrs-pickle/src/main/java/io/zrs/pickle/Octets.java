package io.zrs.pickle;

import com.google.errorprone.annotations.Immutable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Immutable bytes, compared by content.
 *
 * <p>Threading: immutable.
 */
@Immutable
public final class Octets {
    private static final Octets EMPTY = new Octets(new byte[0]);

    @SuppressWarnings("Immutable") // never written after construction, never handed out
    private final byte[] bytes;

    private Octets(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of {@code bytes}. */
    public static Octets of(byte[] bytes) {
        return owned(bytes.clone());
    }

    /** A copy of what remains in {@code bytes}, whose position does not move. */
    public static Octets of(ByteBuffer bytes) {
        return copy(bytes, bytes.position(), bytes.limit());
    }

    /** Takes over {@code bytes}: nobody else may write into it from now on. */
    static Octets owned(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Octets(bytes);
    }

    /** Copies the bytes from index {@code start} to before {@code end}. */
    static Octets copy(ByteBuffer bytes, int start, int end) {
        if (start == end) {
            return EMPTY;
        }
        byte[] copy = new byte[end - start];
        bytes.get(start, copy);
        return new Octets(copy);
    }

    /** Number of bytes. */
    public int size() {
        return bytes.length;
    }

    /** The byte at {@code index}, from 0 to before {@link #size()}, as a number from 0 to 255. */
    public int at(int index) {
        return bytes[index] & 0xff;
    }

    /** A new array with these bytes, owned by the caller. */
    public byte[] toByteArray() {
        return bytes.clone();
    }

    /** A read-only view, big-endian, positioned at its beginning. */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }

    /** Whether all bytes are below 0x80. */
    public boolean isAscii() {
        for (byte each : bytes) {
            if (each < 0) {
                return false;
            }
        }
        return true;
    }

    /** The text whose characters are these bytes, 0 to 255 each. */
    public String latin1() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The text of which these bytes are valid UTF-8. */
    String utf8() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** As Python 3 prints them, cut after 100 bytes: {@code b'a\xff…'}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("b'");
        for (int i = 0; i < Math.min(bytes.length, 100); i++) {
            int each = at(i);
            if (each >= ' ' && each < 0x7f && each != '\'' && each != '\\') {
                text.append((char) each);
            } else {
                text.append("\\x").append(Character.forDigit(each >> 4, 16)).append(Character.forDigit(each & 15, 16));
            }
        }
        return text.append(bytes.length > 100 ? "…'" : "'").toString();
    }
}
