package io.zrs.lab.fuzz;

import io.zrs.protocol.MessageDecoder;
import io.zrs.protocol.MessageEncoder;
import io.zrs.protocol.ProtocolException;
import io.zrs.protocol.ReplicationMessage.Commit;
import io.zrs.storage.Bytes;
import io.zrs.storage.PickleDialect;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Gives each commit message of a stream the right checksum, which no fuzzer would find.
 *
 * <p>Threading: confined to one thread.
 */
final class ChecksumRepair {
    /** Commit messages are no longer. */
    private static final int COMMIT_BYTES_MAX = 100;

    private final MessageDecoder decoder = new MessageDecoder();
    private final MessageEncoder encoder = new MessageEncoder(PickleDialect.PYTHON3);

    /** A copy of a stream that begins after the tid {@code last}, as good as it gets. */
    byte[] repair(byte[] stream, long last) {
        MessageDigest md5 = md5();
        md5.update(ByteBuffer.allocate(Long.BYTES).putLong(0, last));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.wrap(stream);
        while (in.remaining() >= Integer.BYTES) {
            long size = Integer.toUnsignedLong(in.getInt(in.position()));
            if (size > in.remaining() - Integer.BYTES) {
                break;
            }
            ByteBuffer payload = in.slice(in.position() + Integer.BYTES, (int) size);
            in.position(in.position() + Integer.BYTES + (int) size);
            Bytes sent = Bytes.copyOf(isCommit(payload) ? commit(md5) : payload);
            md5.update(sent.asByteBuffer());
            out.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(0, sent.size()).array());
            out.writeBytes(sent.toByteArray());
        }
        out.writeBytes(Bytes.copyOf(in).toByteArray());
        return out.toByteArray();
    }

    private boolean isCommit(ByteBuffer payload) {
        if (payload.remaining() > COMMIT_BYTES_MAX) {
            return false;
        }
        try {
            return decoder.decode(payload) instanceof Commit;
        } catch (ProtocolException e) {
            return false;
        }
    }

    private ByteBuffer commit(MessageDigest md5) {
        try {
            byte[] soFar = ((MessageDigest) md5.clone()).digest();
            return encoder.encode(new Commit(Bytes.copyOf(soFar)));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("WeakMessageDigestType")
    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
