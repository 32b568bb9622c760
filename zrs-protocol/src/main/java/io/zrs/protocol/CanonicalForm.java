package io.zrs.protocol;

import io.zrs.storage.PickleDialect;
import java.nio.charset.StandardCharsets;

/**
 * The opcodes of which Python primaries make their messages: protocol 1, no memo.
 *
 * <pre>
 *               Python 2                        Python 3
 * text          'U' size:u8 bytes               'X' size:u32le utf8
 * bytes         'U' size:u8 bytes               c_codecs\nencode\n( 'X' size:u32le utf8 X\6\0\0\0latin1 t R
 *               'T' size:u32le bytes
 * bytes, empty  'U' 0                           c__builtin__\nbytes\n ) R
 * blockCount    'L' decimal 'L' \n              'K' u8, 'M' u16le, 'J' i32le, from 2^31 on as Python 2
 * message       ( text ( fields t t .           the same
 * </pre>
 *
 * <p>Python 3 expresses bytes as the text whose characters have the same numbers, so bytes from 0x80 on take two bytes of UTF-8.
 */
final class CanonicalForm {
    static final byte MARK = '(';
    static final byte TUPLE = 't';
    static final byte NONE = 'N';
    static final byte EMPTY_DICT = '}';
    static final byte SHORT_BINSTRING = 'U';
    static final byte BINSTRING = 'T';
    static final byte BINUNICODE = 'X';
    static final byte BININT = 'J';
    static final byte BININT1 = 'K';
    static final byte BININT2 = 'M';
    static final byte LONG = 'L';

    private static final byte[] BEGIN_2 = bytes("(U\1");
    private static final byte[] BEGIN_3 = bytes("(X\1\0\0\0");
    private static final byte[] EMPTY_TEXT_2 = bytes("U\0");
    private static final byte[] EMPTY_TEXT_3 = bytes("X\0\0\0\0");

    /** Closes the fields and the message, and ends the pickle. */
    static final byte[] END = bytes("tt.");

    /** Stands before the size of Python 3's bytes that are not empty. */
    static final byte[] ENCODE_BEGIN = bytes("c_codecs\nencode\n(X");

    /** Stands behind the text of Python 3's bytes. */
    static final byte[] ENCODE_END = bytes("X\6\0\0\0latin1tR");

    /** Python 3's empty bytes. */
    static final byte[] NO_BYTES = bytes("c__builtin__\nbytes\n)R");

    private CanonicalForm() {}

    /** What stands before the character that names the kind of a message; a {@link #MARK} follows that. */
    static byte[] begin(PickleDialect dialect) {
        return dialect == PickleDialect.PYTHON2 ? BEGIN_2 : BEGIN_3;
    }

    /** The empty text, which every record has as its version. */
    static byte[] emptyText(PickleDialect dialect) {
        return dialect == PickleDialect.PYTHON2 ? EMPTY_TEXT_2 : EMPTY_TEXT_3;
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
}
