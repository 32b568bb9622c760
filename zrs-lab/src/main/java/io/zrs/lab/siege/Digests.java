package io.zrs.lab.siege;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.zrs.pickle.RecordScanner;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Names for what an object holds: the same for the same record and blob, and in one word. Threading: thread-safe. */
final class Digests {
    /** Of an object that does not exist. */
    static final String NOTHING = "nothing";

    private static final String NO_BLOB = "no-blob";
    private static final int LENGTH = 16;

    private Digests() {}

    /** Of a record that is no blob's. */
    static String of(byte[] data) {
        return Hashing.sha256().hashBytes(data).toString().substring(0, LENGTH);
    }

    /** Of a record that is a blob's. */
    static String of(byte[] data, byte[] blob) {
        return of(data) + "+" + of(blob);
    }

    /**
     * Of what a storage has; a blob that has no file is {@link #withoutBlob}.
     *
     * @param data null if the object does not exist
     */
    static String of(byte @Nullable [] data, Oid oid, Tid tid, BlobCapable blobs) throws IOException {
        if (data == null) {
            return NOTHING;
        }
        return RecordScanner.isBlob(ByteBuffer.wrap(data)) ? of(data) + "+" + blob(oid, tid, blobs) : of(data);
    }

    /** What {@code digest} would be if the blob had no file; itself if it is no blob's. */
    static String withoutBlob(String digest) {
        int end = digest.indexOf('+');
        return end < 0 ? digest : digest.substring(0, end + 1) + NO_BLOB;
    }

    /** Whether it is of an empty blob. */
    static boolean isOfEmptyBlob(String digest) {
        return digest.endsWith("+" + of(new byte[0]));
    }

    private static String blob(Oid oid, Tid tid, BlobCapable blobs) throws IOException {
        Path file;
        try {
            file = blobs.loadBlob(oid, tid);
        } catch (PosKeyException e) {
            return NO_BLOB;
        }
        return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString().substring(0, LENGTH);
    }
}
