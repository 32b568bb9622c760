package io.zrs.testing.simulation;

import io.zrs.reactor.Cancellable;
import java.io.IOException;

/** A connection: two ends, two directions, and whether anything flows. It is there until both ends are gone. */
final class Connection {
    private final SimulatedNetwork network;
    private final Link link;
    private final ConnectionEnd client;
    private final ConnectionEnd server;
    private Flow flow = Flow.FLOWING;

    Connection(SimulatedNetwork network, Link link, Attempt attempt, Port port) {
        this.network = network;
        this.link = link;
        this.client = new ConnectionEnd(this, attempt.process(), attempt.peer());
        this.server = new ConnectionEnd(this, port.process(), network.pickPeer(attempt.process()));
    }

    ConnectionEnd client() {
        return client;
    }

    ConnectionEnd server() {
        return server;
    }

    ConnectionEnd other(ConnectionEnd end) {
        return end == client ? server : client;
    }

    Link link() {
        return link;
    }

    boolean isFlowing() {
        return flow == Flow.FLOWING;
    }

    /** Both ends are told at once. */
    void reset() {
        happened(Counts.Kind.RESET, "reset");
        client.failed(resetByPeer());
        server.failed(resetByPeer());
    }

    /** One end's system tells the other that there is no connection. */
    void sendReset(ConnectionEnd to) {
        later(link.latencyNanos(), () -> {
            if (isFlowing()) {
                to.failed(resetByPeer());
            }
        });
    }

    /** Nothing passes any more, for ever or until {@link #revive}. */
    void fallSilent(CutKind kind) {
        boolean held = kind == CutKind.HELD;
        if (flow == Flow.HALF_OPEN || (held && flow == Flow.HELD)) {
            return;
        }
        flow = held ? Flow.HELD : Flow.HALF_OPEN;
        happened(held ? Counts.Kind.HOLD : Counts.Kind.HALF_OPEN, held ? "held" : "half-open");
        client.fellSilent();
        server.fellSilent();
    }

    /** Ends being held, if it is. */
    void revive() {
        if (flow == Flow.HELD) {
            flow = Flow.FLOWING;
            client.revived();
            server.revived();
        }
    }

    /** The host of a dead end runs again, and answers that it knows of no connection. */
    void hostIsBack(String host) {
        client.hostIsBack(host);
        server.hostIsBack(host);
    }

    /** Whatever {@code process} has of it is gone. */
    void died(SimulatedProcess process) {
        client.died(process);
        server.died(process);
    }

    /** One end is gone. */
    void ended() {
        if (client.isGone() && server.isGone()) {
            client.out().drop();
            server.out().drop();
            network.forget(this);
        }
    }

    /** Runs {@code task} after so many nanoseconds, whoever is alive then. */
    Cancellable later(long nanos, Runnable task) {
        return network.later(nanos, task);
    }

    void count(Counts.Kind kind) {
        network.count(kind);
    }

    void happened(Counts.Kind kind, String what) {
        count(kind);
        network.trace(client.host(), "connection to " + client.peer() + ": " + what);
    }

    static IOException resetByPeer() {
        return new IOException("Connection reset by peer");
    }

    private enum Flow {
        FLOWING,
        HELD,
        HALF_OPEN
    }
}
