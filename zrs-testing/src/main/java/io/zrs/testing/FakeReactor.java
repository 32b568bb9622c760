package io.zrs.testing;

import io.zrs.reactor.Cancellable;
import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.ListeningPort;
import io.zrs.reactor.Reactor;
import io.zrs.testing.internal.ByteStream;
import io.zrs.testing.internal.VirtualTime;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A reactor without network, threads and waiting, for tests that play the peer:
 *
 * <pre>{@code
 * FakeReactor reactor = new FakeReactor();
 * Secondary secondary = …;                            // connects to ("primary", 8000) through the reactor
 * FakeConnection connection = reactor.accept();       // lets that succeed: we are the primary now
 * connection.read();                                  // "zrs2.1"
 * connection.send(new ReplicationMessage.Begin(…));
 * }</pre>
 *
 * <p>Every method by which a test does or looks at something, here and in {@link FakeConnection}, first and last runs all that is due, so that the
 * result is there on the test's next line. What {@link Reactor} itself declares only notes down what is to happen, as in a real reactor: nothing runs
 * within a call of the code under test. All is run in the order in which it was asked for. Called from within a callback, a test's method
 * runs nothing, and what it did happens after the callback has returned.
 *
 * <p>Time stands still until {@link #doLater} or {@link #advance} moves it. A task that throws throws out of the test's method that ran it; what was due
 * after it is run by the next one.
 *
 * <p>Who connects to an address at which somebody listens on the same reactor is connected to him, without the test's doing, as a secondary that follows
 * a secondary. Any other attempt waits for {@link #accept} or {@link #reject}.
 *
 * <p>Threading: confined to the thread that made it; another one gets an {@link IllegalStateException}.
 */
public final class FakeReactor implements Reactor {
    /** Where the ports begin that are picked: for connections, and for listening at port 0. */
    private static final int PICKED_PORT_FIRST = 47245;

    private final Thread thread = Thread.currentThread();
    private final VirtualTime time = new VirtualTime();
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<Port> ports = new ArrayList<>();
    private final List<Attempt> attempts = new ArrayList<>();
    private int portNext = PICKED_PORT_FIRST;
    private boolean running;

    /** A reactor on which nothing has happened, at 2007-03-21T20:32:57Z. */
    public FakeReactor() {}

    @Override
    public void execute(Runnable task) {
        checkThread();
        tasks.add(task);
    }

    @Override
    public Cancellable callLater(Duration delay, Runnable task) {
        checkThread();
        return time.callLater(delay, task);
    }

    @Override
    public Cancellable connect(SocketAddress peer, ConnectionHandler handler) {
        Attempt attempt = new Attempt(peer, handler);
        execute(attempt::start);
        return attempt;
    }

    @Override
    public ListeningPort listen(SocketAddress address, Supplier<ConnectionHandler> handlers) throws IOException {
        checkThread();
        SocketAddress picked = address instanceof InetSocketAddress inet && inet.getPort() == 0
                ? new InetSocketAddress(inet.getAddress(), portNext++)
                : address;
        if (portAt(picked) != null) {
            throw new BindException("somebody listens at " + FakeTransport.text(picked) + " already");
        }
        Port port = new Port(picked, handlers);
        ports.add(port);
        return port;
    }

    /** Runs tasks in the order in which they come, never one within another; for what must not run on the reactor thread. */
    public Executor executor() {
        return this;
    }

    /** The reactor's time. */
    @Override
    public Clock clock() {
        return time;
    }

    /** Runs all that is due. */
    public void run() {
        checkThread();
        if (running) {
            return;
        }
        running = true;
        try {
            for (Runnable task = nextDue(); task != null; task = nextDue()) {
                task.run();
            }
        } finally {
            running = false;
        }
    }

    /** The addresses that somebody tries to connect to, the first to be accepted or rejected first. */
    public List<SocketAddress> clients() {
        run();
        return attempts.stream().map(Attempt::peer).toList();
    }

    /**
     * Lets the first attempt to connect succeed.
     *
     * @return the peer's end of the connection
     * @throws IllegalStateException if nobody tries to connect
     */
    public FakeConnection accept() {
        Attempt attempt = firstAttempt();
        FakeConnection connection = FakeConnection.toSecondary(this, attempt.handler, FakeTransport.text(attempt.peer));
        run();
        return connection;
    }

    /**
     * Lets the first attempt to connect fail, as if nobody listened there.
     *
     * @throws IllegalStateException if nobody tries to connect
     */
    public void reject() {
        reject(new ConnectException("Connection refused"));
    }

    /**
     * Lets the first attempt to connect fail.
     *
     * @throws IllegalStateException if nobody tries to connect
     */
    public void reject(IOException cause) {
        Attempt attempt = firstAttempt();
        execute(() -> attempt.handler.connectFailed(cause));
        run();
    }

    /** The addresses that are listened at. */
    public List<SocketAddress> ports() {
        run();
        return ports.stream().map(Port::address).toList();
    }

    /**
     * Connects to who listens at {@code address}.
     *
     * @return the peer's end of the connection
     * @throws IllegalStateException if nobody does
     */
    public FakeConnection connect(SocketAddress address) {
        run();
        Port port = portAt(address);
        if (port == null) {
            throw new IllegalStateException("nobody listens at " + FakeTransport.text(address));
        }
        FakeConnection connection = FakeConnection.toPrimary(this, port.handlers.get(), pickPeer());
        run();
        return connection;
    }

    /** {@linkplain #connect(SocketAddress) Connects} to who listens at {@code port} of this host. */
    public FakeConnection connect(int port) {
        return connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /** How long it is to each call that is asked for and neither due nor cancelled, in the order of the calls. */
    public List<Duration> later() {
        run();
        return time.delays();
    }

    /**
     * Moves time to the next delayed call, and runs it and whatever is due at the same instant.
     *
     * @throws IllegalStateException if there is none
     */
    public void doLater() {
        run();
        time.moveToNext();
        run();
    }

    /**
     * Moves time, and runs on the way what becomes due, each at its instant.
     *
     * @param duration not negative
     */
    public void advance(Duration duration) {
        run();
        long end = time.nanos() + VirtualTime.nanosOf(duration);
        while (time.moveTowards(end)) {
            run();
        }
    }

    private @Nullable Runnable nextDue() {
        Runnable task = tasks.poll();
        return task != null ? task : time.pollDue();
    }

    private Attempt firstAttempt() {
        run();
        if (attempts.isEmpty()) {
            throw new IllegalStateException("nobody tries to connect");
        }
        return attempts.remove(0);
    }

    private String pickPeer() {
        return "127.0.0.1:" + portNext++;
    }

    private @Nullable Port portAt(SocketAddress address) {
        return ports.stream().filter(port -> port.isAt(address)).findFirst().orElse(null);
    }

    void checkThread() {
        if (Thread.currentThread() != thread) {
            throw new IllegalStateException("a fake reactor belongs to the thread that made it, " + thread + ", not to "
                    + Thread.currentThread());
        }
    }

    private final class Attempt implements Cancellable {
        private final SocketAddress peer;
        private final ConnectionHandler handler;
        private boolean cancelled;

        private Attempt(SocketAddress peer, ConnectionHandler handler) {
            this.peer = peer;
            this.handler = handler;
        }

        private SocketAddress peer() {
            return peer;
        }

        private void start() {
            if (cancelled) {
                return;
            }
            Port port = portAt(peer);
            if (port == null) {
                attempts.add(this);
            } else {
                link(port.handlers.get());
            }
        }

        private void link(ConnectionHandler server) {
            FakeTransport clientEnd = newTransport(handler, FakeTransport.text(peer));
            FakeTransport serverEnd = newTransport(server, pickPeer());
            serverEnd.connect(clientEnd);
            clientEnd.connect(serverEnd);
        }

        private FakeTransport newTransport(ConnectionHandler of, String peerText) {
            return new FakeTransport(FakeReactor.this, of, peerText, new ByteStream());
        }

        @Override
        public void cancel() {
            checkThread();
            cancelled = true;
            attempts.remove(this);
        }
    }

    private final class Port implements ListeningPort {
        private final SocketAddress address;
        private final Supplier<ConnectionHandler> handlers;

        private Port(SocketAddress address, Supplier<ConnectionHandler> handlers) {
            this.address = address;
            this.handlers = handlers;
        }

        @Override
        public SocketAddress address() {
            return address;
        }

        @Override
        public void close() {
            checkThread();
            ports.remove(this);
        }

        /** Whether who connects to {@code other} arrives here. */
        private boolean isAt(SocketAddress other) {
            if (address.equals(other)) {
                return true;
            }
            return address instanceof InetSocketAddress ours
                    && ours.getAddress() != null
                    && ours.getAddress().isAnyLocalAddress()
                    && other instanceof InetSocketAddress theirs
                    && theirs.getPort() == ours.getPort();
        }
    }
}
