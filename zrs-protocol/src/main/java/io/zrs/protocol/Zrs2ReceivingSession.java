package io.zrs.protocol;

import io.zrs.protocol.FrameDecoder.Delivery;
import io.zrs.protocol.ReplicationMessage.Begin;
import io.zrs.protocol.ReplicationMessage.Commit;
import io.zrs.protocol.ReplicationMessage.Store;
import io.zrs.protocol.ReplicationMessage.StoreBlob;
import io.zrs.storage.Bytes;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The secondary's side of a {@code zrs2.x} connection. */
final class Zrs2ReceivingSession implements ReceivingSession {
    /** What the next frame holds. */
    private enum Expected {
        MESSAGE,
        DATA,
        BLOCK
    }

    private static final long NO_BLOB = -1;
    private static final byte[] NO_DATA = {};

    private final Zrs2Version version;
    private final ReplicationSink sink;
    private final Consumer<ByteBuffer> output;
    private final ProtocolLimits limits;
    private final Checksum checksum;
    private final FrameDecoder frames = new FrameDecoder(new Frames());
    private final MessageDecoder decoder = new MessageDecoder();
    private final Messages messages = new Messages();

    private Expected expected = Expected.MESSAGE;
    private @Nullable Tid transaction;
    private @Nullable Store record;
    private byte[] data = NO_DATA;
    private int dataFilled;
    private long blocksMissing = NO_BLOB;

    Zrs2ReceivingSession(
            Zrs2Version version, Tid last, ReplicationSink sink, Consumer<ByteBuffer> output, ProtocolLimits limits) {
        this.version = version;
        this.sink = sink;
        this.output = output;
        this.limits = limits;
        this.checksum = new Checksum(last);
        ByteBuffer id = Greeting.encode(version.id());
        output.accept(ByteBuffer.allocate(id.remaining() + Integer.BYTES + Long.BYTES)
                .put(id)
                .putInt(Long.BYTES)
                .putLong(last.value())
                .flip());
    }

    @Override
    public void receive(ByteBuffer bytes) {
        frames.decode(bytes);
    }

    @Override
    public boolean isMidway() {
        return transaction != null || frames.isMidway();
    }

    /** Sends an empty frame. */
    @Override
    public void keepAlive() {
        output.accept(ByteBuffer.allocate(Integer.BYTES));
    }

    /** Does nothing: {@code zrs2.x} has no acknowledgements. */
    @Override
    public void acknowledge(Tid tid) {}

    private final class Frames implements FrameDecoder.Receiver {
        @Override
        public Delivery begin(long payloadSize) {
            switch (expected) {
                case MESSAGE -> {
                    check("a message", payloadSize, Math.min(MessageDecoder.SIZE_MAX, limits.payloadSizeMax()));
                    return Delivery.WHOLE;
                }
                case DATA -> {
                    check("a record", payloadSize, limits.payloadSizeMax());
                    data = payloadSize == 0 ? NO_DATA : new byte[(int) payloadSize];
                    dataFilled = 0;
                    return Delivery.IN_PARTS;
                }
                case BLOCK -> {
                    return Delivery.IN_PARTS;
                }
            }
            throw new AssertionError(expected);
        }

        @Override
        public void part(ByteBuffer bytes, boolean last) {
            switch (expected) {
                case MESSAGE -> message(bytes);
                case DATA -> dataPart(bytes, last);
                case BLOCK -> blockPart(bytes, last);
            }
        }

        private void check(String what, long size, long sizeMax) {
            if (size > sizeMax) {
                throw new FrameTooLargeException(what, size, sizeMax);
            }
        }
    }

    private void message(ByteBuffer payload) {
        // The checksum in a commit message is that of everything before it.
        decoder.decode(payload).dispatch(messages);
        checksum.add(payload);
    }

    private void dataPart(ByteBuffer bytes, boolean last) {
        checksum.add(bytes);
        int size = bytes.remaining();
        bytes.get(data, dataFilled, size);
        dataFilled += size;
        if (last) {
            Store whole = record;
            byte[] content = data;
            if (whole == null) {
                throw new AssertionError("data without a record");
            }
            record = null;
            data = NO_DATA;
            expected = Expected.MESSAGE;
            pass(whole, content);
        }
    }

    private void pass(Store whole, byte[] content) {
        if (blocksMissing == NO_BLOB) {
            sink.store(whole.oid(), whole.serial(), content.length == 0 ? null : content, whole.dataTid());
        } else if (content.length == 0) {
            throw new MalformedMessageException("the blob of oid " + whole.oid() + " came without a record");
        } else {
            sink.beginBlob(whole.oid(), whole.serial(), content, whole.dataTid());
            nextBlock();
        }
    }

    private void blockPart(ByteBuffer bytes, boolean last) {
        checksum.add(bytes);
        if (bytes.hasRemaining()) {
            sink.blobBytes(bytes);
        }
        if (last) {
            blocksMissing--;
            nextBlock();
        }
    }

    private void nextBlock() {
        if (blocksMissing > 0) {
            expected = Expected.BLOCK;
        } else {
            expected = Expected.MESSAGE;
            blocksMissing = NO_BLOB;
            sink.endBlob();
        }
    }

    /** Keeps the grammar. */
    private final class Messages implements ReplicationMessage.Handler<RuntimeException> {
        @Override
        public void begin(Begin message) {
            Tid tid = message.header().tid();
            if (transaction != null) {
                throw new NestedTransactionException(tid, transaction);
            }
            transaction = tid;
            sink.begin(message.header(), message.dialect());
        }

        @Override
        public void store(Store message) {
            expectData(message, NO_BLOB);
        }

        @Override
        public void storeBlob(StoreBlob message) {
            if (!version.hasBlobs()) {
                throw new UnknownMessageException(
                        version.id() + " has no blobs, but one came for oid " + message.oid());
            }
            expectData(new Store(message.oid(), message.serial(), message.dataTid()), message.blockCount());
        }

        @Override
        public void commit(Commit message) {
            Tid tid = transaction;
            if (tid == null) {
                throw new CommitOutsideTransactionException();
            }
            Bytes arrived = checksum.value();
            if (!message.md5().equals(arrived)) {
                throw new ChecksumException(tid, arrived, message.md5());
            }
            transaction = null;
            sink.commit();
        }

        private void expectData(Store message, long blockCount) {
            if (transaction == null) {
                throw new RecordOutsideTransactionException(message.oid());
            }
            record = message;
            blocksMissing = blockCount;
            expected = Expected.DATA;
        }
    }
}
