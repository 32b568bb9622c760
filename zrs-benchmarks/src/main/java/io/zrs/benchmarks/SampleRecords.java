package io.zrs.benchmarks;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/** Records as ZODB pickles them, with random contents. */
final class SampleRecords {
    private static final byte[] MAPPING_BEGIN =
            latin1("\u0080\u0003cpersistent.mapping\nPersistentMapping\nq\0.\u0080\u0003}q\1X\4\0\0\0dataq\2B");
    private static final byte[] MAPPING_END = latin1("q\3s.");
    private static final byte[] BLOB = HexFormat.of().parseHex("8003635a4f44422e626c6f620a426c6f620a71002e80034e2e");

    private SampleRecords() {}

    /** A new record of {@code size} bytes: a persistent mapping with one long value. */
    static byte[] mapping(int size, RandomGenerator random) {
        int contentSize = size - MAPPING_BEGIN.length - Integer.BYTES - MAPPING_END.length;
        byte[] content = new byte[contentSize];
        random.nextBytes(content);
        return ByteBuffer.allocate(size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAPPING_BEGIN)
                .putInt(contentSize)
                .put(content)
                .put(MAPPING_END)
                .array();
    }

    /** The record of a blob; they are all alike. */
    static byte[] blob() {
        return BLOB.clone();
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
