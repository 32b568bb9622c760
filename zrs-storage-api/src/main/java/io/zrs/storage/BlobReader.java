package io.zrs.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import org.jspecify.annotations.Nullable;

/** Reads blobs in pieces, through one buffer. Threading: confined to one thread. */
final class BlobReader {
    private static final int PIECE_BYTES = 1 << 16;

    private final ByteBuffer buffer = ByteBuffer.allocate(PIECE_BYTES);

    /** The bytes of a revision, null if it has none, which is how a storage tells that the object is no blob; the caller closes the channel. */
    static @Nullable SeekableByteChannel open(BlobCapable blobs, Oid oid, Tid tid) {
        try {
            return blobs.openBlob(oid, tid);
        } catch (PosKeyException e) {
            return null;
        }
    }

    /** The next piece, as large as all of them but the last; nothing remains in it at the end. Good until the next call. */
    ByteBuffer read(ReadableByteChannel channel) throws IOException {
        buffer.clear();
        int count = 0;
        while (count >= 0 && buffer.hasRemaining()) {
            count = channel.read(buffer);
        }
        return buffer.flip();
    }
}
