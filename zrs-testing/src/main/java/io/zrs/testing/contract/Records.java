package io.zrs.testing.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Records as Python writes them, of protocol 3: two pickles, of the class and of the state. Threading: thread-safe.
 */
final class Records {
    private static final String LIST_CLASS = "\u0080\u0003cpersistent.list\nPersistentList\nq\u0000.";
    private static final String BLOB = "\u0080\u0003cZODB.blob\nBlob\nq\u0000.\u0080\u0003N.";
    private static final String EXTENSION = "\u0080\u0003}q\u0000X\u0003\u0000\u0000\u0000keyq\u0001K\u0007s.";
    private static final int SIZE_MAX = 100_000;

    private Records() {}

    /** A list that refers to {@code references} and holds a text. */
    static ByteBuffer list(String text, List<Oid> references) {
        ByteBuffer record = ByteBuffer.allocate(SIZE_MAX);
        record.put(latin1(LIST_CLASS)).put(latin1("\u0080\u0003]q\u0001("));
        for (Oid oid : references) {
            record.put(latin1("C\b")).putLong(oid.value()).put(latin1("Q"));
        }
        byte[] utf8 = text.getBytes(UTF_8);
        record.put(latin1("X"));
        record.order(ByteOrder.LITTLE_ENDIAN).putInt(utf8.length);
        return record.put(utf8).put(latin1("e.")).flip();
    }

    /** A blob object. */
    static ByteBuffer blob() {
        return ByteBuffer.wrap(latin1(BLOB));
    }

    /** Attributes of a transaction, {@code {'key': 7}}, byte for byte as Python 3 has ZODB write them, so that the same comes out of a replica. */
    static Bytes extension() {
        return Bytes.copyOf(latin1(EXTENSION));
    }

    private static byte[] latin1(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
