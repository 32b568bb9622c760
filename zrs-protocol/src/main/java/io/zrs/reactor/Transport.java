package io.zrs.reactor;

import java.nio.ByteBuffer;

/**
 * An open connection.
 *
 * <p>Threading: thread-safe, so that whoever makes the bytes can hand them over; bytes are sent in the order of the {@code write} calls.
 */
public interface Transport {
    /** The peer's address as text, for messages. */
    String peer();

    /**
     * Sends {@code bytes}, now or as soon as the peer takes them. After the connection is closed or aborted they are dropped.
     *
     * @param bytes the transport's from now on, neither to be read nor to be changed
     * @return whether the backlog of unsent bytes is still low; if not, write no more until {@link ConnectionHandler#writable} is called,
     *     which may happen even before this returns. False also if the connection is closed or aborted: {@code writable} will not come then
     */
    boolean write(ByteBuffer bytes);

    /** Stops reading; bytes that have been read already may still be handed to {@link ConnectionHandler#received}. */
    void pauseReading();

    /** Reads again. */
    void resumeReading();

    /**
     * Sends what has been written, however long the peer takes, then closes the connection. No bytes are received any more. {@link #abort} may
     * follow, for who does not want to wait; anything else changes nothing.
     */
    void close();

    /** Closes the connection at once, in order as far as {@link ConnectionHandler#disconnected} is concerned; what has not been sent is dropped. */
    void abort();
}
