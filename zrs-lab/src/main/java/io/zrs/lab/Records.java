package io.zrs.lab;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Records as ZODB on Python 3 writes them. Threading: thread-safe. */
public final class Records {
    private static final byte[] MAPPING =
            latin1("\u0080\3cpersistent.mapping\nPersistentMapping\n.\u0080\3}X\4\0\0\0dataB");
    private static final byte[] MAPPING_END = latin1("s.");
    private static final byte[] BLOB = latin1("\u0080\3cZODB.blob\nBlob\n.\u0080\3N.");

    private Records() {}

    /** The record of a mapping with {@code data} under the key "data", which refers to nothing. */
    public static ByteBuffer mapping(byte[] data) {
        return ByteBuffer.allocate(MAPPING.length + Integer.BYTES + data.length + MAPPING_END.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAPPING)
                .putInt(data.length)
                .put(data)
                .put(MAPPING_END)
                .flip();
    }

    /** The record of any blob. */
    public static ByteBuffer blob() {
        return ByteBuffer.wrap(BLOB.clone());
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
