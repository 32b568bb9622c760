package io.zrs.lab;

import io.zrs.protocol.ProtocolException;
import io.zrs.protocol.SendingEvents;
import io.zrs.protocol.SendingSession;
import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** The primary's side of {@link CrcProtocol}. */
final class CrcSendingSession implements SendingSession {
    /** The longest message of a secondary: a kind and a tid. */
    private static final int RECEIVED_BYTES_MAX = 1 + Long.BYTES;

    private final SendingEvents events;
    private final Consumer<ByteBuffer> output;
    private final CrcMessages messages = new CrcMessages(RECEIVED_BYTES_MAX, this::take);
    private final CRC32C checksum = new CRC32C();
    private long blobBytesDue;

    CrcSendingSession(SendingEvents events, Consumer<ByteBuffer> output) {
        this.events = events;
        this.output = output;
    }

    @Override
    public void receive(ByteBuffer bytes) {
        messages.receive(bytes);
    }

    private void take(ByteBuffer message) {
        char kind = (char) message.get();
        switch (kind) {
            case 'L' -> events.start(new Tid(message.getLong()));
            case 'A' -> events.acknowledged(new Tid(message.getLong()));
            case 'K' -> {}
            default -> throw new ProtocolException("unknown message " + kind);
        }
    }

    @Override
    public void refuse(String reason) {
        send(new Message('R').bytes(reason.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void begin(TransactionHeader header, PickleDialect dialect) {
        send(new Message('T')
                .number(header.tid().value())
                .octet(header.status())
                .sized(header.metadata().user())
                .sized(header.metadata().description())
                .sized(header.metadata().extension())
                .octet(dialect == PickleDialect.PYTHON2 ? '2' : '3'));
    }

    @Override
    public void store(DataRecord content) {
        send(record('S', content));
    }

    @Override
    public void beginBlob(DataRecord content, long size) {
        blobBytesDue = size;
        send(record('B', content));
        endBlobIfWhole();
    }

    @Override
    public void blobBytes(ByteBuffer bytes) {
        byte[] chunk = new byte[bytes.remaining()];
        bytes.get(chunk);
        blobBytesDue -= chunk.length;
        send(new Message('D').bytes(chunk));
        endBlobIfWhole();
    }

    private void endBlobIfWhole() {
        if (blobBytesDue == 0) {
            send(new Message('E'));
        }
    }

    @Override
    public void commit() {
        send(new Message('C').octets((int) checksum.getValue()));
    }

    @Override
    public void flush() {}

    private static Message record(char kind, DataRecord content) {
        Tid dataTid = content.dataTid();
        return new Message(kind)
                .number(content.oid().value())
                .number(content.tid().value())
                .number(dataTid == null ? 0 : dataTid.value())
                .bytes(content.data());
    }

    private void send(Message message) {
        byte[] payload = message.content.toByteArray();
        checksum.update(payload);
        output.accept(ByteBuffer.allocate(Integer.BYTES + payload.length)
                .putInt(payload.length)
                .put(payload)
                .flip());
    }

    private static final class Message {
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();

        Message(char kind) {
            content.write(kind);
        }

        Message octet(int value) {
            content.write(value);
            return this;
        }

        Message octets(int value) {
            return bytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
        }

        Message number(long value) {
            return bytes(ByteBuffer.allocate(Long.BYTES).putLong(value).array());
        }

        Message sized(Bytes value) {
            return octets(value.size()).bytes(value.toByteArray());
        }

        Message bytes(byte @Nullable [] value) {
            if (value != null) {
                content.writeBytes(value);
            }
            return this;
        }
    }
}
