package io.zrs.pickle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Collects opcodes and arguments, up to a limit. Numbers are little-endian.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class OpcodeSink {
    private final int sizeMax;
    private byte[] bytes = new byte[64];
    private int size;

    OpcodeSink(int sizeMax) {
        this.sizeMax = sizeMax;
    }

    OpcodeSink code(int opcode) throws PickleException {
        return u8(opcode);
    }

    OpcodeSink u8(int value) throws PickleException {
        reserve(1);
        bytes[size++] = (byte) value;
        return this;
    }

    OpcodeSink u16(int value) throws PickleException {
        return u8(value).u8(value >> 8);
    }

    OpcodeSink u32(int value) throws PickleException {
        return u16(value).u16(value >> 16);
    }

    /** Eight bytes, the highest first: what {@code BINFLOAT} wants. */
    OpcodeSink bigEndian64(long value) throws PickleException {
        for (int shift = 56; shift >= 0; shift -= 8) {
            u8((int) (value >> shift));
        }
        return this;
    }

    OpcodeSink ascii(String text) throws PickleException {
        return raw(text.getBytes(StandardCharsets.US_ASCII));
    }

    OpcodeSink raw(Octets octets) throws PickleException {
        reserve(octets.size());
        octets.asByteBuffer().get(bytes, size, octets.size());
        size += octets.size();
        return this;
    }

    OpcodeSink raw(byte[] more) throws PickleException {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
        return this;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void reserve(int more) throws PickleException {
        if (more > sizeMax - size) {
            throw new PickleException(PickleException.Kind.SIZE_LIMIT, "a pickle of more than " + sizeMax + " bytes");
        }
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(sizeMax, Math.max(2L * bytes.length, (long) size + more)));
        }
    }
}
