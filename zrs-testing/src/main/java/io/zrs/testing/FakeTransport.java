package io.zrs.testing;

import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.NioReactor;
import io.zrs.reactor.Transport;
import io.zrs.testing.internal.ByteStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An end of a fake connection that the code under test holds; the other end is held by the test, or by code under test too. What the other end has not
 * taken is the backlog, with the watermarks of {@link NioReactor}.
 *
 * <p>Threading: confined to the reactor's thread.
 */
final class FakeTransport implements Transport, FakeEnd {
    /** Overwrites what a handler was given when its call is over, so that who keeps it is found out. */
    private static final byte SPOILT = (byte) 0xdb;

    private final FakeReactor reactor;
    private final ConnectionHandler handler;
    private final String peer;
    private final ByteStream incoming;
    private @Nullable FakeEnd other;
    private State state = State.OPEN;
    private boolean backlogHigh;
    private boolean readingPaused;
    private boolean readingScheduled;
    private boolean ended;

    FakeTransport(FakeReactor reactor, ConnectionHandler handler, String peer, ByteStream incoming) {
        this.reactor = reactor;
        this.handler = handler;
        this.peer = peer;
        this.incoming = incoming;
    }

    /** Tells the handler that it is connected to {@code end}. */
    void connect(FakeEnd end) {
        other = end;
        reactor.execute(() -> guard(() -> handler.connected(this))); // even if the other end has reset it already
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public boolean write(ByteBuffer bytes) {
        reactor.checkThread();
        if (state != State.OPEN) {
            return false;
        }
        other().receive(bytes);
        backlogHigh |= other().untakenBytes() > NioReactor.BACKLOG_HIGH_BYTES;
        return !backlogHigh;
    }

    @Override
    public void pauseReading() {
        reactor.checkThread();
        readingPaused = true;
    }

    @Override
    public void resumeReading() {
        reactor.checkThread();
        readingPaused = false;
        scheduleReading();
    }

    @Override
    public void close() {
        reactor.checkThread();
        if (state == State.OPEN) {
            state = State.CLOSING;
            incoming.clear();
            taken();
        }
    }

    @Override
    public void abort() {
        reactor.checkThread();
        abort(null);
    }

    boolean isReadingPaused() {
        return readingPaused;
    }

    @Override
    public void receive(ByteBuffer bytes) {
        if (state == State.OPEN) {
            incoming.write(bytes);
            scheduleReading();
        }
    }

    @Override
    public long untakenBytes() {
        return incoming.size();
    }

    @Override
    public void taken() {
        long backlog = other().untakenBytes();
        if (state == State.CLOSING && backlog == 0) {
            other().endOfStream();
            end(null);
        } else if (state == State.OPEN && backlogHigh && backlog <= NioReactor.BACKLOG_LOW_BYTES) {
            backlogHigh = false;
            reactor.execute(() -> callHandler(handler::writable));
        }
    }

    @Override
    public void endOfStream() {
        ended = true;
        if (state == State.CLOSING) {
            end(null);
        } else {
            scheduleReading();
        }
    }

    @Override
    public void reset(IOException cause) {
        end(cause);
    }

    private void scheduleReading() {
        if (state == State.OPEN && !readingPaused && !readingScheduled && (ended || !incoming.isEmpty())) {
            readingScheduled = true;
            reactor.execute(this::read);
        }
    }

    private void read() {
        readingScheduled = false;
        if (state != State.OPEN || readingPaused) {
            return;
        }
        if (incoming.isEmpty()) {
            end(null);
            return;
        }
        byte[] piece = incoming.takePiece();
        callHandler(() -> handler.received(ByteBuffer.wrap(piece)));
        Arrays.fill(piece, SPOILT);
        other().taken();
        scheduleReading();
    }

    private void callHandler(Runnable callback) {
        if (state == State.OPEN) {
            guard(callback);
        }
    }

    private void guard(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException | Error e) {
            abort(e);
        }
    }

    private void abort(@Nullable Throwable cause) {
        if (state != State.GONE) {
            end(cause);
            other().reset(new IOException("Connection reset by peer"));
        }
    }

    private void end(@Nullable Throwable cause) {
        if (state != State.GONE) {
            state = State.GONE;
            incoming.clear();
            reactor.execute(() -> handler.disconnected(cause));
        }
    }

    private FakeEnd other() {
        if (other == null) {
            throw new IllegalStateException("not connected");
        }
        return other;
    }

    /** {@code 127.0.0.1:8000}, {@code name:8000} or a path. */
    static String text(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            return address.toString();
        }
        String host =
                inet.isUnresolved() ? inet.getHostString() : inet.getAddress().getHostAddress();
        return host + ":" + inet.getPort();
    }

    private enum State {
        OPEN,
        CLOSING,
        GONE
    }
}
