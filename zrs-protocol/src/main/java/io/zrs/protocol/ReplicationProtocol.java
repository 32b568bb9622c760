package io.zrs.protocol;

import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One version of the replication protocol: its id, what it needs of a storage, and both sides of a connection as state machines without
 * I/O. Primary and secondary know protocols only by this interface.
 *
 * <p>All protocols begin alike: the secondary speaks first, and its first frame ({@code u32 size}, then that many bytes) is the id. The
 * primary reads that frame by {@link Greeting} and gives everything behind it to the protocol.
 *
 * <p>Implementations are found by {@link java.util.ServiceLoader}, need a public constructor without arguments, and are listed in
 * {@code META-INF/services} and, in a named module, by {@code provides}. Threading: thread-safe.
 */
public interface ReplicationProtocol {
    /** What the secondary says first: 1 to {@link Greeting#ID_BYTES_MAX} ASCII characters. */
    String id();

    /** Why {@code storage} cannot follow a primary by this protocol; empty if it can. */
    Optional<String> objectionToReceive(Storage storage);

    /** Why {@code storage} cannot be served by this protocol; empty if it can. */
    Optional<String> objectionToSend(Storage storage);

    /**
     * The secondary's side of a new connection. It writes its greeting to {@code output} before this returns.
     *
     * @param last the last transaction that the secondary has
     * @param sink gets what the primary sends
     * @param output takes bytes for the primary, which are its own from then on
     * @param limits of what the primary may send
     */
    ReceivingSession receive(Tid last, ReplicationSink sink, Consumer<ByteBuffer> output, ProtocolLimits limits);

    /**
     * The primary's side of a new connection whose greeting named this protocol.
     *
     * @param events is told what the secondary says
     * @param output takes bytes for the secondary, which are its own from then on
     */
    SendingSession send(SendingEvents events, Consumer<ByteBuffer> output);
}
