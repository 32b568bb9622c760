package io.zrs.testing.simulation;

import io.zrs.reactor.Cancellable;
import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.NioReactor;
import io.zrs.reactor.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A process's end of a connection, with the manners of {@link NioReactor}'s: its watermarks, that it looks after the peer for a while after
 * {@link #close}, and that it notices a broken connection only when it reads or writes.
 *
 * <pre>
 *  NEW ──▶ OPEN ──close()──▶ FLUSHING ──nothing waits to be sent──▶ LINGERING ──the peer closes, or time is up──▶ GONE
 *    └──────┴── abort(), an error, an exception of the handler, the peer closes, the process dies; from any state ──▶
 * </pre>
 */
final class ConnectionEnd implements Transport {
    private static final Duration LINGER = Duration.ofSeconds(5);

    /** Overwrites what a handler was given when its call is over, so that who keeps it is found out. */
    private static final byte SPOILT = (byte) 0xdb;

    private final Connection connection;
    private final SimulatedProcess process;
    private final String peer;
    private final Pipe out;
    private final Silence silence;
    private @Nullable ConnectionHandler handler;
    private State state = State.NEW;
    private boolean backlogHigh;
    private boolean readingPaused;
    private boolean readScheduled;
    private @Nullable IOException failure;
    private @Nullable Cancellable lingerEnd;

    ConnectionEnd(Connection connection, SimulatedProcess process, String peer) {
        this.connection = connection;
        this.process = process;
        this.peer = peer;
        this.out = new Pipe(connection, this);
        this.silence = new Silence(connection, this);
    }

    /** Hands a new connection to its handler. In a turn of the process. */
    void open(ConnectionHandler opened) {
        handler = opened;
        state = State.OPEN;
        process.trace("connected to " + peer);
        callHandler(() -> opened.connected(this));
        readable();
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public boolean write(ByteBuffer bytes) {
        if (state == State.OPEN && failure != null) {
            end(failure);
        }
        if (state != State.OPEN) {
            return false;
        }
        out.write(bytes);
        silence.sent();
        backlogHigh |= out.backlogBytes() > NioReactor.BACKLOG_HIGH_BYTES;
        return !backlogHigh;
    }

    @Override
    public void pauseReading() {
        readingPaused = true;
    }

    @Override
    public void resumeReading() {
        readingPaused = false;
        readable();
    }

    @Override
    public void close() {
        if (state == State.OPEN) {
            state = State.FLUSHING;
            flush();
            readable();
        }
    }

    @Override
    public void abort() {
        end(null);
    }

    String host() {
        return process.host();
    }

    ConnectionEnd other() {
        return connection.other(this);
    }

    /** What this end sends. */
    Pipe out() {
        return out;
    }

    boolean isGone() {
        return state == State.GONE;
    }

    /** Whether the system knows of no such connection, though the process may not have noticed that it is broken. */
    boolean isUnknown() {
        return state == State.GONE || failure != null;
    }

    /** Why the connection is broken, even if the process has not noticed; null if it is not. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** Something may have come, the end or a failure too. */
    void readable() {
        boolean reads = isClosing() || (state == State.OPEN && !readingPaused);
        if (reads && !readScheduled && (in().hasArrived() || in().isEnded() || failure != null)) {
            readScheduled = true;
            process.execute(this::read);
        }
    }

    /** The other end has read something. */
    void drained() {
        long backlog = out.backlogBytes();
        if ((state == State.FLUSHING && backlog == 0)
                || (state == State.OPEN && backlogHigh && backlog <= NioReactor.BACKLOG_LOW_BYTES)) {
            process.execute(this::flush);
        }
    }

    /** The system learns that the connection is broken. What came before and has not been read is lost, or not. */
    void failed(IOException cause) {
        if (state == State.GONE || failure != null) {
            return;
        }
        boolean writes = backlogHigh || out.backlogBytes() > 0;
        failure = cause;
        silence.end();
        out.drop();
        if (connection.link().random().nextBoolean()) {
            in().dropArrived();
        }
        if (writes) {
            process.execute(this::flush);
        }
        readable();
    }

    void fellSilent() {
        out.hold();
        silence.begin();
    }

    void revived() {
        silence.end();
        out.transmit();
        if (isUnknown() && !out.isClosed()) {
            connection.sendReset(other());
        }
    }

    void hostIsBack(String host) {
        if (host.equals(other().host()) && other().isGone()) {
            silence.answered();
        }
    }

    /** Closes the connection in the name of the system, which tells the other end; nobody tells the handler. */
    void hangUp() {
        if (state == State.GONE) {
            return;
        }
        state = State.GONE;
        silence.end();
        if (lingerEnd != null) {
            lingerEnd.cancel();
        }
        if (failure == null && in().hasArrived()) {
            out.drop(); // the system tells the peer that something was not read
            connection.sendReset(other());
        } else if (failure == null) {
            out.closeNow();
        }
        in().dropArrived();
        connection.ended();
    }

    /** If {@code dead} has this end, it is gone; the other end hears nothing of it if the host has lost its power. */
    void died(SimulatedProcess dead) {
        if (process == dead) {
            if (dead.isPoweredOff()) {
                connection.fallSilent(CutKind.SILENT);
            }
            hangUp();
        }
    }

    private Pipe in() {
        return other().out;
    }

    private void read() {
        readScheduled = false;
        if (isClosing()) {
            in().dropArrived();
            if (failure != null || (in().isEnded() && state == State.LINGERING)) {
                end(state == State.LINGERING ? null : failure);
            }
        } else if (state == State.OPEN && !readingPaused) {
            byte[] piece = in().take();
            if (piece != null) {
                receive(piece);
            } else if (failure != null || in().isEnded()) {
                end(failure);
            }
        }
    }

    private boolean isClosing() {
        return state == State.FLUSHING || state == State.LINGERING;
    }

    private void receive(byte[] piece) {
        ConnectionHandler receiver = handler();
        callHandler(() -> receiver.received(ByteBuffer.wrap(piece)));
        Arrays.fill(piece, SPOILT);
        readable();
    }

    /** In a turn of the process: does what waited for the backlog. */
    private void flush() {
        if (failure != null && (state == State.OPEN || state == State.FLUSHING)) {
            end(failure);
        } else if (state == State.FLUSHING && out.backlogBytes() == 0) {
            state = State.LINGERING;
            out.close();
            silence.sent();
            lingerEnd = process.callLater(LINGER, () -> end(null));
            readable();
        } else if (state == State.OPEN && backlogHigh && out.backlogBytes() <= NioReactor.BACKLOG_LOW_BYTES) {
            backlogHigh = false;
            callHandler(handler()::writable);
        }
    }

    private void callHandler(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException | Error e) {
            process.trace("connection to " + peer + ": the handler failed: " + e);
            end(e);
        }
    }

    private void end(@Nullable Throwable cause) {
        if (state == State.GONE) {
            return;
        }
        ConnectionHandler told = handler();
        hangUp();
        process.trace("disconnected from " + peer + (cause == null ? "" : ": " + cause.getMessage()));
        process.execute(() -> told.disconnected(cause));
    }

    private ConnectionHandler handler() {
        if (handler == null) {
            throw new IllegalStateException("not connected");
        }
        return handler;
    }

    private enum State {
        NEW,
        OPEN,
        FLUSHING,
        LINGERING,
        GONE
    }
}
