package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Steps through opcodes and finds the argument of each, checking every announced length against the bytes that are
 * there.
 *
 * <pre>
 * opcode := code:u8 argument        numbers little-endian, but for BINFLOAT; lines end in \n
 * </pre>
 *
 * <p>Offsets are indexes of the buffer. The buffer's position and order stay as they are.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class OpcodeCursor {
    private static final int PROTOCOL_MAX = 5;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private ByteBuffer bytes = NOTHING;
    private int base;
    private int limit;
    private boolean shortened;
    private int opcode;
    private int opcodeAt;
    private int argumentStart;
    private int argumentEnd;
    private int secondStart;
    private long number;
    private int next;

    /** Goes to before the first opcode in what remains in {@code source}, of which it reads {@code sizeMax} at most. */
    void start(ByteBuffer source, int sizeMax) {
        bytes = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        base = source.position();
        next = base;
        shortened = sizeMax < bytes.remaining();
        limit = shortened ? base + sizeMax : bytes.limit();
    }

    /** Goes to before the opcode at {@code index}. */
    void seek(int index) {
        next = index;
    }

    /** Drops the buffer. */
    void clear() {
        bytes = NOTHING;
    }

    /** Whether no byte is left. */
    boolean isAtEnd() {
        return next == limit && !shortened;
    }

    /**
     * Goes to the next opcode and returns it, 0 to 255.
     *
     * @throws PickleException if there is none, if it is unknown, if its argument is cut off, or if it is a
     *     {@code PROTO} above 5 or a {@code FRAME} that is longer than what is left
     */
    int next() throws PickleException {
        opcodeAt = next;
        opcode = 0;
        need(1);
        opcode = bytes.get(opcodeAt) & 0xff;
        argumentStart = opcodeAt + 1;
        next = argumentStart;
        switch (Opcode.form(opcode)) {
            case Opcode.BARE -> argumentEnd = argumentStart;
            case Opcode.FIXED1 -> {
                fixed(1);
                number = bytes.get(argumentStart) & 0xff;
                if (opcode == Opcode.PROTO && number > PROTOCOL_MAX) {
                    throw failure(Kind.UNSUPPORTED_PROTOCOL, "protocol " + number);
                }
            }
            case Opcode.FIXED2 -> {
                fixed(2);
                number = bytes.getShort(argumentStart) & 0xffff;
            }
            case Opcode.FIXED4 -> {
                fixed(4);
                number = Integer.toUnsignedLong(bytes.getInt(argumentStart));
            }
            case Opcode.FIXED8 -> {
                fixed(8);
                number = bytes.getLong(argumentStart);
                if (opcode == Opcode.FRAME) {
                    need(number);
                }
            }
            case Opcode.COUNTED1, Opcode.COUNTED4, Opcode.COUNTED8 -> counted();
            case Opcode.LINE -> line();
            case Opcode.TWO_LINES -> {
                line();
                int start = argumentStart;
                int end = argumentEnd;
                argumentStart = next;
                line();
                secondStart = argumentStart;
                number = argumentEnd;
                argumentStart = start;
                argumentEnd = end;
            }
            default -> throw failure(Kind.UNKNOWN_OPCODE, "unknown opcode");
        }
        return opcode;
    }

    /** Index of the current opcode. */
    int opcodeAt() {
        return opcodeAt;
    }

    /** Index after the current opcode and its argument. */
    int position() {
        return next;
    }

    /** Index of the argument's first byte, without its length. */
    int argumentStart() {
        return argumentStart;
    }

    /** Bytes of the argument, without its length and without the end of the line; of the first line if it has two. */
    int argumentSize() {
        return argumentEnd - argumentStart;
    }

    /** The argument as an unsigned number, if it has a fixed size. */
    long number() {
        return number;
    }

    /** A byte of the buffer, 0 to 255, by its index. */
    int at(int index) {
        return bytes.get(index) & 0xff;
    }

    /** Eight bytes of the buffer as a big-endian number, by the index of the first. */
    long bigEndianLong(int index) {
        return Long.reverseBytes(bytes.getLong(index));
    }

    /** A copy of the argument, of the first line if it has two. */
    Octets argument() {
        return Octets.copy(bytes, argumentStart, argumentEnd);
    }

    /** A copy of the second line. */
    Octets secondLine() {
        return Octets.copy(bytes, secondStart, (int) number);
    }

    /** An exception that names the current opcode. */
    PickleException failure(Kind kind, String problem) {
        return new PickleException(
                kind,
                "pickle: " + problem + " (opcode 0x" + Integer.toHexString(opcode) + " at offset " + (opcodeAt - base)
                        + ")");
    }

    private void fixed(int size) throws PickleException {
        need(size);
        next = argumentStart + size;
        argumentEnd = next;
    }

    private void counted() throws PickleException {
        long size;
        switch (Opcode.form(opcode)) {
            case Opcode.COUNTED1 -> {
                fixed(1);
                size = bytes.get(argumentStart) & 0xff;
            }
            case Opcode.COUNTED4 -> {
                fixed(4);
                size = Integer.toUnsignedLong(bytes.getInt(argumentStart));
            }
            default -> {
                fixed(8);
                size = bytes.getLong(argumentStart);
            }
        }
        need(size);
        argumentStart = next;
        next += (int) size;
        argumentEnd = next;
    }

    private void line() throws PickleException {
        int at = argumentStart;
        while (at < limit && bytes.get(at) != '\n') {
            at++;
        }
        if (at == limit) {
            throw shortage("a line that does not end, " + (limit - argumentStart) + " bytes are left");
        }
        argumentEnd = at;
        next = at + 1;
    }

    /** Checks that {@code size}, an unsigned number, bytes are left. */
    private void need(long size) throws PickleException {
        int left = limit - next;
        if (size < 0 || size > left) {
            throw shortage(Long.toUnsignedString(size) + " bytes needed, " + left + " are left");
        }
    }

    private PickleException shortage(String problem) {
        return shortened
                ? failure(Kind.SIZE_LIMIT, problem + " of those allowed")
                : failure(Kind.TRUNCATED, "truncated: " + problem);
    }
}
