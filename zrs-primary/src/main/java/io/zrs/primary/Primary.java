package io.zrs.primary;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.zrs.reactor.ListeningPort;
import io.zrs.reactor.Reactor;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a storage's transaction log to any number of secondaries, each by the protocol that it asks for.
 *
 * <p>What is sent is durable and visible here. A secondary whose history is not a part of this one's is refused: it is ahead, or its last
 * transaction never was here. Whatever goes wrong with one connection (a peer that breaks the protocol, damage where it reads) is logged
 * in one line that names the peer, and ends that connection alone.
 *
 * <p>For each connection there is in memory what the transport holds back, one record, and one chunk of a blob.
 *
 * <p>Threading: thread-safe. Nothing blocks.
 */
public final class Primary implements AutoCloseable {
    static final Logger log = LoggerFactory.getLogger(Primary.class);

    private final Setup setup;
    private final ListeningPort port;
    private final Followers followers;

    private Primary(Setup setup, ListeningPort port, Followers followers) {
        this.setup = setup;
        this.port = port;
        this.followers = followers;
    }

    /**
     * Starts to serve.
     *
     * @param storage stays the caller's, who closes it after the primary
     * @param listen an internet address, whose port may be 0 to have one picked, or a Unix domain address
     * @param reactor carries the connections
     * @param executor reads the storage: tasks of some milliseconds, that wait for nothing but the disk, at most one for each connection at a
     *     time; must not run them inside {@code execute}
     * @throws IOException if it is not possible to listen there; nothing stays behind
     * @throws IllegalArgumentException if the storage has no {@link io.zrs.storage.TransactionLog}
     */
    public static Primary start(
            Storage storage, SocketAddress listen, Reactor reactor, Executor executor, PrimarySettings settings)
            throws IOException {
        Setup setup = Setup.of(storage, reactor, executor, settings);
        Followers followers = new Followers(setup);
        ListeningPort port = reactor.listen(listen, followers::newHandler);
        log.info("serving {} at {}", storage.name(), port.address());
        return new Primary(setup, port, followers);
    }

    /** Where it listens, with the port that was picked. */
    public SocketAddress address() {
        return port.address();
    }

    /**
     * The state at this moment.
     *
     * @throws IllegalStateException if the storage has been closed
     */
    public PrimaryStatus status() {
        return new PrimaryStatus(
                port.address(), setup.storage().lastTransaction(), followers.status(), followers.lastProblem());
    }

    /**
     * Ends now: stops listening and breaks off all connections, in the middle of a transaction if need be. Returns before that is done;
     * {@code close(Duration.ZERO)} tells when. Closing again does nothing.
     */
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    /**
     * Ends in order: stops listening, sends each secondary what is visible now, then closes its connection. Secondaries that have not
     * introduced themselves are closed at once. Called again it can shorten the time, not lengthen it.
     *
     * @param drain after this time, connections that are still open are broken off; not negative, with zero that happens at once
     * @return complete when there is no connection any more and nothing here uses the storage, on the reactor thread
     */
    @CanIgnoreReturnValue
    public CompletableFuture<Void> close(Duration drain) {
        Runnable end = drain.isZero() ? followers::abort : drainer(drain);
        port.close();
        setup.reactor().execute(end);
        return followers.closed();
    }

    private Runnable drainer(Duration limit) {
        Tid target = setup.storage().lastTransaction();
        return () -> followers.drain(target, limit);
    }
}
