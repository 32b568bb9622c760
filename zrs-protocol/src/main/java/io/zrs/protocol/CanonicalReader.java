package io.zrs.protocol;

import io.zrs.protocol.ReplicationMessage.Begin;
import io.zrs.protocol.ReplicationMessage.Commit;
import io.zrs.protocol.ReplicationMessage.Store;
import io.zrs.protocol.ReplicationMessage.StoreBlob;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages that are spelled exactly as in {@link CanonicalForm}, without building anything but the message. Whatever else there is,
 * an extension with anything in it included, it leaves to {@link MessageDecoder}.
 *
 * <p>Once something does not match, reading goes on with meaningless values to its end, which is near, and the result is dropped.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class CanonicalReader {
    private static final int COUNT_DIGITS_MAX = 18;

    /** The longest message to be read here; longer ones are rare. */
    private static final int SIZE_MAX = 1 << 10;

    /** The message: a copy, because an array is read a third faster than a buffer. */
    private final byte[] in = new byte[SIZE_MAX];

    private int limit;
    private int position;
    private PickleDialect dialect = PickleDialect.PYTHON3;
    private boolean matches;

    /**
     * Reads the message between position and limit of {@code payload}, neither of which moves.
     *
     * @return null if it is spelled otherwise
     */
    @Nullable
    ReplicationMessage read(ByteBuffer payload) {
        limit = payload.remaining();
        if (limit < 2 || limit > SIZE_MAX) {
            return null;
        }
        payload.get(payload.position(), in, 0, limit);
        position = 0;
        matches = true;
        dialect = in[1] == CanonicalForm.BINUNICODE ? PickleDialect.PYTHON3 : PickleDialect.PYTHON2;
        expect(CanonicalForm.begin(dialect));
        int kind = next();
        expect(CanonicalForm.MARK);
        ReplicationMessage message = switch (kind) {
            case 'S' -> store();
            case 'B' -> storeBlob();
            case 'C' -> new Commit(bytes());
            case 'T' -> begin();
            default -> null;
        };
        expect(CanonicalForm.END);
        return matches && position == limit ? message : null;
    }

    private Store store() {
        return new Store(new Oid(number()), new Tid(number()), dataTid());
    }

    private StoreBlob storeBlob() {
        return new StoreBlob(new Oid(number()), new Tid(number()), dataTid(), blockCount());
    }

    private Begin begin() {
        Tid tid = new Tid(number());
        char status = status();
        TransactionMetadata metadata = new TransactionMetadata(bytes(), bytes(), Bytes.EMPTY);
        expect(CanonicalForm.EMPTY_DICT);
        return new Begin(new TransactionHeader(tid, status, metadata), dialect);
    }

    private @Nullable Tid dataTid() {
        expect(CanonicalForm.emptyText(dialect));
        if (position < limit && in[position] == CanonicalForm.NONE) {
            position++;
            return null;
        }
        return new Tid(number());
    }

    private char status() {
        if (dialect == PickleDialect.PYTHON2) {
            expect(CanonicalForm.SHORT_BINSTRING);
            require(next() == 1);
            return (char) next();
        }
        expect(CanonicalForm.BINUNICODE);
        int end = endOfSized(0, 2);
        char status = (char) latin1();
        require(position == end);
        return status;
    }

    /** Eight bytes, as a big-endian number. */
    private long number() {
        int end = beginBytes(Long.BYTES, 2 * Long.BYTES);
        long number = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            number = (number << Byte.SIZE) | (dialect == PickleDialect.PYTHON2 ? next() : latin1());
        }
        endBytes(end);
        return number;
    }

    private Bytes bytes() {
        if (dialect == PickleDialect.PYTHON3 && peekIs(CanonicalForm.NO_BYTES)) {
            position += CanonicalForm.NO_BYTES.length;
            return Bytes.EMPTY;
        }
        int end = beginBytes(0, Integer.MAX_VALUE);
        byte[] content = new byte[end - position];
        int size = 0;
        while (position < end) {
            content[size++] = (byte) (dialect == PickleDialect.PYTHON2 ? next() : latin1());
        }
        endBytes(end);
        return Bytes.copyOf(ByteBuffer.wrap(content, 0, size));
    }

    /** Reads what stands before the content of a byte string, and returns where that ends. */
    private int beginBytes(int sizeMin, int sizeMax) {
        if (dialect == PickleDialect.PYTHON3) {
            expect(CanonicalForm.ENCODE_BEGIN);
            return endOfSized(sizeMin, sizeMax);
        }
        int opcode = next();
        if (opcode == CanonicalForm.BINSTRING) {
            return endOfSized(sizeMin, sizeMax);
        }
        require(opcode == CanonicalForm.SHORT_BINSTRING);
        return end(next(), sizeMin, sizeMax);
    }

    private void endBytes(int end) {
        require(position == end);
        if (dialect == PickleDialect.PYTHON3) {
            expect(CanonicalForm.ENCODE_END);
        }
    }

    private long blockCount() {
        int opcode = next();
        if (opcode == CanonicalForm.BININT1) {
            return next();
        }
        if (opcode == CanonicalForm.BININT2) {
            return next() | (next() << Byte.SIZE);
        }
        if (opcode == CanonicalForm.BININT) {
            long count = littleEndian();
            require(count <= Integer.MAX_VALUE);
            return count;
        }
        require(opcode == CanonicalForm.LONG);
        return decimal();
    }

    private long decimal() {
        long number = 0;
        int digits = 0;
        int each = next();
        while (each >= '0' && each <= '9' && digits < COUNT_DIGITS_MAX) {
            number = 10 * number + each - '0';
            digits++;
            each = next();
        }
        require(digits > 0 && each == CanonicalForm.LONG && next() == '\n');
        return number;
    }

    /** One character of UTF-8 below 0x100. */
    private int latin1() {
        int lead = next();
        if (lead < 0x80) {
            return lead;
        }
        int trail = next();
        require((lead == 0xc2 || lead == 0xc3) && (trail & 0xc0) == 0x80);
        return ((lead & 3) << 6) | (trail & 0x3f);
    }

    private int endOfSized(int sizeMin, int sizeMax) {
        return end(littleEndian(), sizeMin, sizeMax);
    }

    /** Where something of {@code size} bytes ends; here if that cannot be right. */
    private int end(long size, int sizeMin, int sizeMax) {
        boolean fits = size >= sizeMin && size <= sizeMax && size <= limit - position;
        require(fits);
        return fits ? position + (int) size : position;
    }

    private long littleEndian() {
        return next() | (next() << 8) | (next() << 16) | ((long) next() << 24);
    }

    private int next() {
        if (position < limit) {
            return in[position++] & 0xff;
        }
        matches = false;
        return 0;
    }

    private void expect(byte opcode) {
        require(next() == opcode);
    }

    private void expect(byte[] opcodes) {
        require(peekIs(opcodes));
        position = Math.min(position + opcodes.length, limit);
    }

    private boolean peekIs(byte[] opcodes) {
        int end = position + opcodes.length;
        return end <= limit && Arrays.equals(in, position, end, opcodes, 0, opcodes.length);
    }

    private void require(boolean condition) {
        matches &= condition;
    }
}
