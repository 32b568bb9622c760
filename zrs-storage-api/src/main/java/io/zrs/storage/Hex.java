package io.zrs.storage;

import java.util.Locale;

/** The hexadecimal text forms that oids and tids share. */
final class Hex {
    private static final String PREFIX = "0x";
    private static final int DIGITS_MAX = 16;

    private Hex() {}

    static long parse(String text) {
        String digits = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
        boolean plain = digits.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128);
        if (!plain || digits.isEmpty() || digits.length() > DIGITS_MAX || digits.length() % 2 != 0) {
            throw new IllegalArgumentException(
                    "not an even number of 2 to 16 hexadecimal digits, with or without 0x: '" + text + "'");
        }
        return Long.parseUnsignedLong(digits, 16);
    }

    static String minimal(long value) {
        String digits = Long.toHexString(value);
        return PREFIX + (digits.length() % 2 == 0 ? "" : "0") + digits;
    }

    static String full(long value) {
        return String.format(Locale.ROOT, "%016x", value);
    }
}
