package io.zrs.server;

import io.zrs.database.Tuple;
import io.zrs.storage.Bytes;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key as Python writes it: {@code 42}, {@code 1.5}, {@code 'text'}, {@code b'\x00'}, {@code None}, {@code True}, {@code ('a', 1)}.
 *
 * <p>Threading: immutable.
 *
 * @param value as the database has it
 */
record PythonLiteral(@Nullable Object value) {
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(\\.[0-9]*)?([eE][+-]?[0-9]+)?");
    private static final Pattern NAME = Pattern.compile("None|True|False");
    private static final Pattern STRING = Pattern.compile(
            "([ub]?)(?:'([^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+)'|\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\")", Pattern.DOTALL);
    private static final Pattern ESCAPE =
            Pattern.compile("\\\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))", Pattern.DOTALL);
    private static final int DEPTH_MAX = 50;

    /** What {@code text} says as a whole; nothing if it is no such literal. */
    static Optional<PythonLiteral> parse(String text) {
        Parser parser = new Parser(text);
        Optional<PythonLiteral> literal = parser.literal(DEPTH_MAX);
        return parser.at == text.length() ? literal : Optional.empty();
    }

    /** Walks over the text. */
    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        /** The literal that begins here; after one that is none it does not matter where this stands. */
        Optional<PythonLiteral> literal(int depthLeft) {
            if (take('(')) {
                return depthLeft == 0 ? Optional.empty() : tuple(depthLeft - 1);
            }
            Matcher name = take(NAME);
            if (name != null) {
                boolean isNone = name.group().equals("None");
                return Optional.of(
                        new PythonLiteral(isNone ? null : name.group().equals("True")));
            }
            Matcher number = take(NUMBER);
            if (number != null) {
                return Optional.of(new PythonLiteral(number(number)));
            }
            Matcher string = take(STRING);
            return string == null ? Optional.empty() : string(string);
        }

        private Optional<PythonLiteral> tuple(int depthLeft) {
            List<@Nullable Object> items = new ArrayList<>();
            boolean endsWithComma = true;
            while (!take(')')) {
                Optional<PythonLiteral> item = endsWithComma ? literal(depthLeft) : Optional.empty();
                if (item.isEmpty()) {
                    return item;
                }
                items.add(item.get().value());
                endsWithComma = take(',');
                while (take(' ')) {
                    // Blanks mean nothing here.
                }
            }
            boolean isInParentheses = items.size() == 1 && !endsWithComma;
            return Optional.of(new PythonLiteral(isInParentheses ? items.get(0) : Tuple.of(items.toArray())));
        }

        private boolean take(char expected) {
            boolean isThere = at < text.length() && text.charAt(at) == expected;
            at += isThere ? 1 : 0;
            return isThere;
        }

        private @Nullable Matcher take(Pattern pattern) {
            Matcher matcher = pattern.matcher(text).region(at, text.length());
            if (!matcher.lookingAt()) {
                return null;
            }
            at = matcher.end();
            return matcher;
        }
    }

    private static Object number(Matcher number) {
        if (number.group(1) != null || number.group(2) != null) {
            return Double.valueOf(number.group());
        }
        BigInteger integer = new BigInteger(number.group());
        boolean isLong = integer.bitLength() < Long.SIZE;
        return isLong ? (Object) integer.longValue() : integer;
    }

    private static Optional<PythonLiteral> string(Matcher string) {
        String quoted = string.group(2) == null ? string.group(3) : string.group(2);
        String content = ESCAPE.matcher(quoted).replaceAll(escape -> Matcher.quoteReplacement(unescaped(escape)));
        if (!string.group(1).equals("b")) {
            return Optional.of(new PythonLiteral(content));
        }
        boolean isBytes = content.chars().allMatch(c -> c < 0x100);
        return isBytes
                ? Optional.of(new PythonLiteral(Bytes.copyOf(content.getBytes(StandardCharsets.ISO_8859_1))))
                : Optional.empty();
    }

    private static String unescaped(MatchResult escape) {
        for (int group = 1; group <= 3; group++) {
            if (escape.group(group) != null) {
                int codePoint = Integer.parseUnsignedInt(escape.group(group), 16);
                return Character.isValidCodePoint(codePoint) ? Character.toString(codePoint) : escape.group();
            }
        }
        String letter = escape.group(4);
        return switch (letter) {
            case "n" -> "\n";
            case "r" -> "\r";
            case "t" -> "\t";
            default -> letter;
        };
    }
}
