package io.zrs.lab;

import io.zrs.database.Blob;
import io.zrs.database.Blob.WriteMode;
import io.zrs.database.Connection;
import io.zrs.database.PersistentMapping;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Numbered objects below the root, each with a value in its record and the same value in a blob, so that one can see if records and blobs go
 * together.
 *
 * <p>Threading: as the connection.
 */
final class Entries {
    private static final String VALUE = "value";
    private static final String BLOB = "blob";

    private Entries() {}

    /** Makes entries with the value 0, to be committed by the caller. */
    static void create(Connection connection, int count) throws IOException {
        for (int key = 0; key < count; key++) {
            PersistentMapping entry = new PersistentMapping();
            connection.root().put(name(key), entry);
            entry.put(BLOB, new Blob());
            write(connection, key, 0);
        }
    }

    /** Whether entries have been made. */
    static boolean exist(Connection connection) {
        return connection.root().containsKey(name(0));
    }

    /** Changes an entry; the caller commits. */
    static void write(Connection connection, int key, long value) throws IOException {
        PersistentMapping entry = entry(connection, key);
        entry.put(VALUE, value);
        try (OutputStream out = entry.get(BLOB, Blob.class).openStream(WriteMode.TRUNCATE)) {
            out.write(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
        }
    }

    /**
     * The value of an entry.
     *
     * @throws IllegalStateException if its blob has another one
     */
    static long read(Connection connection, int key) throws IOException {
        PersistentMapping entry = entry(connection, key);
        long value = entry.get(VALUE, Long.class);
        try (InputStream in = entry.get(BLOB, Blob.class).openStream()) {
            String inBlob = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            if (!inBlob.equals(Long.toString(value))) {
                throw new IllegalStateException(
                        name(key) + " has the value " + value + ", and " + inBlob + " in its blob");
            }
        }
        return value;
    }

    private static PersistentMapping entry(Connection connection, int key) {
        return connection.root().get(name(key), PersistentMapping.class);
    }

    private static String name(int key) {
        return "entry " + key;
    }
}
