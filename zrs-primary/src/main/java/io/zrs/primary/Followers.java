package io.zrs.primary;

import io.zrs.reactor.Cancellable;
import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.Transport;
import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a primary, and how many of them there may be.
 *
 * <p>Threading: confined to the reactor thread, but for what {@link Primary#status} needs.
 */
final class Followers {
    private final Setup setup;
    private final RefusalLog refusals;

    /** In the order of their coming. */
    private final List<Follower> followers = new CopyOnWriteArrayList<>();

    /** Those without handshake, the oldest first. */
    private final Set<Follower> silent = new LinkedHashSet<>();

    /** One for each time that draining was asked for; the first one counts. */
    private final List<Cancellable> timeouts = new ArrayList<>();

    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private boolean isClosing;
    private volatile @Nullable String lastProblem;

    Followers(Setup setup) {
        this.setup = setup;
        this.refusals = new RefusalLog(setup.reactor());
    }

    /** The handler of a connection that is being accepted. */
    ConnectionHandler newHandler() {
        return new Connection();
    }

    /** A follower has introduced itself. */
    void introduced(Follower follower) {
        silent.remove(follower);
    }

    /** A follower's connection is closed, and it uses the storage no longer. */
    void gone(Follower follower) {
        silent.remove(follower);
        followers.remove(follower);
        completeIfClosed();
    }

    /** Keeps {@code line} for the status. */
    void problem(String line) {
        lastProblem = line;
    }

    /** Breaks off all connections, and admits no more. */
    void abort() {
        isClosing = true;
        followers.forEach(Follower::abort);
        completeIfClosed();
    }

    /** Ends all connections that have been sent everything up to {@code target}, after {@code limit} the others too; admits no more. */
    void drain(Tid target, Duration limit) {
        isClosing = true;
        followers.forEach(follower -> follower.drain(target));
        timeouts.add(setup.reactor().callLater(limit, this::abort));
        completeIfClosed();
    }

    /** Completes when all is over; whoever completes it changes nothing here. Any thread may call. */
    CompletableFuture<Void> closed() {
        return closed.copy();
    }

    /** Any thread may call. */
    List<FollowerStatus> status() {
        return followers.stream().map(Follower::status).toList();
    }

    /** Any thread may call. */
    @Nullable
    String lastProblem() {
        return lastProblem;
    }

    private @Nullable Follower admit(Transport transport) {
        PrimarySettings settings = setup.settings();
        if (isClosing) {
            transport.abort();
            return null;
        }
        if (followers.size() >= settings.connectionsMax()) {
            refusals.refused(transport.peer(), settings.connectionsMax() + " connections are open");
            transport.abort();
            return null;
        }
        if (silent.size() >= settings.handshakesMax()) {
            Follower oldest = silent.iterator().next();
            silent.remove(oldest);
            refusals.refused(oldest.peer(), settings.handshakesMax() + " connections have not introduced themselves");
            oldest.abort();
        }
        Follower follower = new Follower(setup, transport, this);
        followers.add(follower);
        silent.add(follower);
        return follower;
    }

    private void completeIfClosed() {
        if (isClosing && followers.isEmpty()) {
            refusals.close();
            timeouts.forEach(Cancellable::cancel);
            closed.complete(null);
        }
    }

    /** Leads a connection's events to its follower, if it was admitted. */
    private final class Connection implements ConnectionHandler {
        private @Nullable Follower follower;

        @Override
        public void connected(Transport transport) {
            follower = admit(transport);
        }

        @Override
        public void received(ByteBuffer bytes) {
            if (follower != null) {
                follower.received(bytes);
            }
        }

        @Override
        public void writable() {
            if (follower != null) {
                follower.writable();
            }
        }

        @Override
        public void disconnected(@Nullable Throwable cause) {
            if (follower != null) {
                follower.disconnected(cause);
            }
        }
    }
}
