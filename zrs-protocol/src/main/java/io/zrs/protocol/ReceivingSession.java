package io.zrs.protocol;

import io.zrs.storage.Tid;
import java.nio.ByteBuffer;

/**
 * A secondary's side of one connection: takes the primary's bytes, gives calls of a {@link ReplicationSink}.
 *
 * <p>Threading: confined to the reactor thread. Nothing here blocks.
 */
public interface ReceivingSession {
    /**
     * Takes what the primary has sent, cut anywhere.
     *
     * @param bytes consumed, valid only during the call
     * @throws RefusedException if the primary says, instead of sending anything, that it does not serve this secondary; nothing of the session
     *     may be called again
     * @throws ProtocolException if that breaks the protocol; the sink has seen everything before the fault, and nothing of the session may
     *     be called again
     */
    void receive(ByteBuffer bytes);

    /**
     * Whether a message or a transaction has come in part, so that the rest must follow soon. A primary that has nothing to say stops between
     * two transactions.
     */
    boolean isMidway();

    /** Sends a sign of life, if the protocol has one. */
    void keepAlive();

    /** Tells the primary that everything up to {@code tid} is on disk here, if the protocol can. */
    void acknowledge(Tid tid);
}
