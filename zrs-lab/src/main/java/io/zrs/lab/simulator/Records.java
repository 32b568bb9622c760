package io.zrs.lab.simulator;

import io.zrs.storage.Oid;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Object records as ZODB on Python 3 writes them. */
final class Records {
    private static final byte[] LIST = latin1("\u0080\3cpersistent.list\nPersistentList\n.\u0080\3}(X\4\0\0\0data](");
    private static final byte[] REFERENCE = latin1("cpersistent.list\nPersistentList\n\u0086Q");
    private static final byte[] FILLER = latin1("eX\4\0\0\0fillB");
    private static final byte[] END = latin1("u.");
    private static final byte[] BLOB = latin1("\u0080\3cZODB.blob\nBlob\n.\u0080\3N.");

    private Records() {}

    /** A list of references, with some bytes to make it as large as one likes. */
    static byte[] list(List<Oid> references, byte[] filler) {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(LIST);
        for (Oid reference : references) {
            record.writeBytes(ByteBuffer.allocate(2 + Long.BYTES)
                    .put((byte) 'C')
                    .put((byte) Long.BYTES)
                    .putLong(reference.value())
                    .array());
            record.writeBytes(REFERENCE);
        }
        record.writeBytes(FILLER);
        record.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(filler.length)
                .array());
        record.writeBytes(filler);
        record.writeBytes(END);
        return record.toByteArray();
    }

    /** The record of any blob. */
    static byte[] blob() {
        return BLOB.clone();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
