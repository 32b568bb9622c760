package io.zrs.reactor;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port of a {@link NioReactor}. Threading: thread-safe; connections are accepted on the reactor thread. */
final class NioListeningPort implements ListeningPort, NioReactor.Selectable {
    private static final Logger log = LoggerFactory.getLogger(NioReactor.class);
    private static final int BACKLOG_CONNECTIONS = 1024;
    private static final int ACCEPTS_PER_TURN = 64;

    /** After a failure that would come again at once, such as too many open files. */
    private static final Duration ACCEPT_PAUSE = Duration.ofSeconds(1);

    private final NioReactor reactor;
    private final ServerSocketChannel channel;
    private final SocketAddress address;
    private final @Nullable UnixSocketFile file;
    private final Supplier<ConnectionHandler> handlers;
    private long acceptedCount;

    private NioListeningPort(
            NioReactor reactor,
            ServerSocketChannel channel,
            @Nullable UnixSocketFile file,
            Supplier<ConnectionHandler> handlers)
            throws IOException {
        this.reactor = reactor;
        this.channel = channel;
        this.address = channel.getLocalAddress();
        this.file = file;
        this.handlers = handlers;
    }

    static NioListeningPort open(NioReactor reactor, SocketAddress address, Supplier<ConnectionHandler> handlers)
            throws IOException {
        ServerSocketChannel channel = Sockets.openServerFor(address);
        UnixSocketFile file = null;
        try {
            channel.configureBlocking(false);
            Sockets.set(channel, StandardSocketOptions.SO_REUSEADDR, true);
            if (address instanceof UnixDomainSocketAddress unix) {
                file = UnixSocketFile.bind(channel, unix, BACKLOG_CONNECTIONS);
            } else {
                channel.bind(address, BACKLOG_CONNECTIONS);
            }
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot listen at " + Sockets.text(address) + ": " + e.getMessage(), e);
        } catch (UnresolvedAddressException | UnsupportedAddressTypeException e) {
            channel.close();
            throw new IOException("cannot listen at " + Sockets.text(address) + ": no such address here", e);
        }
        NioListeningPort port = new NioListeningPort(reactor, channel, file, handlers);
        try {
            reactor.register(channel, SelectionKey.OP_ACCEPT, port);
        } catch (ClosedSelectorException e) {
            port.reactorCloses();
            throw new IOException("the reactor is closed", e);
        }
        return port;
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        reactorCloses();
        reactor.releaseClosedChannels();
    }

    @Override
    public void reactorCloses() {
        try {
            if (channel.isOpen() && file != null) {
                file.delete();
            }
            channel.close();
        } catch (IOException e) {
            log.warn("Port {} was not closed in order", Sockets.text(address), e);
        }
    }

    @Override
    public void ready(int operations) {
        for (int count = 0; count < ACCEPTS_PER_TURN; count++) {
            SocketChannel connection;
            try {
                connection = channel.accept();
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                pause(e);
                return;
            }
            if (connection == null) {
                return;
            }
            open(connection);
        }
    }

    private void open(SocketChannel connection) {
        try {
            Sockets.configure(connection);
            NioTransport.open(reactor, connection, handlers.get(), peerOf(connection));
        } catch (IOException | RuntimeException | Error e) {
            log.warn("A connection to {} was dropped as soon as it was accepted", Sockets.text(address), e);
            try {
                connection.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
        }
    }

    /** The peer of a Unix domain socket has no name: the path and a number stand for it. */
    private String peerOf(SocketChannel connection) throws IOException {
        String text = Sockets.text(connection.getRemoteAddress());
        acceptedCount++;
        return text.isEmpty() ? Sockets.text(address) + "#" + acceptedCount : text;
    }

    private void pause(IOException cause) {
        log.warn(
                "Cannot accept connections to {}, trying again in {}: {}",
                Sockets.text(address),
                ACCEPT_PAUSE,
                cause.toString());
        select(0);
        reactor.callLater(ACCEPT_PAUSE, () -> select(SelectionKey.OP_ACCEPT));
    }

    private void select(int operations) {
        SelectionKey key = reactor.keyOf(channel);
        if (key != null && key.isValid()) {
            key.interestOps(operations);
        }
    }
}
