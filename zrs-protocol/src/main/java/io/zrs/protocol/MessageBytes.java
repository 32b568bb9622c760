package io.zrs.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The message that {@link MessageEncoder} is writing: an array and an index, which cost a fraction of what a {@link ByteBuffer} does
 * where most pieces are a few bytes.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class MessageBytes {
    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LITTLE_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** The highest bit of each of the eight bytes of a number. */
    private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;

    private byte[] content = new byte[512];
    private int size;

    /** The size of {@link #putUtf8(long)}: one more byte for each byte whose highest bit is set. */
    static int utf8Size(long number) {
        return Long.BYTES + Long.bitCount(number & HIGHEST_BITS);
    }

    /** Forgets everything. */
    void clear() {
        size = 0;
    }

    /** A view of everything, valid until {@link #clear()}. */
    ByteBuffer view() {
        return ByteBuffer.wrap(content, 0, size);
    }

    /** Number of bytes so far. */
    int size() {
        return size;
    }

    /** A copy of what was added since the size was {@code start}. */
    byte[] copyFrom(int start) {
        return Arrays.copyOfRange(content, start, size);
    }

    void put(byte each) {
        reserve(1);
        content[size++] = each;
    }

    void put(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, content, size, bytes.length);
        size += bytes.length;
    }

    /** Adds what remains in {@code bytes}, which is consumed. */
    void put(ByteBuffer bytes) {
        int count = bytes.remaining();
        reserve(count);
        bytes.get(content, size, count);
        size += count;
    }

    void putBigEndian(long number) {
        reserve(Long.BYTES);
        BIG_ENDIAN.set(content, size, number);
        size += Long.BYTES;
    }

    void putLittleEndian(int number) {
        reserve(Integer.BYTES);
        LITTLE_ENDIAN.set(content, size, number);
        size += Integer.BYTES;
    }

    /** Adds the UTF-8 form of the eight characters whose numbers are the bytes of {@code number}, the highest first. */
    void putUtf8(long number) {
        if ((number & HIGHEST_BITS) == 0) {
            putBigEndian(number);
            return;
        }
        reserve(2 * Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            putReserved((int) (number >>> shift) & 0xff);
        }
    }

    /** Adds the UTF-8 form of a character below 0x100. */
    void putUtf8(int latin1) {
        reserve(2);
        putReserved(latin1);
    }

    /** Without a branch, which tids make unpredictable: always writes two bytes, the second one in vain if there is only one. */
    private void putReserved(int latin1) {
        int more = latin1 >>> 7;
        content[size] = (byte) ((latin1 >>> (6 * more)) | (0xc0 * more));
        content[size + 1] = (byte) (0x80 | (latin1 & 0x3f));
        size += 1 + more;
    }

    private void reserve(int count) {
        if (content.length - size < count) {
            content = Arrays.copyOf(content, Math.max(Math.addExact(size, count), 2 * content.length));
        }
    }
}
