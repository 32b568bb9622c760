package io.zrs.testing;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.zrs.protocol.MessageDecoder;
import io.zrs.protocol.MessageEncoder;
import io.zrs.protocol.ReplicationMessage;
import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.NioReactor;
import io.zrs.storage.Bytes;
import io.zrs.storage.PickleDialect;
import io.zrs.testing.internal.ByteStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The peer's end of a connection, held by a test, from {@link FakeReactor#accept} or {@link FakeReactor#connect(int)}.
 *
 * <p>Frames are {@code size:u32be payload:size*u8}. What a test sends arrives in pieces of 1, 2, 4, 8… bytes, the better to find who relies on where they
 * are cut; {@link #pieces} sets another size. Bytes sent to a side that has closed are lost.
 *
 * <p>Threading: confined to the reactor's thread.
 */
public final class FakeConnection {
    private final FakeReactor reactor;
    private final FakeTransport transport;
    private final ByteStream outgoing = new ByteStream();
    private final ByteStream untaken = new ByteStream();
    private final ByteStream received = new ByteStream();
    private final StreamDigest digest = new StreamDigest();
    private final Role role;
    private MessageEncoder encoder = new MessageEncoder(PickleDialect.PYTHON3);
    private int frameBytes = -1;
    private boolean stalled;
    private boolean closed;

    private FakeConnection(FakeReactor reactor, ConnectionHandler handler, String peer, Role role) {
        this.reactor = reactor;
        this.role = role;
        this.transport = new FakeTransport(reactor, handler, peer, outgoing);
        outgoing.cutAt(ByteStream.DOUBLING);
        transport.connect(new End());
    }

    /** A connection to a secondary: the test is the primary. */
    static FakeConnection toSecondary(FakeReactor reactor, ConnectionHandler handler, String peer) {
        return new FakeConnection(reactor, handler, peer, Role.PRIMARY);
    }

    /** A connection to a primary: the test is a secondary. */
    static FakeConnection toPrimary(FakeReactor reactor, ConnectionHandler handler, String peer) {
        return new FakeConnection(reactor, handler, peer, Role.SECONDARY);
    }

    /** The payload of the next frame that the other side has sent, null if no whole one is there. */
    public byte @Nullable [] read() {
        reactor.run();
        if (frameBytes < 0 && received.size() >= Integer.BYTES) {
            frameBytes = ByteBuffer.wrap(received.take(Integer.BYTES)).getInt();
        }
        if (frameBytes < 0 || received.size() < frameBytes) {
            return null;
        }
        byte[] payload = received.take(frameBytes);
        frameBytes = -1;
        if (role == Role.SECONDARY) {
            digest.fromPrimary(payload);
        }
        return payload;
    }

    /**
     * The next frame that the other side has sent, as a message; null if no whole one is there.
     *
     * @throws io.zrs.protocol.ProtocolException if it is none; it has been taken
     */
    public @Nullable ReplicationMessage readMessage() {
        byte[] payload = read();
        return payload == null ? null : new MessageDecoder().decode(ByteBuffer.wrap(payload));
    }

    /** All bytes that the other side has sent since they were last read, frames or not. They do not count for {@link #digest}. */
    public byte[] readRaw() {
        reactor.run();
        return received.take(received.size());
    }

    /** Sends a message in a frame, in the dialect of the last {@link ReplicationMessage.Begin}; before the first one, as Python 3 does. */
    public void send(ReplicationMessage message) {
        if (message instanceof ReplicationMessage.Begin begin) {
            encoder = new MessageEncoder(begin.dialect());
        }
        ByteBuffer encoded = encoder.encode(message);
        byte[] payload = new byte[encoded.remaining()];
        encoded.get(payload);
        send(payload);
    }

    /** Sends {@code payload} in a frame. */
    public void send(byte[] payload) {
        if (role == Role.PRIMARY) {
            reactor.run(); // it may have been waiting to say where to begin
            digest.fromPrimary(payload);
        }
        sendRaw(ByteBuffer.allocate(Integer.BYTES + payload.length)
                .putInt(payload.length)
                .put(payload)
                .array());
    }

    /** Sends bytes as they are. They do not count for {@link #digest}. */
    public void sendRaw(byte[] bytes) {
        reactor.run();
        ByteBuffer sent = ByteBuffer.wrap(bytes.clone());
        if (role == Role.SECONDARY) {
            digest.fromSecondary(sent);
        }
        transport.receive(sent);
        reactor.run();
    }

    /**
     * What a {@link ReplicationMessage.Commit} has to say now: the MD5 of the tid from which the secondary begins and of all payloads that the primary, be it the
     * test or the other side, has sent since; of the other side's those that have been {@link #read}.
     *
     * @throws IllegalStateException if the secondary has not said where to begin
     */
    public Bytes digest() {
        reactor.run();
        return digest.current();
    }

    /**
     * Sets the size of the pieces in which bytes arrive.
     *
     * @param bytes positive; {@link Integer#MAX_VALUE} for all at once, as far as a reactor's buffer goes
     * @return this
     */
    @CanIgnoreReturnValue
    public FakeConnection pieces(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a piece has at least one byte, not " + bytes);
        }
        outgoing.cutAt(bytes);
        return this;
    }

    /** Takes no more bytes from the other side: they pile up there, and it is told so past {@link NioReactor#BACKLOG_HIGH_BYTES}. */
    public void stall() {
        reactor.run();
        stalled = true;
    }

    /** Takes bytes again, beginning with those that piled up. */
    public void resume() {
        reactor.run();
        stalled = false;
        untaken.moveTo(received);
        transport.taken();
        reactor.run();
    }

    /** How many bytes the other side could not send because of {@link #stall}. */
    public long backlogBytes() {
        reactor.run();
        return untaken.size();
    }

    /** Whether the other side has paused reading. */
    public boolean isReadingPaused() {
        reactor.run();
        return transport.isReadingPaused();
    }

    /** Whether the connection is gone, whoever closed it. */
    public boolean isClosed() {
        reactor.run();
        return closed;
    }

    /** Closes the connection in order: the other side gets everything sent, then the end. */
    public void close() {
        reactor.run();
        closed = true;
        transport.endOfStream();
        reactor.run();
    }

    /** Breaks the connection, as a network does. */
    public void fail() {
        fail(new IOException("Connection reset by peer"));
    }

    /** Breaks the connection; what the other side has not taken is lost. */
    public void fail(IOException cause) {
        reactor.run();
        closed = true;
        transport.reset(cause);
        reactor.run();
    }

    private enum Role {
        PRIMARY,
        SECONDARY
    }

    private final class End implements FakeEnd {
        @Override
        public void receive(ByteBuffer bytes) {
            if (role == Role.PRIMARY) {
                digest.fromSecondary(bytes);
            }
            (stalled ? untaken : received).write(bytes);
        }

        @Override
        public long untakenBytes() {
            return untaken.size();
        }

        @Override
        public void taken() {
            // the test does not wait for that
        }

        @Override
        public void endOfStream() {
            closed = true;
        }

        @Override
        public void reset(IOException cause) {
            closed = true;
            untaken.clear();
        }
    }
}
