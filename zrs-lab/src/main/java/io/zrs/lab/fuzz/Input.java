package io.zrs.lab.fuzz;

import java.util.Arrays;

/**
 * Takes an input apart. There is always something to take: behind the end come zeros.
 *
 * <p>Threading: confined to one thread.
 */
final class Input {
    private final byte[] bytes;
    private int position;

    Input(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Whether everything was taken. */
    boolean isEmpty() {
        return position >= bytes.length;
    }

    /** A number from 0 to 255. */
    int octet() {
        return isEmpty() ? 0 : Byte.toUnsignedInt(bytes[position++]);
    }

    /** Two bytes, big-endian. */
    int size() {
        return octet() << Byte.SIZE | octet();
    }

    /** Eight bytes, big-endian. */
    long number() {
        long number = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            number = number << Byte.SIZE | octet();
        }
        return number;
    }

    /** At most {@code count} bytes. */
    byte[] bytes(int count) {
        int end = (int) Math.min(bytes.length, (long) position + count);
        byte[] taken = Arrays.copyOfRange(bytes, position, end);
        position = end;
        return taken;
    }

    /** Bytes whose size stands before them, in two bytes. */
    byte[] sized() {
        return bytes(size());
    }

    /** All that is left. */
    byte[] rest() {
        return bytes(bytes.length - position);
    }
}
