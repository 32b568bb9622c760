package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import io.zrs.pickle.PickleValue.ByteString;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Text;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Answers questions about ZODB object records without building objects.
 *
 * <pre>
 * record := pickle(class) pickle(state)      both with one memo; empty: the object does not exist
 * </pre>
 *
 * <p>No method moves its buffer's position; the record is what remains in the buffer.
 *
 * <p>Threading: needs outside synchronisation, but for the static methods.
 *
 * <p>Source: ZODB, {@code serialize.py}, {@code utils.py}, {@code blob.py}.
 */
public final class RecordScanner {
    private static final byte[] BLOB = "cZODB.blob\nBlob\n".getBytes(StandardCharsets.US_ASCII);
    private static final int KIND_BITS = 2;
    private static final long KIND = (1 << KIND_BITS) - 1;

    // Placeholders: a kind, and above it the index of the opcode that made the string.
    private static final long OTHER = 0;
    private static final long LIST = 1;
    private static final long STRING = 2;
    private static final long TUPLE_OF_STRING = 3;

    private final PickleLimits limits;
    private final OpcodeCursor cursor = new OpcodeCursor();
    private final OpcodeCursor operand = new OpcodeCursor();
    private final ReferencePlaceholders placeholders = new ReferencePlaceholders();
    private final PlaceholderMachine machine;

    /** A scanner that keeps to {@code limits}, except that only values on the stack at the same time count. */
    public RecordScanner(PickleLimits limits) {
        this.limits = limits;
        this.machine = new PlaceholderMachine(cursor, limits, placeholders);
    }

    /**
     * Whether this is the record of a blob: whether the class pickle is nothing but the class {@code ZODB.blob.Blob}.
     * Any other bytes, pickles or not, are the record of no blob.
     */
    public static boolean isBlob(ByteBuffer record) {
        int at = afterProtocol(record);
        int end = record.limit();
        if (end - at <= BLOB.length) {
            return false;
        }
        for (byte expected : BLOB) {
            if (record.get(at++) != expected) {
                return false;
            }
        }
        switch (record.get(at)) {
            case Opcode.BINPUT -> at += 2;
            case Opcode.LONG_BINPUT -> at += 5;
            case Opcode.PUT -> {
                int digits = ++at;
                while (at < end && record.get(at) >= '0' && record.get(at) <= '9') {
                    at++;
                }
                if (at == digits || at == end || record.get(at++) != '\n') {
                    return false;
                }
            }
            default -> {}
        }
        return at < end && record.get(at) == Opcode.STOP;
    }

    /**
     * The class that the record names, in any of the forms that ZODB has used; nothing if the record is empty, damaged
     * or names none, for example if its class is a persistent object.
     */
    public Optional<Global> className(ByteBuffer record) {
        try {
            int at = afterProtocol(record);
            if (at < record.limit() && record.get(at) == Opcode.MARK) {
                at++;
            }
            if (at < record.limit() && record.get(at) == Opcode.GLOBAL) {
                cursor.start(record, limits.sizeMax());
                cursor.seek(at);
                cursor.next();
                return Optional.of(new AtomReader(cursor, limits.integerSizeMax()).global());
            }
            return classNamed(new PickleReader(limits).read(record.duplicate()));
        } catch (PickleException e) {
            return Optional.empty();
        } finally {
            cursor.clear();
        }
    }

    /**
     * Passes the oid of each strong reference within the database to {@code oids}: an unsigned number, in the order of
     * the record, as often as it comes. Weak references and those into other databases are left out. An empty record
     * has none.
     *
     * @throws PickleException if the record is not two pickles, or refers to something in a form unknown to ZODB; some
     *     oids may have been passed on by then
     */
    public void references(ByteBuffer record, LongConsumer oids) throws PickleException {
        if (!record.hasRemaining()) {
            return;
        }
        try {
            cursor.start(record, limits.sizeMax());
            operand.start(record, limits.sizeMax());
            placeholders.oids = oids;
            for (int pickle = 0; pickle < 2; pickle++) {
                for (int opcode = cursor.next(); opcode != Opcode.STOP; opcode = cursor.next()) {
                    machine.perform(opcode);
                }
                machine.stop();
            }
        } finally {
            machine.reset();
            cursor.clear();
            operand.clear();
            placeholders.oids = oid -> {};
        }
    }

