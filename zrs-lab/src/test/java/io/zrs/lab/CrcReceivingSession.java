package io.zrs.lab;

import io.zrs.protocol.Greeting;
import io.zrs.protocol.ProtocolException;
import io.zrs.protocol.ProtocolLimits;
import io.zrs.protocol.ReceivingSession;
import io.zrs.protocol.RefusedException;
import io.zrs.protocol.ReplicationSink;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The secondary's side of {@link CrcProtocol}. */
final class CrcReceivingSession implements ReceivingSession {
    private final ReplicationSink sink;
    private final Consumer<ByteBuffer> output;
    private final CRC32C checksum = new CRC32C();
    private final CrcMessages messages;
    private boolean transactionOpen;

    CrcReceivingSession(Tid last, ReplicationSink sink, Consumer<ByteBuffer> output, ProtocolLimits limits) {
        this.sink = sink;
        this.output = output;
        this.messages = new CrcMessages(limits.payloadSizeMax(), this::take);
        output.accept(Greeting.encode(CrcProtocol.ID));
        output.accept(tid('L', last));
    }

    @Override
    public void receive(ByteBuffer bytes) {
        messages.receive(bytes);
    }

    @Override
    public boolean isMidway() {
        return transactionOpen || messages.isMidway();
    }

    private void take(ByteBuffer message) {
        ByteBuffer whole = message.duplicate();
        char kind = (char) message.get();
        switch (kind) {
            case 'T' -> {
                transactionOpen = true;
                sink.begin(header(message), message.get() == '2' ? PickleDialect.PYTHON2 : PickleDialect.PYTHON3);
            }
            case 'S' -> store(message);
            case 'B' -> beginBlob(message);
            case 'D' -> sink.blobBytes(message);
            case 'E' -> sink.endBlob();
            case 'C' -> commit(message);
            case 'R' ->
                throw new RefusedException(
                        StandardCharsets.UTF_8.decode(message).toString());
            default -> throw new ProtocolException("unknown message " + kind);
        }
        checksum.update(whole);
    }

    private static TransactionHeader header(ByteBuffer message) {
        Tid tid = new Tid(message.getLong());
        char status = (char) message.get();
        TransactionMetadata metadata = new TransactionMetadata(bytes(message), bytes(message), bytes(message));
        return new TransactionHeader(tid, status, metadata);
    }

    private static Bytes bytes(ByteBuffer message) {
        int size = message.getInt();
        Bytes bytes = Bytes.copyOf(message.slice(message.position(), size));
        message.position(message.position() + size);
        return bytes;
    }

    private void store(ByteBuffer message) {
        Oid oid = new Oid(message.getLong());
        Tid serial = new Tid(message.getLong());
        Tid dataTid = dataTid(message);
        byte[] data = new byte[message.remaining()];
        message.get(data);
        sink.store(oid, serial, data.length == 0 ? null : data, dataTid);
    }

    private void beginBlob(ByteBuffer message) {
        Oid oid = new Oid(message.getLong());
        Tid serial = new Tid(message.getLong());
        Tid dataTid = dataTid(message);
        byte[] data = new byte[message.remaining()];
        message.get(data);
        sink.beginBlob(oid, serial, data, dataTid);
    }

    private static @Nullable Tid dataTid(ByteBuffer message) {
        long value = message.getLong();
        return value == 0 ? null : new Tid(value);
    }

    private void commit(ByteBuffer message) {
        int expected = message.getInt();
        if ((int) checksum.getValue() != expected) {
            throw new ProtocolException("wrong checksum");
        }
        transactionOpen = false;
        sink.commit();
    }

    @Override
    public void keepAlive() {
        output.accept(ByteBuffer.allocate(5).putInt(1).put((byte) 'K').flip());
    }

    @Override
    public void acknowledge(Tid tid) {
        output.accept(tid('A', tid));
    }

    private static ByteBuffer tid(char kind, Tid tid) {
        return ByteBuffer.allocate(13)
                .putInt(9)
                .put((byte) kind)
                .putLong(tid.value())
                .flip();
    }
}
