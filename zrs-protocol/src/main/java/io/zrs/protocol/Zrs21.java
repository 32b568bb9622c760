package io.zrs.protocol;

import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionLog;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code zrs2.1}: what the original speaks since its version 2.2.3. Everything is a frame, {@code u32be} size and as many bytes:
 *
 * <pre>
 * secondary   := "zrs2.1" lastTid { keepAlive }        lastTid 8 bytes, keepAlive none
 * primary     := { transaction }                       all those after lastTid, then new ones for ever
 * transaction := Begin { Store data | StoreBlob data block*blockCount } Commit
 * </pre>
 *
 * <p>{@link ReplicationMessage} tells of the messages. Nothing is acknowledged, and a primary that refuses just closes the connection.
 *
 * <p>An empty blob is sent as one empty block: Python secondaries make no file for a blob without blocks. Both forms are understood.
 *
 * <p>Threading: thread-safe. Source: zc.zrs, primary.py and secondary.py.
 */
public final class Zrs21 implements ReplicationProtocol {
    /** For the service loader. */
    public Zrs21() {}

    @Override
    public String id() {
        return Zrs2Version.ZRS21.id();
    }

    @Override
    public Optional<String> objectionToReceive(Storage storage) {
        return storage.capability(BlobRestorableStorage.class).isPresent()
                ? Optional.empty()
                : Optional.of(storage.name() + " cannot restore transactions with blobs");
    }

    @Override
    public Optional<String> objectionToSend(Storage storage) {
        return storage.capability(TransactionLog.class).isPresent()
                ? Optional.empty()
                : Optional.of(storage.name() + " has no transaction log");
    }

    @Override
    public ReceivingSession receive(
            Tid last, ReplicationSink sink, Consumer<ByteBuffer> output, ProtocolLimits limits) {
        return new Zrs2ReceivingSession(Zrs2Version.ZRS21, last, sink, output, limits);
    }

    @Override
    public SendingSession send(SendingEvents events, Consumer<ByteBuffer> output) {
        return new Zrs2SendingSession(Zrs2Version.ZRS21, events, output);
    }
}
