package io.zrs.protocol;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionLog;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code zrs2.0}: {@linkplain Zrs21 zrs2.1} without blobs. Secondaries whose storages have no blobs speak it; a storage that has some is
 * not served by it.
 *
 * <p>Threading: thread-safe. Source: zc.zrs, primary.py and secondary.py.
 */
public final class Zrs20 implements ReplicationProtocol {
    /** For the service loader. */
    public Zrs20() {}

    @Override
    public String id() {
        return Zrs2Version.ZRS20.id();
    }

    @Override
    public Optional<String> objectionToReceive(Storage storage) {
        return storage.capability(RestorableStorage.class).isPresent()
                ? Optional.empty()
                : Optional.of(storage.name() + " cannot restore transactions");
    }

    @Override
    public Optional<String> objectionToSend(Storage storage) {
        if (storage.capability(TransactionLog.class).isEmpty()) {
            return Optional.of(storage.name() + " has no transaction log");
        }
        return storage.capability(BlobCapable.class).isPresent()
                ? Optional.of("it takes zrs2.1, since " + storage.name() + " has blobs")
                : Optional.empty();
    }

    @Override
    public ReceivingSession receive(
            Tid last, ReplicationSink sink, Consumer<ByteBuffer> output, ProtocolLimits limits) {
        return new Zrs2ReceivingSession(Zrs2Version.ZRS20, last, sink, output, limits);
    }

    @Override
    public SendingSession send(SendingEvents events, Consumer<ByteBuffer> output) {
        return new Zrs2SendingSession(Zrs2Version.ZRS20, events, output);
    }
}
