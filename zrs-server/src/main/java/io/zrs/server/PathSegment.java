package io.zrs.server;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Segments of a path, and the keys that they can mean. */
final class PathSegment {
    private static final int SIZE_MAX = 200;

    private PathSegment() {}

    /** The keys that {@code segment} can mean: first what it is as a literal of Python's, then the text itself. */
    static List<@Nullable Object> keys(String segment) {
        List<@Nullable Object> keys = new ArrayList<>();
        PythonLiteral.parse(segment).ifPresent(literal -> keys.add(literal.value()));
        keys.add(segment);
        return keys;
    }

    /** A segment that means {@code key}, if anybody can write one. */
    static String of(@Nullable Object key) {
        return key instanceof String text
                        && !text.isEmpty()
                        && PythonLiteral.parse(text).isEmpty()
                ? text
                : OneLine.whole(key, SIZE_MAX).orElse(OneLine.CUT);
    }
}
