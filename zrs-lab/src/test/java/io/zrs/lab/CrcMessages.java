package io.zrs.lab;

import io.zrs.protocol.ProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** Cuts what one side of {@link CrcProtocol} sends into messages. */
final class CrcMessages {
    private final int sizeMax;
    private final Consumer<ByteBuffer> receiver;
    private final ByteBuffer header = ByteBuffer.allocate(Integer.BYTES);
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    CrcMessages(int sizeMax, Consumer<ByteBuffer> receiver) {
        this.sizeMax = sizeMax;
        this.receiver = receiver;
    }

    /** Passes on each message that is whole, and keeps the rest. */
    void receive(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            if (header.hasRemaining()) {
                header.put(bytes.get());
            } else {
                byte[] part = new byte[Math.min(bytes.remaining(), size() - message.size())];
                bytes.get(part);
                message.writeBytes(part);
            }
            passOnIfWhole();
        }
    }

    /** Whether a message has come in part. */
    boolean isMidway() {
        return header.position() > 0;
    }

    private void passOnIfWhole() {
        if (!header.hasRemaining() && message.size() == size()) {
            ByteBuffer whole = ByteBuffer.wrap(message.toByteArray());
            header.clear();
            message.reset();
            receiver.accept(whole);
        }
    }

    private int size() {
        int size = header.getInt(0);
        if (size < 1 || size > sizeMax) {
            throw new ProtocolException("a message must have 1 to " + sizeMax + " bytes, not " + size);
        }
        return size;
    }
}
