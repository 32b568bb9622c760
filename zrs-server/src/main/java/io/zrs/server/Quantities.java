package io.zrs.server;

import io.zrs.storage.Tid;
import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Quantities {
    private static final String[] UNITS = {"KB", "MB", "GB", "TB", "PB"};

    private Quantities() {}

    /** {@code 999 B}, {@code 12.3 MB}; a KB has 1000 bytes. */
    static String bytes(long count) {
        if (count < 1000) {
            return count + " B";
        }
        double value = count / 1000.0;
        int unit = 0;
        while (value >= 999.95 && unit < UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
    }

    /** {@code 1,234,567}. */
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** {@code 3,210 transactions}, {@code 1 transaction}. */
    static String count(long count, String noun) {
        return count(count) + " " + noun + (count == 1 ? "" : "s");
    }

    /** A tid and its time, or that there is none. */
    static String tid(Tid tid) {
        return tid.equals(Tid.NONE) ? "nothing yet" : tid + " (" + tid.toTimeString() + ")";
    }

    /** {@code 1.5 s}. */
    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
}
