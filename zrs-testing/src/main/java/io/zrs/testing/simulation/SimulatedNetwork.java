package io.zrs.testing.simulation;

import io.zrs.reactor.Cancellable;
import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.ListeningPort;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Hosts, each known by its name, and between each two of them a link that can be made bad. TCP as it behaves seen from the sockets, not packets: bytes
 * come in order, late, in pieces of any size; connections are reset, fall silent, are refused.
 *
 * <p>Threading: confined to the simulation's thread.
 */
public final class SimulatedNetwork {
    /** The port of {@link #address(String)}. */
    public static final int PORT = 8000;

    private static final int PICKED_PORT_FIRST = 49152;

    private final Simulation simulation;
    private final RandomGenerator random;
    private final Map<String, SimulatedProcess> processes = new HashMap<>();
    private final Map<String, Link> links = new LinkedHashMap<>();
    private final Map<Endpoint, Port> ports = new HashMap<>();
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final Counts counts = new Counts();
    private NetworkQuality quality = NetworkQuality.PERFECT;
    private int portNext = PICKED_PORT_FIRST;

    SimulatedNetwork(Simulation simulation) {
        this.simulation = simulation;
        this.random = simulation.random("network");
    }

    /**
     * A new process on {@code host}, which need not be known, and which is up again if it was without power.
     *
     * @throws IllegalStateException if there is one that is alive
     */
    public SimulatedProcess start(String host) {
        SimulatedProcess before = processes.get(host);
        if (before != null && before.isAlive()) {
            throw new IllegalStateException("a process runs on " + host + " already");
        }
        SimulatedProcess process = new SimulatedProcess(simulation, host);
        processes.put(host, process);
        trace(host, "started");
        if (before != null && before.isPoweredOff()) {
            connectionsDo(connection -> true, connection -> connection.hostIsBack(host));
        }
        return process;
    }

    /** Where a process on {@code host} is to listen and be connected to if it needs one port only: {@link #PORT}. */
    public SocketAddress address(String host) {
        return address(host, PORT);
    }

    /** Port {@code port} of {@code host}, for {@link SimulatedProcess#listen} and {@link SimulatedProcess#connect}; to listen, 0 has one picked. */
    public SocketAddress address(String host, int port) {
        return InetSocketAddress.createUnresolved(host, port);
    }

    /** Sets how good all links are that have no {@linkplain #setQuality(String, String, NetworkQuality) quality of their own}; at first {@link NetworkQuality#PERFECT}. */
    public void setQuality(NetworkQuality ofMost) {
        quality = ofMost;
    }

    /** Sets how good the link between two hosts is, from now on, for open connections too; both may be the same. */
    public void setQuality(String host, String other, NetworkQuality own) {
        link(host, other).setQuality(own);
    }

    /** Cuts the link between two hosts, which may be the same, until it is {@linkplain #heal healed}. It replaces an earlier cut. */
    public void cut(String host, String other, CutKind kind) {
        Link link = link(host, other);
        trace("", "link " + host + " - " + other + " cut: " + kind);
        link.setCut(kind);
        connectionsDo(
                connection -> connection.link() == link,
                kind == CutKind.RESET ? Connection::reset : connection -> connection.fallSilent(kind));
    }

    /** Ends the cut between two hosts, if there is one. */
    public void heal(String host, String other) {
        trace("", "link " + host + " - " + other + " healed");
        heal(link(host, other));
    }

    /** Ends all cuts. */
    public void heal() {
        trace("", "all links healed");
        links.values().forEach(this::heal);
    }

    /** Flips a bit of the next piece that arrives at {@code to} from {@code from}. */
    public void corrupt(String from, String to) {
        link(from, to).corrupt(to);
    }

    /** Connections of which an end is open, be it with nobody at the other end. */
    public int openConnections() {
        return connections.size();
    }

    /** What has happened so far. */
    public NetworkCounts counts() {
        return counts.snapshot();
    }

    Cancellable connect(SimulatedProcess process, SocketAddress peer, ConnectionHandler handler) {
        Attempt attempt = new Attempt(this, process, Endpoint.of(peer, process.host()), handler);
        process.execute(attempt::start);
        return attempt;
    }

    ListeningPort listen(SimulatedProcess process, SocketAddress address, Supplier<ConnectionHandler> handlers)
            throws IOException {
        Endpoint asked = Endpoint.of(address, process.host());
        Endpoint endpoint = asked.place().equals("0") ? new Endpoint(asked.host(), "" + portNext++) : asked;
        if (!process.isAlive()) {
            throw new IOException("cannot listen at " + endpoint + ": the process is dead");
        }
        if (!endpoint.host().equals(process.host())) {
            throw new BindException("cannot listen at " + endpoint + ": that is not " + process.host());
        }
        if (ports.containsKey(endpoint)) {
            throw new BindException("somebody listens at " + endpoint + " already");
        }
        Port port = new Port(this, process, endpoint, endpoint.isPath() ? address : address(endpoint), handlers);
        ports.put(endpoint, port);
        return port;
    }

    /** {@code port} is closed; by then another process may listen there. */
    void forget(Endpoint endpoint, Port port) {
        ports.remove(endpoint, port);
    }

    /** Who listens there, if anybody does. */
    @Nullable
    Port port(Endpoint endpoint) {
        return ports.get(endpoint);
    }

    /** Whether nothing on {@code host} answers. */
    boolean isDown(String host) {
        SimulatedProcess process = processes.get(host);
        return process != null && process.isPoweredOff();
    }

    Connection open(Link link, Attempt attempt, Port port) {
        Connection connection = new Connection(this, link, attempt, port);
        connections.add(connection);
        count(Counts.Kind.CONNECTION);
        return connection;
    }

    void forget(Connection connection) {
        connections.remove(connection);
    }

    /** A client's address, as its peer sees it. */
    String pickPeer(SimulatedProcess client) {
        return client.host() + ":" + portNext++;
    }

    Link link(String host, String other) {
        String name = host.compareTo(other) < 0 ? host + " - " + other : other + " - " + host;
        return links.computeIfAbsent(name, any -> new Link(this, random));
    }

    NetworkQuality quality() {
        return quality;
    }

    void died(SimulatedProcess process) {
        ports.values().removeIf(port -> port.process() == process);
        connectionsDo(connection -> true, connection -> connection.died(process));
    }

    Cancellable later(long nanos, Runnable task) {
        return simulation.callLater(nanos, null, task);
    }

    void count(Counts.Kind kind) {
        counts.add(kind);
    }

    void trace(String host, String text) {
        simulation.trace(host, text);
    }

    private void heal(Link link) {
        link.setCut(null);
        connectionsDo(connection -> connection.link() == link, Connection::revive);
    }

    /** Does something to connections, which may go away by it. */
    private void connectionsDo(Predicate<Connection> which, Consumer<Connection> action) {
        List<Connection> affected = connections.stream().filter(which).toList();
        affected.forEach(action);
    }

    private SocketAddress address(Endpoint endpoint) {
        return address(endpoint.host(), Integer.parseInt(endpoint.place()));
    }
}
