package io.zrs.testing.simulation;

import io.zrs.reactor.Cancellable;
import io.zrs.testing.internal.ByteStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection.
 *
 * <pre>
 *   write   outgoing: the backlog, then what the window lets through   a piece at a time   arrived   take
 *  ───────▶ ────────────────────────────────────────────────────────▶ ─────────────────▶ ───────▶ ─────▶
 * </pre>
 *
 * <p>What was let through belongs to the systems at both ends: it arrives even when the sender is dead.
 */
final class Pipe {
    private final Connection connection;
    private final ConnectionEnd sender;
    private final ByteStream outgoing = new ByteStream();
    private final Queue<byte[]> arrived = new ArrayDeque<>(4);
    private long arrivedBytes;
    private boolean closed;
    private boolean ended;
    private @Nullable Cancellable arrival;

    Pipe(Connection connection, ConnectionEnd sender) {
        this.connection = connection;
        this.sender = sender;
    }

    void write(ByteBuffer bytes) {
        outgoing.write(bytes);
        transmit();
    }

    /** How much the sender's system has not taken, in bytes. */
    long backlogBytes() {
        return Math.max(
                0, outgoing.size() + arrivedBytes - connection.link().quality().windowBytes());
    }

    /** Whether nothing is on its way. */
    boolean isIdle() {
        return outgoing.isEmpty() && (!closed || ended);
    }

    /** Lets the end follow what has been written. */
    void close() {
        closed = true;
        transmit();
    }

    /** Whether the end follows what has been written. */
    boolean isClosed() {
        return closed;
    }

    /** Lets the end follow what the system has taken, and drops the rest. */
    void closeNow() {
        if (backlogBytes() > 0) {
            byte[] taken = outgoing.take(outgoing.size() - backlogBytes());
            outgoing.clear();
            outgoing.write(ByteBuffer.wrap(taken));
        }
        close();
    }

    /** Drops what has not arrived, the end too. */
    void drop() {
        hold();
        outgoing.clear();
        closed = false;
    }

    /** Takes back what is under way. */
    void hold() {
        if (arrival != null) {
            arrival.cancel();
            arrival = null;
        }
    }

    /** Sends the next piece on its way, if there is one and none before it. */
    void transmit() {
        if (arrival != null || !connection.isFlowing() || isIdle()) {
            return;
        }
        Link link = connection.link();
        int room = Math.toIntExact(Math.max(0, link.quality().windowBytes() - arrivedBytes));
        int bytes = (int) Math.min(outgoing.size(), Math.min(room, link.pieceBytes()));
        if (bytes > 0 || outgoing.isEmpty()) {
            arrival = connection.later(link.latencyNanos() + stallNanos(), () -> arrive(bytes));
        }
    }

    boolean hasArrived() {
        return !arrived.isEmpty();
    }

    /** Whether nothing comes behind what has arrived. */
    boolean isEnded() {
        return ended;
    }

    /** Takes the first piece that has arrived, if there is one. */
    byte @Nullable [] take() {
        byte[] piece = arrived.poll();
        if (piece != null) {
            arrivedBytes -= piece.length;
            sender.drained();
            transmit();
        }
        return piece;
    }

    /** Drops what has arrived. */
    void dropArrived() {
        arrived.clear();
        arrivedBytes = 0;
        sender.drained();
        transmit();
    }

    private void arrive(int bytes) {
        arrival = null;
        if (bytes == 0) {
            ended = true;
            sender.other().readable();
        } else if (connection.link().resets()) {
            connection.reset();
        } else if (sender.other().isUnknown()) {
            connection.sendReset(sender);
        } else {
            deliver(bytes);
            transmit();
        }
    }

    private void deliver(int bytes) {
        ConnectionEnd receiver = sender.other();
        byte[] piece = outgoing.take(bytes);
        if (!outgoing.isEmpty()) {
            connection.count(Counts.Kind.SPLIT);
        }
        if (connection.link().flips(receiver.host())) {
            int bit = connection.link().random().nextInt(bytes * Byte.SIZE);
            piece[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            connection.happened(Counts.Kind.FLIP, "a bit to " + receiver.host() + " is flipped");
        }
        arrived.add(piece);
        arrivedBytes += bytes;
        receiver.readable();
    }

    private long stallNanos() {
        long nanos = connection.link().stallNanos();
        if (nanos > 0) {
            connection.count(Counts.Kind.STALL);
        }
        return nanos;
    }
}
