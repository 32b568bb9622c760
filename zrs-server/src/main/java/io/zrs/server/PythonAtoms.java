package io.zrs.server;

import io.zrs.database.PythonRepr;
import io.zrs.storage.Bytes;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Values that consist of nothing else, as Python prints them; dates and the like in ISO form. */
final class PythonAtoms {
    private PythonAtoms() {}

    /**
     * The text of {@code value}.
     *
     * @param sizeMax more characters than this need not be right
     */
    static String text(@Nullable Object value, int sizeMax) {
        if (value instanceof String string) {
            return PythonText.quoted(string.length() > sizeMax ? string.substring(0, sizeMax) : string);
        }
        if (value instanceof Bytes bytes) {
            return bytes(bytes, sizeMax);
        }
        return value == null || value instanceof Boolean || value instanceof Double
                ? PythonRepr.of(value)
                : value.toString();
    }

    private static String bytes(Bytes value, int sizeMax) {
        ByteBuffer bytes = value.asByteBuffer();
        StringBuilder text = new StringBuilder("b'");
        while (bytes.hasRemaining() && text.length() <= sizeMax) {
            text.append(escaped(bytes.get() & 0xff));
        }
        return text.append('\'').toString();
    }

    private static String escaped(int octet) {
        return switch (octet) {
            case '\\' -> "\\\\";
            case '\'' -> "\\'";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default ->
                octet < ' ' || octet > '~'
                        ? String.format(Locale.ROOT, "\\x%02x", octet)
                        : String.valueOf((char) octet);
        };
    }
}
