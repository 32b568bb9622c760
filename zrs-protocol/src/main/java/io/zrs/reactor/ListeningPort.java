package io.zrs.reactor;

import java.net.SocketAddress;

/** A port that accepts connections. Threading: thread-safe. */
public interface ListeningPort extends AutoCloseable {
    /** The address, with the port that was picked where 0 was asked for. */
    SocketAddress address();

    /** Stops accepting, and frees the address before this returns; connections that are open stay open. Closing again does nothing. */
    @Override
    void close();
}
