package io.zrs.server;

import com.google.common.base.Splitter;
import io.zrs.storage.Oid;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A way from an object to what is in it: {@code /person/friends/0}, or {@code /@0x016b/name} from another object than the root.
 *
 * <p>Segments are separated by slashes; empty ones count for nothing. {@code %2F} is a slash within one, {@code %25} a percent sign, and so on in
 * UTF-8, as in URLs; a percent sign that two hexadecimal digits do not follow is just that.
 *
 * <p>Threading: immutable.
 *
 * @param start where it begins
 * @param segments decoded
 */
record ObjectPath(Oid start, List<String> segments) {
    private static final Pattern ESCAPE = Pattern.compile("(?:%[0-9a-fA-F]{2})+");
    private static final Pattern TO_ESCAPE = Pattern.compile("^@|[/\\p{Cntrl}]|%(?=[0-9a-fA-F]{2})");

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException if it begins with {@code @} and no oid
     */
    static ObjectPath parse(String text) {
        List<String> segments =
                new ArrayList<>(Splitter.on('/').omitEmptyStrings().splitToList(text));
        Oid start = Oid.ROOT;
        if (!segments.isEmpty() && segments.get(0).startsWith("@")) {
            start = Oid.parse(segments.remove(0).substring(1));
        }
        return new ObjectPath(start, segments.stream().map(ObjectPath::decoded).toList());
    }

    /** The path of the first {@code count} segments. */
    ObjectPath prefix(int count) {
        return new ObjectPath(start, segments.subList(0, count));
    }

    /** The path with one more segment. */
    ObjectPath resolve(String segment) {
        List<String> longer = new ArrayList<>(segments);
        longer.add(segment);
        return new ObjectPath(start, List.copyOf(longer));
    }

    /** What {@link #parse} reads as this path. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(start.equals(Oid.ROOT) ? "" : "/@" + start);
        for (String segment : segments) {
            text.append('/').append(encoded(segment));
        }
        return text.length() == 0 ? "/" : text.toString();
    }

    private static String encoded(String segment) {
        return TO_ESCAPE
                .matcher(segment)
                .replaceAll(escape -> "%%%02X".formatted((int) escape.group().charAt(0)));
    }

    private static String decoded(String segment) {
        return ESCAPE.matcher(segment).replaceAll(escape -> Matcher.quoteReplacement(utf8(escape.group())));
    }

    private static String utf8(String escapes) {
        byte[] bytes = new byte[escapes.length() / 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(escapes, 3 * i + 1, 3 * i + 3, 16);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Paths as people write them. */
    static final class Converter implements ITypeConverter<ObjectPath> {
        @Override
        public ObjectPath convert(String text) {
            try {
                return parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' begins with no oid: " + e.getMessage());
            }
        }
    }
}
