package io.zrs.secondary;

import io.zrs.protocol.ReplicationProtocol;
import io.zrs.reactor.Reactor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every connection of a secondary needs. Threading: immutable. */
record Wiring(
        SocketAddress primary,
        ReplicationProtocol protocol,
        SecondarySettings settings,
        Reactor reactor,
        Applier applier) {
    private static final Logger LOG = LoggerFactory.getLogger(Secondary.class);

    /** The primary's address, for messages. */
    String peer() {
        return primary instanceof InetSocketAddress internet
                ? internet.getHostString() + ":" + internet.getPort()
                : primary.toString();
    }

    /** Runs {@code task} on the reactor thread, or never if the reactor is closed: then there are no connections either. */
    void onReactor(Runnable task) {
        try {
            reactor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: the reactor is closed: {}", peer(), e.toString());
        }
    }
}
