package io.zrs.lab;

import io.zrs.protocol.ProtocolLimits;
import io.zrs.protocol.ReceivingSession;
import io.zrs.protocol.ReplicationProtocol;
import io.zrs.protocol.ReplicationSink;
import io.zrs.protocol.SendingEvents;
import io.zrs.protocol.SendingSession;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionLog;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A protocol of our own, with CRC32C, acknowledgements and reasons for refusals: neither primary nor secondary knows of it.
 *
 * <pre>
 * secondary   := greeting L tid { K | A tid }                          last tid, signs of life, acknowledgements
 * primary     := R reason | { transaction }
 * transaction := T header { S record | B record { D bytes } E } C crc
 * message     := size:u32be kind:u8 body                               each of the capital letters above
 * crc         := u32be                                                 of all messages so far, without their sizes
 * </pre>
 *
 * <p>Clear, not fast.
 */
public final class CrcProtocol implements ReplicationProtocol {
    static final String ID = "crc1";

    /** Called by the service loader. */
    public CrcProtocol() {}

    @Override
    public String id() {
        return ID;
    }

    @Override
    public Optional<String> objectionToReceive(Storage storage) {
        return storage.capability(BlobRestorableStorage.class).isPresent()
                ? Optional.empty()
                : Optional.of("it cannot restore blobs");
    }

    @Override
    public Optional<String> objectionToSend(Storage storage) {
        return storage.capability(TransactionLog.class).isPresent() ? Optional.empty() : Optional.of("it has no log");
    }

    @Override
    public ReceivingSession receive(
            Tid last, ReplicationSink sink, Consumer<ByteBuffer> output, ProtocolLimits limits) {
        return new CrcReceivingSession(last, sink, output, limits);
    }

    @Override
    public SendingSession send(SendingEvents events, Consumer<ByteBuffer> output) {
        return new CrcSendingSession(events, output);
    }
}
