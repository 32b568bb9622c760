package io.zrs.testing.simulation;

import io.zrs.reactor.Cancellable;
import io.zrs.reactor.ConnectionHandler;
import java.io.IOException;
import java.net.ConnectException;
import org.jspecify.annotations.Nullable;

/** A process's attempt to connect: asks, is heard or not, and hears the answer or not. */
final class Attempt implements Cancellable {
    private final SimulatedNetwork network;
    private final SimulatedProcess process;
    private final Endpoint peer;
    private final ConnectionHandler handler;
    private final Link link;
    private @Nullable Cancellable next;
    private @Nullable ConnectionEnd end;
    private boolean cancelled;

    Attempt(SimulatedNetwork network, SimulatedProcess process, Endpoint peer, ConnectionHandler handler) {
        this.network = network;
        this.process = process;
        this.peer = peer;
        this.handler = handler;
        this.link = network.link(process.host(), peer.host());
    }

    SimulatedProcess process() {
        return process;
    }

    String peer() {
        return peer.toString();
    }

    /** Asks. In a turn of the process. */
    void start() {
        if (!cancelled) {
            after(link.latencyNanos(), this::ask);
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        giveUp();
    }

    private void ask() {
        Port port = network.port(peer);
        if (link.isSilent() || network.isDown(peer.host())) {
            awaitTimeout();
        } else if (link.refuses()) {
            network.count(Counts.Kind.REFUSAL);
            after(link.latencyNanos(), () -> fail(new ConnectException("Connection refused")));
        } else if (port == null) {
            after(link.latencyNanos(), () -> fail(new ConnectException("Connection refused")));
        } else {
            Connection connection = network.open(link, this, port);
            end = connection.client();
            port.accept(connection.server());
            after(link.latencyNanos(), () -> hear(connection));
        }
    }

    private void hear(Connection connection) {
        IOException failure = connection.client().failure();
        if (failure != null) {
            fail(failure);
        } else if (connection.isFlowing()) {
            process.execute(() -> open(connection.client()));
        } else {
            awaitTimeout();
        }
    }

    private void open(ConnectionEnd opened) {
        if (!cancelled) {
            end = null; // the handler's from now on
            opened.open(handler);
        }
    }

    private void awaitTimeout() {
        after(link.timeouts().connect().toNanos(), () -> {
            network.count(Counts.Kind.TIMEOUT);
            fail(new ConnectException("Connection timed out"));
        });
    }

    private void fail(IOException cause) {
        giveUp();
        process.execute(() -> {
            if (!cancelled) {
                process.trace("not connected to " + peer + ": " + cause.getMessage());
                handler.connectFailed(cause);
            }
        });
    }

    private void giveUp() {
        if (next != null) {
            next.cancel();
        }
        if (end != null) {
            end.hangUp();
            end = null;
        }
    }

    private void after(long nanos, Runnable task) {
        next = process.simulation().callLater(nanos, process, task);
    }
}
