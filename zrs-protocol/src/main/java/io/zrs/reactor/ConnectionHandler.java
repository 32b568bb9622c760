package io.zrs.reactor;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What happens on one connection. After {@link #connected} come any number of {@link #received} and {@link #writable}, then exactly one
 * {@link #disconnected}.
 *
 * <p>Threading: the reactor thread. Nothing here may block. An exception thrown by any method but {@code disconnected} aborts the connection and is its cause.
 */
public interface ConnectionHandler {
    /** The connection is there. */
    void connected(Transport transport);

    /** The connection could not be made; nothing else follows. Never called for a connection that was accepted. */
    default void connectFailed(IOException cause) {}

    /**
     * Bytes have come.
     *
     * @param bytes valid only during the call; what is not consumed is lost
     */
    void received(ByteBuffer bytes);

    /** The backlog of {@link Transport#write} is low again, after it was high. */
    default void writable() {}

    /**
     * The connection is gone.
     *
     * @param cause null if either side closed it in order, this side aborted it, or the reactor was closed
     */
    void disconnected(@Nullable Throwable cause);
}
