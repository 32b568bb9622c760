package io.zrs.testing.simulation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.zrs.reactor.ConnectionHandler;
import io.zrs.reactor.NioReactor;
import io.zrs.reactor.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A handler that writes down what happens to it, and may be told to do something then. */
final class Peer implements ConnectionHandler {
    /** All but what was received. */
    final List<String> events = new ArrayList<>();

    final ByteArrayOutputStream received = new ByteArrayOutputStream();
    final List<Integer> pieces = new ArrayList<>();
    Runnable onConnected = () -> {};
    Consumer<ByteBuffer> onReceived = bytes -> {};
    Runnable onWritable = () -> {};
    private @Nullable Transport transport;
    private @Nullable Throwable cause;

    Transport transport() {
        if (transport == null) {
            throw new AssertionError("not connected");
        }
        return transport;
    }

    boolean write(String text) {
        return transport().write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }

    boolean write(int bytes) {
        return transport().write(ByteBuffer.allocate(bytes));
    }

    /** Writes until the backlog is high; tells how much. */
    long fill() {
        long bytes = 1;
        while (write(NioReactor.BACKLOG_HIGH_BYTES / 8)) {
            bytes += NioReactor.BACKLOG_HIGH_BYTES / 8;
        }
        return bytes + NioReactor.BACKLOG_HIGH_BYTES / 8 - 1;
    }

    String text() {
        return received.toString(US_ASCII);
    }

    /** The last event, empty if there is none. */
    String last() {
        return events.isEmpty() ? "" : events.get(events.size() - 1);
    }

    @Nullable
    Throwable cause() {
        return cause;
    }

    @Override
    public void connected(Transport to) {
        transport = to;
        events.add("connected to " + to.peer());
        onConnected.run();
    }

    @Override
    public void connectFailed(IOException why) {
        cause = why;
        events.add("not connected: " + why.getMessage());
    }

    @Override
    public void received(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        received.writeBytes(copy);
        pieces.add(copy.length);
        onReceived.accept(bytes);
    }

    @Override
    public void writable() {
        events.add("writable");
        onWritable.run();
    }

    @Override
    public void disconnected(@Nullable Throwable why) {
        cause = why;
        events.add(why == null ? "disconnected" : "disconnected: " + why.getMessage());
    }
}
