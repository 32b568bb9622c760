package io.zrs.pickle;

/**
 * UTF-8 as Python pickles it: surrogates that stand alone are encoded like any other code point ("surrogatepass").
 *
 * <p>Threading: stateless.
 */
final class Utf8 {
    private Utf8() {}

    /** Whether {@code octets} is UTF-8, surrogates allowed, overlong forms not. */
    static boolean isValid(Octets octets) {
        int at = 0;
        while (at < octets.size()) {
            int first = octets.at(at);
            if (first < 0x80) {
                at++;
                continue;
            }
            int size = sequenceSize(first);
            if (size == 0 || at + size > octets.size()) {
                return false;
            }
            for (int i = 1; i < size; i++) {
                if ((octets.at(at + i) & 0xc0) != 0x80) {
                    return false;
                }
            }
            int codePoint = codePoint(octets, at, size);
            if (codePoint < (size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000) || codePoint > 0x10ffff) {
                return false;
            }
            at += size;
        }
        return true;
    }

    /** Decodes valid bytes. */
    static String decode(Octets octets) {
        if (!hasSurrogate(octets)) {
            return octets.utf8();
        }
        StringBuilder text = new StringBuilder(octets.size());
        for (int at = 0; at < octets.size(); ) {
            int first = octets.at(at);
            int size = first < 0x80 ? 1 : sequenceSize(first);
            text.appendCodePoint(size == 1 ? first : codePoint(octets, at, size));
            at += size;
        }
        return text.toString();
    }

    /** Encodes code points from 0 to 0x10ffff, each by itself: two surrogates stay two. */
    static Octets encode(int[] codePoints) {
        int size = 0;
        for (int codePoint : codePoints) {
            size += encodedSize(codePoint);
        }
        byte[] bytes = new byte[size];
        int at = 0;
        for (int codePoint : codePoints) {
            at = encode(codePoint, bytes, at);
        }
        return Octets.owned(bytes);
    }

    private static int encodedSize(int codePoint) {
        return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
    }

    private static int encode(int codePoint, byte[] bytes, int at) {
        int size = encodedSize(codePoint);
        if (size == 1) {
            bytes[at] = (byte) codePoint;
            return at + 1;
        }
        int rest = codePoint;
        for (int i = size - 1; i > 0; i--) {
            bytes[at + i] = (byte) (0x80 | (rest & 0x3f));
            rest >>= 6;
        }
        bytes[at] = (byte) ((0xf00 >> size) | rest);
        return at + size;
    }

    private static boolean hasSurrogate(Octets octets) {
        for (int at = 0; at + 1 < octets.size(); at++) {
            if (octets.at(at) == 0xed && octets.at(at + 1) >= 0xa0) {
                return true;
            }
        }
        return false;
    }

    /** Bytes of the sequence that {@code first} begins, 0 if it cannot begin one. */
    private static int sequenceSize(int first) {
        if (first >= 0xf8 || first < 0xc0) {
            return 0;
        }
        return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    }

    private static int codePoint(Octets octets, int at, int size) {
        int codePoint = octets.at(at) & (0x7f >> size);
        for (int i = 1; i < size; i++) {
            codePoint = codePoint << 6 | (octets.at(at + i) & 0x3f);
        }
        return codePoint;
    }
}
