package io.zrs.filestorage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Records as ZODB writes them: two pickles with references. */
final class TestRecords {
    private TestRecords() {}

    /** A record that refers to objects and says something; every other reference is {@code (oid, class)} as ZODB writes them, the rest are plain oids. */
    static ByteBuffer record(String text, long... oids) {
        ByteBuffer record = ByteBuffer.allocate(64 + text.length() + 32 * oids.length);
        record.put(ascii("\u0080\u0003cpersistent.mapping\nPersistentMapping\n."))
                .put(ascii("\u0080\u0003("));
        for (int i = 0; i < oids.length; i++) {
            record.put(ascii("C\u0008")).putLong(oids[i]);
            record.put(ascii(i % 2 == 0 ? "cmodule\nClass\n\u0086Q" : "Q"));
        }
        record.put((byte) 'B')
                .put(new byte[] {(byte) text.length(), (byte) (text.length() >> 8), (byte) (text.length() >> 16), 0});
        return record.put(ascii(text)).put(ascii("t.")).flip();
    }

    /** The record of a blob. */
    static ByteBuffer blob(String text) {
        return ByteBuffer.wrap(
                ascii("\u0080\u0003cZODB.blob\nBlob\nq\u0001.\u0080\u0003C" + (char) text.length() + text + "."));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
