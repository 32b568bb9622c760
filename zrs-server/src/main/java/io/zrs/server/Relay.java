package io.zrs.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes connections on to another address, until it breaks them: a network that fails when the demonstration wants it to.
 *
 * <p>Threading: thread-safe; has a thread of its own, and two for each connection.
 */
final class Relay implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    private final ServerSocket server;
    private final InetSocketAddress target;
    private final Set<Socket> open = new HashSet<>();
    private boolean isBroken;

    private Relay(ServerSocket server, InetSocketAddress target) {
        this.server = server;
        this.target = target;
    }

    /** A relay that works, at a port of the loopback address that is free. */
    static Relay start(SocketAddress target) throws IOException {
        ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        Relay relay = new Relay(server, (InetSocketAddress) target);
        spawn(relay::accept);
        return relay;
    }

    /** Where to connect. */
    SocketAddress address() {
        return server.getLocalSocketAddress();
    }

    /** Breaks all connections off, and those that come until {@link #mend}. */
    synchronized void breakOff() {
        isBroken = true;
        open.forEach(Relay::closeQuietly);
        open.clear();
    }

    /** Lets connections come about again. */
    synchronized void mend() {
        isBroken = false;
    }

    @Override
    public void close() throws IOException {
        breakOff();
        server.close();
    }

    private void accept() {
        try {
            while (true) {
                connect(server.accept());
            }
        } catch (IOException e) {
            log.debug("the relay ends", e);
        }
    }

    private void connect(Socket near) {
        try {
            Socket far = new Socket(target.getAddress(), target.getPort());
            if (keep(near, far)) {
                spawn(() -> pass(near, far));
                spawn(() -> pass(far, near));
                return;
            }
            closeQuietly(far);
        } catch (IOException e) {
            log.debug("nothing to be connected with", e);
        }
        closeQuietly(near);
    }

    private synchronized boolean keep(Socket near, Socket far) {
        return !isBroken && open.add(near) && open.add(far);
    }

    private static void pass(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            log.debug("a connection broke", e);
        }
        closeQuietly(from);
        closeQuietly(to);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            log.debug("it was closed already", e);
        }
    }

    private static void spawn(Runnable task) {
        Thread thread = new Thread(task, "zrs-relay");
        thread.setDaemon(true);
        thread.start();
    }
}
