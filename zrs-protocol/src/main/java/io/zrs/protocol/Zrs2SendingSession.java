package io.zrs.protocol;

import static com.google.common.base.Preconditions.checkState;

import io.zrs.protocol.FrameDecoder.Delivery;
import io.zrs.protocol.ReplicationMessage.Begin;
import io.zrs.protocol.ReplicationMessage.Commit;
import io.zrs.protocol.ReplicationMessage.Store;
import io.zrs.protocol.ReplicationMessage.StoreBlob;
import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The primary's side of a {@code zrs2.x} connection.
 *
 * <p>What is received and what is sent share nothing but the checksum, which is there before {@link SendingEvents#start} is called.
 */
final class Zrs2SendingSession implements SendingSession {
    /** Size of all frames of a blob but the last. */
    static final int BLOCK_BYTES = 1 << 16;

    /** The longest frame of a secondary. */
    private static final int RECEIVED_BYTES_MAX = 8;

    private final Zrs2Version version;
    private final SendingEvents events;
    private final FrameDecoder received = new FrameDecoder(new Received());
    private final FrameWriter frames;
    private final MessageEncoder python2 = new MessageEncoder(PickleDialect.PYTHON2);
    private final MessageEncoder python3 = new MessageEncoder(PickleDialect.PYTHON3);

    private @Nullable Checksum checksum;

    /** Writes the transaction's messages; null outside of any. */
    private @Nullable MessageEncoder encoder;

    private long blobMissing;
    private int blockMissing;

    Zrs2SendingSession(Zrs2Version version, SendingEvents events, Consumer<ByteBuffer> output) {
        this.version = version;
        this.events = events;
        this.frames = new FrameWriter(output);
    }

    @Override
    public void receive(ByteBuffer bytes) {
        received.decode(bytes);
    }

    /** Does nothing: a {@code zrs2.x} primary gives no reasons, it closes. */
    @Override
    public void refuse(String reason) {}

    @Override
    public void begin(TransactionHeader header, PickleDialect dialect) {
        checkState(encoder == null, "the last transaction has no end yet");
        MessageEncoder chosen = dialect == PickleDialect.PYTHON2 ? python2 : python3;
        frame(chosen.encode(new Begin(header, dialect)));
        encoder = chosen;
    }

    @Override
    public void store(DataRecord record) {
        message(new Store(record.oid(), record.tid(), record.dataTid()));
        data(record.data());
    }

    @Override
    public void beginBlob(DataRecord record, long size) {
        checkState(version.hasBlobs(), "%s has no blobs", version.id());
        byte[] data = record.data();
        if (data == null || size < 0) {
            throw new IllegalArgumentException("a blob has a record with data, and a size");
        }
        long blockCount = Math.max(1, size / BLOCK_BYTES + (size % BLOCK_BYTES == 0 ? 0 : 1));
        message(new StoreBlob(record.oid(), record.tid(), record.dataTid(), blockCount));
        data(data);
        blobMissing = size;
        if (size == 0) {
            frames.header(0);
        }
    }

    @Override
    public void blobBytes(ByteBuffer bytes) {
        checkState(
                bytes.remaining() <= blobMissing,
                "%s bytes are more than the %s that the blob still has",
                bytes.remaining(),
                blobMissing);
        int end = bytes.limit();
        while (bytes.position() < end) {
            if (blockMissing == 0) {
                blockMissing = (int) Math.min(BLOCK_BYTES, blobMissing);
                frames.header(blockMissing);
            }
            int size = Math.min(blockMissing, end - bytes.position());
            ByteBuffer piece = bytes.slice(bytes.position(), size);
            bytes.position(bytes.position() + size);
            blobMissing -= size;
            blockMissing -= size;
            payload(piece);
        }
    }

    @Override
    public void commit() {
        message(new Commit(checksum().value()));
        encoder = null;
    }

    @Override
    public void flush() {
        frames.flush();
    }

    private void message(ReplicationMessage message) {
        checkState(blobMissing == 0, "the blob is not whole, %s bytes are missing", blobMissing);
        MessageEncoder current = encoder;
        if (current == null) {
            throw new IllegalStateException("no transaction has begun");
        }
        frame(current.encode(message));
    }

    private void data(byte @Nullable [] data) {
        frames.header(data == null ? 0 : data.length);
        if (data != null) {
            payload(ByteBuffer.wrap(data));
        }
    }

    private void frame(ByteBuffer message) {
        checksum().add(message);
        frames.frame(message);
    }

    private void payload(ByteBuffer piece) {
        checksum().add(piece);
        frames.payload(piece);
    }

    private Checksum checksum() {
        if (checksum == null) {
            throw new IllegalStateException("the secondary has not said yet where to start");
        }
        return checksum;
    }

    private final class Received implements FrameDecoder.Receiver {
        @Override
        public Delivery begin(long payloadSize) {
            if (payloadSize > RECEIVED_BYTES_MAX) {
                throw new FrameTooLargeException("a secondary's message", payloadSize, RECEIVED_BYTES_MAX);
            }
            return Delivery.WHOLE;
        }

        @Override
        public void part(ByteBuffer bytes, boolean last) {
            if (checksum == null) {
                start(bytes);
            } else if (bytes.hasRemaining()) {
                throw new TooManyMessagesException("only signs of life may follow the last tid, but a message of "
                        + bytes.remaining() + " bytes came");
            }
        }

        private void start(ByteBuffer bytes) {
            Bytes content = Bytes.copyOf(bytes);
            if (content.size() != Long.BYTES) {
                throw new HandshakeException(
                        "the second message must be a tid of 8 bytes, it is '" + content + "' in hexadecimal");
            }
            Tid last = new Tid(content.asByteBuffer().getLong());
            checksum = new Checksum(last);
            events.start(last);
        }
    }
}
