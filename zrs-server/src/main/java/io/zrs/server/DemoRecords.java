package io.zrs.server;

import io.zrs.storage.Oid;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Records of the demonstration's objects, as ZODB on Python 3 loads them: {@code persistent.mapping.PersistentMapping} and {@code ZODB.blob.Blob}.
 *
 * <pre>
 * record := pickle(class) pickle(state)      protocol 3
 * state  := {"data": {text: value}} of a mapping, None of a blob
 * value  := text | integer | persistent reference (oid, class)
 * </pre>
 */
final class DemoRecords {
    /** Class of a persistent object. */
    enum PersistentClass {
        /** A dictionary. */
        MAPPING("cpersistent.mapping\nPersistentMapping\n"),
        /** A blob. */
        BLOB("cZODB.blob\nBlob\n");

        private final String global;

        PersistentClass(String global) {
            this.global = global;
        }
    }

    /** A reference to another object. */
    record Reference(Oid oid, PersistentClass type) {}

    private static final byte[] PROTOCOL_3 = {(byte) 0x80, 3};

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private DemoRecords(PersistentClass type) {
        out.writeBytes(PROTOCOL_3);
        out.writeBytes(ascii(type.global));
        out.write('.');
        out.writeBytes(PROTOCOL_3);
    }

    /** A blob. */
    static ByteBuffer blob() {
        DemoRecords record = new DemoRecords(PersistentClass.BLOB);
        record.out.write('N');
        return record.end();
    }

    /**
     * A mapping.
     *
     * @param items values are {@link String}, {@link Integer} or {@link Reference}
     */
    static ByteBuffer mapping(Map<String, ?> items) {
        DemoRecords record = new DemoRecords(PersistentClass.MAPPING);
        record.out.write('}');
        record.text("data");
        record.out.write('}');
        record.out.write('(');
        items.forEach((key, value) -> {
            record.text(key);
            record.value(value);
        });
        record.out.write('u');
        record.out.write('s');
        return record.end();
    }

    private ByteBuffer end() {
        out.write('.');
        return ByteBuffer.wrap(out.toByteArray());
    }

    private void value(Object value) {
        if (value instanceof Integer number) {
            out.write('J');
            writeLittleEndian(number);
        } else if (value instanceof Reference reference) {
            out.write('C');
            out.write(Long.BYTES);
            out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                    .putLong(reference.oid().value())
                    .array());
            out.writeBytes(ascii(reference.type().global));
            out.write(0x86);
            out.write('Q');
        } else {
            text((String) value);
        }
    }

    private void text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        writeLittleEndian(utf8.length);
        out.writeBytes(utf8);
    }

    private void writeLittleEndian(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            out.write(value >>> shift);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
