package io.zrs.testing.simulation;

import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.ListeningPort;
import java.net.SocketAddress;
import java.util.function.Supplier;

/** A port of a simulated process. */
final class Port implements ListeningPort {
    private final SimulatedNetwork network;
    private final SimulatedProcess process;
    private final Endpoint endpoint;
    private final SocketAddress address;
    private final Supplier<ConnectionHandler> handlers;
    private boolean closed;

    Port(
            SimulatedNetwork network,
            SimulatedProcess process,
            Endpoint endpoint,
            SocketAddress address,
            Supplier<ConnectionHandler> handlers) {
        this.network = network;
        this.process = process;
        this.endpoint = endpoint;
        this.address = address;
        this.handlers = handlers;
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    SimulatedProcess process() {
        return process;
    }

    @Override
    public void close() {
        closed = true;
        network.forget(endpoint, this);
    }

    /** Has the process open {@code end} in one of its turns; by then the system has made the connection. */
    void accept(ConnectionEnd end) {
        process.execute(() -> {
            if (closed) {
                end.hangUp();
                return;
            }
            ConnectionHandler handler;
            try {
                handler = handlers.get();
            } catch (RuntimeException | Error e) {
                process.trace("no handler for " + end.peer() + ": " + e);
                end.hangUp();
                return;
            }
            end.open(handler);
        });
    }
}
