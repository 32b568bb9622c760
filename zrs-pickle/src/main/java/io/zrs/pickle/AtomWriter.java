package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import java.math.BigInteger;

/**
 * Writes values that hold no others, in one form.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class AtomWriter {
    private static final Octets LATIN1 = PickleValue.Text.of("latin1").utf8();

    private final PickleForm form;
    private final int integerSizeMax;
    private final OpcodeSink sink;

    AtomWriter(PickleForm form, int integerSizeMax, OpcodeSink sink) {
        this.form = form;
        this.integerSizeMax = integerSizeMax;
        this.sink = sink;
    }

    void bool(boolean value) throws PickleException {
        if (form == PickleForm.PYTHON3_STORED) {
            sink.code(value ? Opcode.NEWTRUE : Opcode.NEWFALSE);
        } else {
            sink.ascii(value ? "I01\n" : "I00\n");
        }
    }

    /** Python 2's {@code int}, which has 64 bits. */
    void integer(long value) throws PickleException {
        if (value == (int) value) {
            shortInteger((int) value);
        } else if (form.isPython3()) {
            longInteger(BigInteger.valueOf(value));
        } else {
            sink.ascii("I" + value + "\n");
        }
    }

    /** Python 2's {@code long}; Python 3 has one kind of integers. */
    void longInteger(BigInteger value) throws PickleException {
        if (form.isPython3() && value.bitLength() < Integer.SIZE) {
            shortInteger(value.intValue());
        } else if (form == PickleForm.PYTHON3_STORED) {
            binaryLong(value.toByteArray());
        } else {
            String line = value + "L";
            checkIntegerSize(line.length());
            sink.ascii("L" + line + "\n");
        }
    }

    void floating(double value) throws PickleException {
        sink.code(Opcode.BINFLOAT).bigEndian64(Double.doubleToRawLongBits(value));
    }

    void text(Octets utf8) throws PickleException {
        sink.code(Opcode.BINUNICODE).u32(utf8.size()).raw(utf8);
    }

    void bytes(Octets octets) throws PickleException {
        switch (form) {
            case PYTHON3_STORED -> counted(Opcode.SHORT_BINBYTES, Opcode.BINBYTES, octets);
            case PYTHON3_WIRE -> {
                if (octets.size() == 0) {
                    sink.ascii("c__builtin__\nbytes\n)R");
                } else {
                    sink.ascii("c_codecs\nencode\n(");
                    text(PickleValue.Text.of(octets.latin1()).utf8());
                    text(LATIN1);
                    sink.ascii("tR");
                }
            }
            default -> counted(Opcode.SHORT_BINSTRING, Opcode.BINSTRING, octets);
        }
    }

    private void shortInteger(int value) throws PickleException {
        if (value >= 0 && value <= 0xff) {
            sink.code(Opcode.BININT1).u8(value);
        } else if (value >= 0 && value <= 0xffff) {
            sink.code(Opcode.BININT2).u16(value);
        } else {
            sink.code(Opcode.BININT).u32(value);
        }
    }

    private void binaryLong(byte[] bigEndian) throws PickleException {
        checkIntegerSize(bigEndian.length);
        if (bigEndian.length <= 0xff) {
            sink.code(Opcode.LONG1).u8(bigEndian.length);
        } else {
            sink.code(Opcode.LONG4).u32(bigEndian.length);
        }
        for (int i = bigEndian.length - 1; i >= 0; i--) {
            sink.u8(bigEndian[i]);
        }
    }

    private void checkIntegerSize(int size) throws PickleException {
        if (size > integerSizeMax) {
            throw new PickleException(
                    Kind.INTEGER_LIMIT, "a number of " + size + " bytes, " + integerSizeMax + " are allowed");
        }
    }

    private void counted(int shortOpcode, int longOpcode, Octets octets) throws PickleException {
        if (octets.size() <= 0xff) {
            sink.code(shortOpcode).u8(octets.size());
        } else {
            sink.code(longOpcode).u32(octets.size());
        }
        sink.raw(octets);
    }
}
