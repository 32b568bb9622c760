package io.zrs.testing.simulation;

import io.zrs.reactor.ListeningPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;

/** Two processes, {@code a} connected to {@code b}, which listens. */
final class Pair {
    final Simulation simulation;
    final SimulatedNetwork network;
    final SimulatedProcess a;
    final SimulatedProcess b;
    final ListeningPort port;
    Peer client = new Peer();
    Peer server = new Peer();

    Pair(long seed) {
        simulation = new Simulation(seed);
        network = simulation.network();
        a = network.start("a");
        b = network.start("b");
        try {
            port = b.listen(network.address("b"), () -> server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Pair connected() {
        return connected(1);
    }

    static Pair connected(long seed) {
        Pair pair = new Pair(seed);
        pair.connect();
        return pair;
    }

    /** With new handlers at both ends. */
    void connect() {
        client = new Peer();
        server = new Peer();
        a.connect(network.address("b"), client);
        run(1);
    }

    void run(long seconds) {
        simulation.run(Duration.ofSeconds(seconds));
    }
}
