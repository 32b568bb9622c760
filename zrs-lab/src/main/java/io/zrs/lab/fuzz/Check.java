package io.zrs.lab.fuzz;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How targets find something wrong. Threading: stateless. */
final class Check {
    private static final int SHOWN_SIZE_MAX = 2_000;

    private Check() {}

    /** Fails unless something holds. */
    static void that(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** Fails unless two answers are equal. */
    static void same(String what, @Nullable Object expected, @Nullable Object found) {
        if (!Objects.equals(expected, found)) {
            throw new AssertionError(what + ": expected\n" + cut(expected) + "\nfound\n" + cut(found));
        }
    }

    private static String cut(@Nullable Object value) {
        String text = String.valueOf(value);
        return text.length() > SHOWN_SIZE_MAX ? text.substring(0, SHOWN_SIZE_MAX) + "…" : text;
    }
}