    private static int afterProtocol(ByteBuffer record) {
        int at = record.position();
        return record.remaining() >= 2 && (record.get(at) & 0xff) == Opcode.PROTO ? at + 2 : at;
    }

    private static Optional<Global> classNamed(PickleValue metadata) {
        if (metadata instanceof Global global) {
            return Optional.of(global);
        }
        if (!(metadata instanceof PickleTuple tuple) || tuple.items().isEmpty()) {
            return Optional.empty();
        }
        PickleValue first = tuple.items().get(0);
        if (first instanceof Global global) {
            return Optional.of(global);
        }
        List<PickleValue> names = first instanceof PickleTuple inner ? inner.items() : tuple.items();
        if (names.size() != 2 || !isName(names.get(0)) || !isName(names.get(1))) {
            return Optional.empty();
        }
        return Optional.of(new Global(name(names.get(0)), name(names.get(1))));
    }

    private static boolean isName(PickleValue value) {
        return value instanceof Text || value instanceof ByteString;
    }

    private static String name(PickleValue value) {
        return value instanceof Text text
                ? text.value()
                : value.asBytes().map(Octets::latin1).orElseThrow();
    }

    /** Knows of each value only whether it is a list, a string, or a tuple that begins with a string. */
    private final class ReferencePlaceholders implements PlaceholderMachine.Placeholders {
        private LongConsumer oids = oid -> {};

        @Override
        public long atom(int opcode) throws PickleException {
            switch (opcode) {
                case Opcode.PERSID -> {
                    oids.accept(oid(cursor.opcodeAt()));
                    return OTHER;
                }
                case Opcode.EMPTY_LIST -> {
                    return LIST;
                }
                default -> {
                    return isString(opcode) ? STRING | (long) cursor.opcodeAt() << KIND_BITS : OTHER;
                }
            }
        }

        @Override
        public long again(long placeholder) {
            return placeholder;
        }

        @Override
        public long combine(int opcode, long[] stack, int start, int end) throws PickleException {
            switch (opcode) {
                case Opcode.BINPERSID -> {
                    refer(stack[start]);
                    return OTHER;
                }
                case Opcode.TUPLE -> {
                    return tuple(start + 1 < end ? stack[start + 1] : OTHER);
                }
                case Opcode.TUPLE1, Opcode.TUPLE2, Opcode.TUPLE3 -> {
                    return tuple(stack[start]);
                }
                case Opcode.LIST -> {
                    return LIST;
                }
                case Opcode.APPEND, Opcode.APPENDS -> {
                    return stack[start];
                }
                default -> {
                    return OTHER;
                }
            }
        }

        private long tuple(long first) {
            return (first & KIND) == STRING ? first | TUPLE_OF_STRING : OTHER;
        }

        private void refer(long id) throws PickleException {
            long kind = id & KIND;
            if (kind == OTHER) {
                throw unknown();
            }
            if (kind != LIST) {
                oids.accept(oid((int) (id >> KIND_BITS)));
            }
        }

        /** The oid that the opcode at {@code index} gives as a string: bytes, or text that is ASCII. */
        private long oid(int index) throws PickleException {
            operand.seek(index);
            int opcode = operand.next();
            Octets oid;
            switch (opcode) {
                case Opcode.STRING -> oid = TextForms.quoted(operand);
                case Opcode.UNICODE -> oid = TextForms.rawUnicodeEscape(operand);
                default -> oid = operand.argument();
            }
            if (oid.size() != Long.BYTES || (isText(opcode) && !oid.isAscii())) {
                throw unknown();
            }
            return oid.asByteBuffer().getLong();
        }

        private PickleException unknown() {
            return cursor.failure(Kind.UNKNOWN_REFERENCE, "a reference that is neither oid, (oid, class) nor list");
        }

        private boolean isText(int opcode) {
            return switch (opcode) {
                case Opcode.UNICODE, Opcode.BINUNICODE, Opcode.SHORT_BINUNICODE, Opcode.BINUNICODE8 -> true;
                default -> false;
            };
        }

        private boolean isString(int opcode) {
            return switch (opcode) {
                case Opcode.STRING,
                        Opcode.BINSTRING,
                        Opcode.SHORT_BINSTRING,
                        Opcode.BINBYTES,
                        Opcode.SHORT_BINBYTES,
                        Opcode.BINBYTES8 -> true;
                default -> isText(opcode);
            };
        }
    }
}
