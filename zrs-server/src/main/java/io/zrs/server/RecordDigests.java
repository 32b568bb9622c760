package io.zrs.server;

import io.zrs.storage.Tid;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Digests of the records of transactions, as they lie in a file: what ZODB's {@code fstail} calls their hash.
 *
 * <p>Threading: confined to one thread.
 */
final class RecordDigests implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final FileChannel channel;

    private RecordDigests(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    static RecordDigests open(Path file) throws IOException {
        return new RecordDigests(file, FileChannel.open(file));
    }

    /**
     * SHA-1, in hexadecimal, of the bytes from {@code start} up to {@code end}.
     *
     * @param offset where the transaction begins whose records they are
     * @throws CommandFailure if it is not there: a pack has replaced the file since the transaction was found
     */
    String sha1(Tid tid, long offset, long start, long end) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        read(buffer.limit(Long.BYTES), offset);
        if (buffer.getLong(0) != tid.value()) {
            throw new CommandFailure(ExitCode.CANNOT_OPEN, file + " has just been replaced; try again");
        }
        MessageDigest digest = newSha1();
        for (long position = start; position < end; position += buffer.limit()) {
            buffer.clear().limit((int) Math.min(BUFFER_BYTES, end - position));
            read(buffer, position);
            digest.update(buffer.flip());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void read(ByteBuffer buffer, long position) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                throw new EOFException(file + " has become shorter");
            }
        }
    }

    private static MessageDigest newSha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-1", e);
        }
    }
}
