package io.zrs.pickle;

import io.zrs.pickle.PickleException.Kind;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Arguments that protocol 0 writes as lines of text.
 *
 * <p>Threading: stateless.
 */
final class TextForms {
    private static final Pattern FLOAT = Pattern.compile("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?");
    private static final int INDEX_DIGITS = 18;

    private TextForms() {}

    /** The number of a memo entry: 1 to 18 decimal digits. */
    static long memoKey(OpcodeCursor cursor) throws PickleException {
        long key = 0;
        int size = cursor.argumentSize();
        if (size == 0 || size > INDEX_DIGITS) {
            throw malformed(cursor, "memo index");
        }
        for (int i = 0; i < size; i++) {
            int digit = cursor.at(cursor.argumentStart() + i) - '0';
            if (digit < 0 || digit > 9) {
                throw malformed(cursor, "memo index");
            }
            key = 10 * key + digit;
        }
        return key;
    }

    /** A decimal integer, with a sign or without. */
    static BigInteger integer(OpcodeCursor cursor, String text) throws PickleException {
        int digits = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        if (digits == text.length()) {
            throw malformed(cursor, "integer");
        }
        for (int i = digits; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                throw malformed(cursor, "integer");
            }
        }
        return new BigInteger(text);
    }

    /** A floating point number, {@code inf}, {@code -inf} or {@code nan}. */
    static double floating(OpcodeCursor cursor, String text) throws PickleException {
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan", "-nan" -> Double.NaN;
            default -> {
                if (!FLOAT.matcher(text).matches()) {
                    throw malformed(cursor, "floating point number");
                }
                yield Double.parseDouble(text);
            }
        };
    }

    /** A string in quotes, with the escapes of Python 2's {@code repr}; an unknown escape stands for itself. */
    static Octets quoted(OpcodeCursor cursor) throws PickleException {
        Octets line = cursor.argument();
        int end = line.size() - 1;
        if (end < 1 || line.at(0) != line.at(end) || (line.at(0) != '\'' && line.at(0) != '"')) {
            throw malformed(cursor, "quoted string");
        }
        byte[] bytes = new byte[end - 1];
        int size = 0;
        for (int at = 1; at < end; ) {
            int escape = at + 1;
            if (line.at(at) != '\\') {
                bytes[size++] = (byte) line.at(at++);
            } else if (escape == end) {
                throw malformed(cursor, "quoted string");
            } else if (line.at(escape) == 'x') {
                bytes[size++] = (byte) hex(cursor, line, escape + 1, Math.min(escape + 3, end), 2);
                at += 4;
            } else if (isOctal(line.at(escape))) {
                int value = 0;
                int stop = Math.min(escape + 3, end);
                for (at = escape; at < stop && isOctal(line.at(at)); at++) {
                    value = 8 * value + line.at(at) - '0';
                }
                bytes[size++] = (byte) value;
            } else {
                int plain = unescaped(line.at(escape));
                if (plain < 0) {
                    bytes[size++] = '\\';
                    plain = line.at(escape);
                }
                bytes[size++] = (byte) plain;
                at += 2;
            }
        }
        return Octets.owned(Arrays.copyOf(bytes, size));
    }

    /** Latin-1 with {@code \\uxxxx} and {@code \\Uxxxxxxxx}: Python's "raw-unicode-escape", in UTF-8. */
    static Octets rawUnicodeEscape(OpcodeCursor cursor) throws PickleException {
        Octets line = cursor.argument();
        int[] codePoints = new int[line.size()];
        int size = 0;
        for (int at = 0; at < line.size(); ) {
            int first = line.at(at++);
            codePoints[size++] = first;
            if (first != '\\' || at == line.size()) {
                continue;
            }
            int kind = line.at(at++);
            if (kind != 'u' && kind != 'U') {
                codePoints[size++] = kind; // so that a second backslash begins nothing
                continue;
            }
            int digits = kind == 'u' ? 4 : 8;
            int codePoint = hex(cursor, line, at, line.size(), digits);
            if (codePoint < 0 || codePoint > Character.MAX_CODE_POINT) {
                throw malformed(cursor, "Unicode escape");
            }
            codePoints[size - 1] = codePoint;
            at += digits;
        }
        return Utf8.encode(Arrays.copyOf(codePoints, size));
    }

    static PickleException malformed(OpcodeCursor cursor, String what) {
        return cursor.failure(Kind.MALFORMED_ARGUMENT, "malformed " + what);
    }

    private static int hex(OpcodeCursor cursor, Octets line, int start, int end, int digits) throws PickleException {
        if (end - start < digits) {
            throw malformed(cursor, "escape");
        }
        int value = 0;
        for (int i = start; i < start + digits; i++) {
            int digit = Character.digit(line.at(i) < 0x80 ? line.at(i) : ' ', 16);
            if (digit < 0) {
                throw malformed(cursor, "escape");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static boolean isOctal(int character) {
        return character >= '0' && character <= '7';
    }

    private static int unescaped(int character) {
        return switch (character) {
            case '\\', '\'', '"' -> character;
            case 'a' -> 7;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 11;
            default -> -1;
        };
    }
}
