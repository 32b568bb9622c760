package io.zrs.server;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.reactor.NioReactor;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.storage.Storage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A storage that serves, follows, or does both, with the threads that this takes: one for the connections, one that writes, a few that read.
 *
 * <p>Threading: thread-safe, but for {@link #close}, which one thread calls.
 */
final class Node implements AutoCloseable {
    /** Whom to follow, and how. */
    record Following(SocketAddress primary, SecondarySettings settings) {}

    private static final Logger log = LoggerFactory.getLogger(Node.class);
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final int READERS_MAX = 4;

    /** One writes while the other forces. */
    private static final int WRITERS = 2;

    private static final Duration THREADS_END = Duration.ofSeconds(10);

    private final NioReactor reactor;
    private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS, threads("zrs-writer-%d"));
    private final ExecutorService readers = Executors.newFixedThreadPool(READERS_MAX, threads("zrs-reader-%d"));

    /** What is served: the base, or the secondary around it. */
    private Storage storage;

    private @Nullable Secondary secondary;
    private @Nullable Primary primary;

    private Node(Storage base, NioReactor reactor) {
        this.storage = base;
        this.reactor = reactor;
    }

    /**
     * Starts what is asked for.
     *
     * @param base the node's from now on, even if this fails
     * @param following null to follow nobody
     * @param listen where to serve, null for not at all
     * @throws CommandFailure if it is not possible to listen there
     */
    static Node start(Storage base, @Nullable Following following, @Nullable SocketAddress listen) {
        Node node;
        try {
            node = new Node(base, NioReactor.start());
        } catch (IOException e) {
            base.close();
            throw new CommandFailure(ExitCode.INTERNAL, "there can be no connections: " + e.getMessage(), e);
        }
        boolean started = false;
        try {
            node.run(following, listen);
            started = true;
            return node;
        } finally {
            if (!started) {
                node.close();
            }
        }
    }

    private void run(@Nullable Following following, @Nullable SocketAddress listen) {
        if (following != null) {
            Secondary follower = Secondary.start(storage, following.primary(), reactor, writers, following.settings());
            secondary = follower;
            storage = follower;
        }
        if (listen != null) {
            primary = serve(storage, listen);
        }
    }

    private Primary serve(Storage served, SocketAddress listen) {
        SocketAddress resolved = listen;
        if (listen instanceof InetSocketAddress inet && inet.isUnresolved()) {
            InetSocketAddress found = new InetSocketAddress(inet.getHostString(), inet.getPort());
            if (found.isUnresolved()) {
                throw new CommandFailure(
                        ExitCode.CANNOT_LISTEN, "cannot listen at " + Address.text(listen) + ": unknown host");
            }
            resolved = found;
        }
        try {
            return Primary.start(served, resolved, reactor, readers, PrimarySettings.defaults());
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CANNOT_LISTEN, FailureReport.text(e), e);
        }
    }

    /** What is served or followed into. */
    Storage storage() {
        return storage;
    }

    /** What follows, if anything does. */
    Optional<Secondary> secondary() {
        return Optional.ofNullable(secondary);
    }

    /** What serves, if anything does. */
    Optional<Primary> primary() {
        return Optional.ofNullable(primary);
    }

    /**
     * Ends in order: sends followers what they do not have yet, for some seconds at most, brings to disk what has come from the primary, closes the
     * storage and saves its index, ends the threads.
     */
    @Override
    public void close() {
        try {
            if (primary != null) {
                await(primary.close(DRAIN), DRAIN.plus(THREADS_END));
            }
        } finally {
            try {
                storage.close();
            } finally {
                reactor.close();
                end(readers);
                end(writers);
            }
        }
    }

    private static void await(CompletableFuture<Void> closed, Duration limit) {
        try {
            closed.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.warn("some followers are still being sent to after {} s", limit.toSeconds());
        } catch (ExecutionException e) {
            log.warn("followers were not ended in order", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void end(ExecutorService threads) {
        if (!MoreExecutors.shutdownAndAwaitTermination(threads, THREADS_END)) {
            log.warn("a thread does not end");
        }
    }

    private static ThreadFactory threads(String name) {
        return new ThreadFactoryBuilder().setNameFormat(name).setDaemon(true).build();
    }
}
