package io.zrs.reactor;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of a {@link NioReactor}.
 *
 * <pre>
 *                     close()             nothing waits to be sent           the peer closes too, or time is up
 *           OPEN ──────────────▶ FLUSHING ────────────────────────▶ LINGERING ──────────▶ GONE
 *             └──── abort(), an error, an exception of the handler, the peer closes; from any state ────▶
 * </pre>
 *
 * <p>Threading: thread-safe. What any thread may change is behind {@code lock}, which is held while the channel is written to, but never during
 * a callback. Only the reactor thread reads, and calls the handler.
 */
final class NioTransport implements Transport, NioReactor.Selectable {
    private static final Logger log = LoggerFactory.getLogger(NioReactor.class);
    private static final Duration LINGER = Duration.ofSeconds(5);

    private final NioReactor reactor;
    private final SocketChannel channel;
    private final ConnectionHandler handler;
    private final String peer;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Backlog backlog = new Backlog();

    @GuardedBy("lock")
    private State state = State.OPEN;

    /** Whether a {@code write} returned false since {@code writable} was called. */
    @GuardedBy("lock")
    private boolean backlogHigh;

    @GuardedBy("lock")
    private boolean readingPaused;

    /** Whether the peer was seen to send nothing more, while this side still did. */
    @GuardedBy("lock")
    private boolean peerEnded;

    @GuardedBy("lock")
    private @Nullable Cancellable lingerEnd;

    private NioTransport(NioReactor reactor, SocketChannel channel, ConnectionHandler handler, String peer) {
        this.reactor = reactor;
        this.channel = channel;
        this.handler = handler;
        this.peer = peer;
    }

    /** Hands an open connection to its handler. On the reactor thread. */
    static void open(NioReactor reactor, SocketChannel channel, ConnectionHandler handler, String peer) {
        NioTransport transport = new NioTransport(reactor, channel, handler, peer);
        reactor.register(channel, SelectionKey.OP_READ, transport);
        transport.callHandler(() -> handler.connected(transport));
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public boolean write(ByteBuffer bytes) {
        synchronized (lock) {
            if (state != State.OPEN) {
                return false;
            }
            boolean nothingWaits = backlog.isEmpty();
            backlog.add(bytes);
            if (nothingWaits) {
                writeBacklog();
            }
            backlogHigh |= backlog.size() > NioReactor.BACKLOG_HIGH_BYTES;
            return !backlogHigh && state == State.OPEN;
        }
    }

    @Override
    public void pauseReading() {
        synchronized (lock) {
            readingPaused = true;
            select();
        }
    }

    @Override
    public void resumeReading() {
        synchronized (lock) {
            readingPaused = false;
            select();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (state == State.OPEN) {
                state = State.FLUSHING;
                afterWriting();
            }
        }
    }

    @Override
    public void abort() {
        end(null);
    }

    @Override
    public void ready(int operations) {
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            write();
        }
        if ((operations & SelectionKey.OP_READ) != 0) {
            read();
        }
    }

    @Override
    public void reactorCloses() {
        end(null);
    }

    private void write() {
        boolean lowAgain;
        synchronized (lock) {
            if (state == State.GONE) {
                return;
            }
            writeBacklog();
            lowAgain = backlogHigh && backlog.size() <= NioReactor.BACKLOG_LOW_BYTES && state == State.OPEN;
            backlogHigh &= !lowAgain;
        }
        if (lowAgain) {
            callHandler(handler::writable);
        }
    }

    private void read() {
        boolean handed;
        boolean lingers;
        synchronized (lock) {
            if (!reads()) {
                return;
            }
            handed = state == State.OPEN;
            lingers = state == State.LINGERING;
        }
        try {
            ByteBuffer bytes = reactor.readBuffer();
            int count = channel.read(bytes);
            if (count < 0) {
                peerEnded();
            } else if (count > 0 && handed) {
                callHandler(() -> handler.received(bytes.flip()));
            }
        } catch (IOException e) {
            end(lingers ? null : e);
        }
    }

    /** The peer sends nothing more; it may still take what has been written before {@link #close}. */
    private void peerEnded() {
        synchronized (lock) {
            if (state == State.FLUSHING) {
                peerEnded = true;
                select();
                return;
            }
        }
        end(null);
    }

    @GuardedBy("lock")
    private void writeBacklog() {
        try {
            backlog.writeTo(channel);
            afterWriting();
        } catch (IOException e) {
            end(e);
        }
    }

    @GuardedBy("lock")
    private void afterWriting() {
        if (state == State.FLUSHING && backlog.isEmpty()) {
            try {
                channel.shutdownOutput();
            } catch (IOException e) {
                end(e);
                return;
            }
            if (peerEnded) {
                end(null);
                return;
            }
            state = State.LINGERING;
            lingerEnd = reactor.callLater(LINGER, () -> end(null));
        }
        select();
    }

    /** While closing too, dropping it: else two that close, each with much to send, would wait for each other. */
    @GuardedBy("lock")
    private boolean reads() {
        return (state == State.OPEN && !readingPaused)
                || (state == State.FLUSHING && !peerEnded)
                || state == State.LINGERING;
    }

    /** Tells the selector what to wait for. */
    @GuardedBy("lock")
    private void select() {
        SelectionKey key = reactor.keyOf(channel);
        if (state == State.GONE || key == null) {
            return;
        }
        int operations = (reads() ? SelectionKey.OP_READ : 0) | (backlog.isEmpty() ? 0 : SelectionKey.OP_WRITE);
        if (operations != key.interestOps()) {
            key.interestOps(operations);
            reactor.wakeUp();
        }
    }

    private void callHandler(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException | Error e) {
            end(e);
        }
    }

    /** Closes the channel now, and tells the handler when nobody is in the middle of anything. The first call decides. */
    private void end(@Nullable Throwable cause) {
        synchronized (lock) {
            if (state == State.GONE) {
                return;
            }
            state = State.GONE;
            backlog.clear();
            if (lingerEnd != null) {
                lingerEnd.cancel();
            }
            // Not later: a reactor that closes meanwhile finds this connection gone, by its state or by its key, and
            // takes no more tasks.
            reactor.post(() -> handler.disconnected(cause));
        }
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("{}: not closed in order", peer, e);
        }
    }

    private enum State {
        OPEN,
        FLUSHING,
        LINGERING,
        GONE
    }
}
