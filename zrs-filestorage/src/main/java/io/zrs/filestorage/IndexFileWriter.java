package io.zrs.filestorage;

import io.zrs.storage.PickleDialect;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/**
 * Writes an index as ZODB 3.10 on Python 2 or ZODB 6 on Python 3 does, byte for byte: pickles without memo, one after the other.
 *
 * <pre>
 * file   := position:int bucket* None
 * bucket := (prefix: oid bytes 0 to 5, in ascending order, content)
 * content := n keys of 2 bytes (oid bytes 6 and 7, ascending), then n positions of 6 bytes, big-endian
 * </pre>
 *
 * <p>Python 2 first writes a {@code long}, unless it has just packed the file; then an {@code int}, with the same meaning. Here it is
 * always a {@code long}.
 *
 * <p>Threading: confined to one thread. Source: ZODB, {@code fsIndex.py}.
 */
final class IndexFileWriter {
    static final int PREFIX_BYTES = 6;
    static final int KEY_BYTES = 2;
    static final int POSITION_BYTES = 6;
    static final int BUCKET_SIZE_MAX = 1 << (8 * KEY_BYTES);

    private static final int BUFFER_BYTES = 1 << 16;
    /** More than the opcodes of any one pickle. */
    private static final int OPCODES_BYTES_MAX = 64;

    private static final int KEY_BITS = 8 * KEY_BYTES;

    private final FileChannel channel;
    private final boolean python2;
    private final ByteBuffer keys = ByteBuffer.allocate(BUCKET_SIZE_MAX * KEY_BYTES);
    private final ByteBuffer positions = ByteBuffer.allocate(BUCKET_SIZE_MAX * POSITION_BYTES);
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    IndexFileWriter(FileChannel channel, PickleDialect dialect) {
        this.channel = channel;
        this.python2 = dialect == PickleDialect.PYTHON2;
    }

    /** Writes the whole file, from where the channel stands. */
    void write(ObjectIndex index, long position) throws IOException {
        begin();
        putPosition(position);
        buffer.put((byte) '.');
        ObjectIndex.Cursor cursor = index.from(0);
        boolean more = cursor.next();
        while (more) {
            long prefix = cursor.oid() >>> KEY_BITS;
            do {
                keys.putShort((short) cursor.oid());
                positions.putShort((short) (cursor.position() >>> 32)).putInt((int) cursor.position());
                more = cursor.next();
            } while (more && cursor.oid() >>> KEY_BITS == prefix);
            writeBucket(prefix);
        }
        begin();
        buffer.put((byte) 'N').put((byte) '.');
        drain(buffer);
    }

    private void writeBucket(long prefix) throws IOException {
        begin();
        if (python2) {
            buffer.put((byte) '(');
        }
        putBytesOpcode(PREFIX_BYTES);
        for (int shift = 8 * (PREFIX_BYTES - 1); shift >= 0; shift -= 8) {
            buffer.put((byte) (prefix >>> shift));
        }
        putBytesOpcode(keys.position() + positions.position());
        append(keys);
        append(positions);
        buffer.put((byte) (python2 ? 't' : 0x86)).put((byte) '.');
    }

    private void begin() throws IOException {
        if (buffer.remaining() < OPCODES_BYTES_MAX) {
            drain(buffer);
        }
        if (!python2) {
            buffer.put((byte) 0x80).put((byte) 3);
        }
    }

    private void putPosition(long position) {
        if (python2) {
            buffer.put(("L" + position + "L\n").getBytes(StandardCharsets.US_ASCII));
        } else if (position <= 0xff) {
            buffer.put((byte) 'K').put((byte) position);
        } else if (position <= 0xffff) {
            buffer.put((byte) 'M').putShort((short) position);
        } else if (position <= Integer.MAX_VALUE) {
            buffer.put((byte) 'J').putInt((int) position);
        } else {
            // Two's complement: one bit for the sign.
            int size = (Long.SIZE - Long.numberOfLeadingZeros(position)) / 8 + 1;
            buffer.put((byte) 0x8a).put((byte) size);
            for (int i = 0; i < size; i++) {
                buffer.put((byte) (position >>> (8 * i)));
            }
        }
    }

    private void putBytesOpcode(int size) {
        if (size <= 0xff) {
            buffer.put((byte) (python2 ? 'U' : 'C')).put((byte) size);
        } else {
            buffer.put((byte) (python2 ? 'T' : 'B')).putInt(size);
        }
    }

    /** Moves all bytes of {@code source} to the end of what is written; leaves room for the opcodes that follow. */
    private void append(ByteBuffer source) throws IOException {
        if (source.position() > buffer.remaining() - OPCODES_BYTES_MAX) {
            drain(buffer);
            drain(source);
        } else {
            buffer.put(source.flip());
            source.clear();
        }
    }

    private void drain(ByteBuffer source) throws IOException {
        source.flip();
        while (source.hasRemaining()) {
            channel.write(source);
        }
        source.clear();
    }
}
