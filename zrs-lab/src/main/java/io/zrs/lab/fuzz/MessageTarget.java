package io.zrs.lab.fuzz;

import io.zrs.protocol.MessageDecoder;
import io.zrs.protocol.MessageEncoder;
import io.zrs.protocol.ProtocolException;
import io.zrs.protocol.ReplicationMessage;
import io.zrs.protocol.ReplicationMessage.Begin;
import io.zrs.storage.PickleDialect;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the input as one message.
 *
 * <p>It is a message or a {@link ProtocolException}. The quick reader of what Python writes and the reader of everything say the same; what is written of a
 * message is read as the same message.
 */
final class MessageTarget implements FuzzTarget {
    /** PROTO 2: a pickle that the quick reader leaves to the other one. */
    private static final byte[] PROTOCOL = {(byte) 0x80, 2};

    private final MessageDecoder decoder = new MessageDecoder();

    @Override
    public void run(byte[] input) {
        ByteBuffer payload = ByteBuffer.wrap(input);
        ReplicationMessage message = decode(payload);
        Check.that(payload.position() == 0, "a decoder moves the position");
        if (message == null) {
            return;
        }
        ByteBuffer longer = ByteBuffer.allocate(PROTOCOL.length + input.length)
                .put(PROTOCOL)
                .put(input)
                .flip();
        Check.same("read as any pickle", message, decode(longer));
        PickleDialect dialect = message instanceof Begin begin ? begin.dialect() : PickleDialect.PYTHON3;
        Check.same("written and read", message, decode(new MessageEncoder(dialect).encode(message)));
    }

    private @Nullable ReplicationMessage decode(ByteBuffer payload) {
        try {
            return decoder.decode(payload);
        } catch (ProtocolException e) {
            return null;
        }
    }
}
