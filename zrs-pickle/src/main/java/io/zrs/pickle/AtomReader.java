package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import io.zrs.pickle.PickleValue.Bool;
import io.zrs.pickle.PickleValue.ByteArray;
import io.zrs.pickle.PickleValue.ByteString;
import io.zrs.pickle.PickleValue.Bytes;
import io.zrs.pickle.PickleValue.ExtensionCode;
import io.zrs.pickle.PickleValue.Floating;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Int;
import io.zrs.pickle.PickleValue.LongInt;
import io.zrs.pickle.PickleValue.None;
import io.zrs.pickle.PickleValue.Text;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * Makes a value of an opcode that needs no other value.
 *
 * <p>Threading: needs outside synchronisation.
 */
final class AtomReader {
    private final OpcodeCursor cursor;
    private final int integerSizeMax;

    AtomReader(OpcodeCursor cursor, int integerSizeMax) {
        this.cursor = cursor;
        this.integerSizeMax = integerSizeMax;
    }

    /** The value of {@code opcode}, at which the cursor stands, or null if it takes others from the stack. */
    @Nullable
    PickleValue read(int opcode) throws PickleException {
        return switch (opcode) {
            case Opcode.NONE -> None.NONE;
            case Opcode.NEWTRUE -> Bool.TRUE;
            case Opcode.NEWFALSE -> Bool.FALSE;
            case Opcode.BININT1, Opcode.BININT2 -> new Int(cursor.number());
            case Opcode.BININT -> new Int((int) cursor.number());
            case Opcode.BINFLOAT -> new Floating(Double.longBitsToDouble(cursor.bigEndianLong(cursor.argumentStart())));
            case Opcode.SHORT_BINSTRING, Opcode.BINSTRING -> new ByteString(cursor.argument());
            case Opcode.SHORT_BINBYTES, Opcode.BINBYTES, Opcode.BINBYTES8 -> new Bytes(cursor.argument());
            case Opcode.BYTEARRAY8 -> new ByteArray(cursor.argument());
            case Opcode.BINUNICODE, Opcode.SHORT_BINUNICODE, Opcode.BINUNICODE8 -> new Text(utf8(cursor.argument()));
            case Opcode.EMPTY_TUPLE -> PickleTuple.of();
            case Opcode.EMPTY_LIST -> new PickleList();
            case Opcode.EMPTY_DICT -> new PickleDict();
            case Opcode.EMPTY_SET -> PickleSet.empty();
            case Opcode.GLOBAL -> global();
            case Opcode.LONG1, Opcode.LONG4 -> binaryLong();
            case Opcode.EXT1, Opcode.EXT2, Opcode.EXT4 -> extensionCode();
            case Opcode.INT -> integer();
            case Opcode.LONG -> textLong();
            case Opcode.FLOAT -> new Floating(TextForms.floating(cursor, numberText()));
            case Opcode.STRING -> new ByteString(TextForms.quoted(cursor));
            case Opcode.UNICODE -> new Text(TextForms.rawUnicodeEscape(cursor));
            case Opcode.PERSID -> PersistentReference.of(new ByteString(cursor.argument()));
            default -> null;
        };
    }

    /** The class that the two lines of {@code GLOBAL} or {@code INST} name. */
    Global global() throws PickleException {
        return new Global(Utf8.decode(utf8(cursor.argument())), Utf8.decode(utf8(cursor.secondLine())));
    }

    private Octets utf8(Octets octets) throws PickleException {
        if (!octets.isAscii() && !Utf8.isValid(octets)) {
            throw TextForms.malformed(cursor, "UTF-8");
        }
        return octets;
    }

    private PickleValue binaryLong() throws PickleException {
        checkIntegerSize();
        byte[] bytes = cursor.argument().toByteArray();
        for (int low = 0, high = bytes.length - 1; low < high; low++, high--) {
            byte swap = bytes[low];
            bytes[low] = bytes[high];
            bytes[high] = swap;
        }
        return new LongInt(bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes));
    }

    private PickleValue integer() throws PickleException {
        String text = numberText();
        if (text.equals("01")) {
            return Bool.TRUE;
        }
        if (text.equals("00")) {
            return Bool.FALSE;
        }
        BigInteger value = TextForms.integer(cursor, text);
        return value.bitLength() < Long.SIZE ? new Int(value.longValue()) : new LongInt(value);
    }

    private PickleValue textLong() throws PickleException {
        String text = numberText();
        return new LongInt(TextForms.integer(cursor, text.endsWith("L") ? text.substring(0, text.length() - 1) : text));
    }

    private PickleValue extensionCode() throws PickleException {
        int code = (int) cursor.number();
        if (code <= 0) {
            throw TextForms.malformed(cursor, "extension code " + code);
        }
        return new ExtensionCode(code);
    }

    private String numberText() throws PickleException {
        checkIntegerSize();
        return cursor.argument().latin1();
    }

    private void checkIntegerSize() throws PickleException {
        if (cursor.argumentSize() > integerSizeMax) {
            throw cursor.failure(
                    Kind.INTEGER_LIMIT,
                    "a number of " + cursor.argumentSize() + " bytes, " + integerSizeMax + " are allowed");
        }
    }
}
