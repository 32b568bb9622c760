package io.zrs.reactor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt of a {@link NioReactor} to connect. Threading: confined to the reactor thread, but for {@link #cancel}, which is thread-safe.
 */
final class NioConnector implements Cancellable, NioReactor.Selectable {
    private static final Logger log = LoggerFactory.getLogger(NioReactor.class);

    private final NioReactor reactor;
    private final SocketAddress peer;
    private final ConnectionHandler handler;
    private final Queue<SocketAddress> addresses = new ArrayDeque<>(1);
    private @Nullable SocketChannel channel;
    private boolean done;

    NioConnector(NioReactor reactor, SocketAddress peer, ConnectionHandler handler) {
        this.reactor = reactor;
        this.peer = peer;
        this.handler = handler;
    }

    void start() {
        if (done) {
            return;
        }
        reactor.remember(this);
        if (peer instanceof InetSocketAddress inet && inet.isUnresolved()) {
            reactor.runAside(() -> resolve(inet));
        } else {
            resolved(List.of(peer));
        }
    }

    @Override
    public void cancel() {
        if (reactor.isReactorThread()) {
            finish();
        } else {
            reactor.post(this::finish);
        }
    }

    @Override
    public void ready(int operations) {
        SocketChannel connecting = channel;
        if (done || connecting == null) {
            return;
        }
        try {
            if (connecting.finishConnect()) {
                connected(connecting);
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    /** Told by {@link NioReactor#remember}; what has a key may be told once more. */
    @Override
    public void reactorCloses() {
        if (!done) {
            finish();
            reactor.post(() -> handler.connectFailed(new IOException("the reactor closes")));
        }
    }

    /** On a thread of its own, because the look-up blocks. */
    private void resolve(InetSocketAddress unresolved) {
        try {
            List<InetSocketAddress> found = Arrays.stream(InetAddress.getAllByName(unresolved.getHostString()))
                    .map(address -> new InetSocketAddress(address, unresolved.getPort()))
                    .toList();
            reactor.post(() -> resolved(found));
        } catch (UnknownHostException e) {
            reactor.post(() -> failed(e));
        }
    }

    private void resolved(List<? extends SocketAddress> found) {
        addresses.addAll(found);
        connectNext();
    }

    private void connectNext() {
        SocketAddress address = addresses.poll();
        if (done || address == null) {
            return;
        }
        try {
            SocketChannel connecting = Sockets.openFor(address);
            channel = connecting;
            Sockets.configure(connecting);
            if (connecting.connect(address)) {
                connected(connecting);
            } else {
                reactor.register(connecting, SelectionKey.OP_CONNECT, this);
            }
        } catch (IOException e) {
            failed(e);
        } catch (UnsupportedAddressTypeException e) {
            failed(new IOException("no sockets for addresses like " + address, e));
        }
    }

    private void connected(SocketChannel connection) throws IOException {
        if (connection.getLocalAddress().equals(connection.getRemoteAddress())) {
            // It happens where nobody listens, if the system picks for our end the very port that we connect to.
            throw new ConnectException("connected to itself");
        }
        channel = null;
        finish();
        NioTransport.open(reactor, connection, handler, Sockets.text(peer));
    }

    private void failed(IOException cause) {
        closeChannel();
        if (!addresses.isEmpty()) {
            connectNext();
        } else if (!done) {
            finish();
            handler.connectFailed(cause);
        }
    }

    private void finish() {
        done = true;
        reactor.forget(this);
        closeChannel();
    }

    private void closeChannel() {
        SocketChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                log.debug("{}: not closed in order", Sockets.text(peer), e);
            }
        }
    }
}
