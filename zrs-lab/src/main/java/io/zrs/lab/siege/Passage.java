package io.zrs.lab.siege;

import io.zrs.lab.siege.Mishap.Direction;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * One connection through a {@link Proxy}.
 *
 * <p>Threading: thread-safe; a thread for each direction.
 */
final class Passage {
    private final Proxy proxy;
    private final Socket near;
    private final Socket far;
    private final Consumer<Passage> whenClosed;
    private final AtomicInteger ends = new AtomicInteger();
    private volatile boolean isSilent;

    /**
     * A connection that nothing goes through yet.
     *
     * @param near to who connected
     * @param far to where the proxy leads
     */
    Passage(Proxy proxy, Socket near, Socket far, Consumer<Passage> whenClosed) {
        this.proxy = proxy;
        this.near = near;
        this.far = far;
        this.whenClosed = whenClosed;
    }

    /** Passes on what comes in {@code direction}, until the end. */
    void pass(Direction direction) {
        Socket from = direction == Direction.DOWN ? far : near;
        Socket to = direction == Direction.DOWN ? near : far;
        try {
            new Flow(this, size -> proxy.take(direction, size), from, to).run();
            to.shutdownOutput();
            if (ends.incrementAndGet() == Direction.values().length) {
                close();
            }
        } catch (IOException e) {
            reset(); // what broke on one side breaks on the other
        }
    }

    /** Whether nothing gets through any more. */
    boolean isSilent() {
        return isSilent;
    }

    /** Lets nothing through any more, either way. */
    void silence() {
        isSilent = true;
    }

    /** Breaks off: both ends are told that the connection broke. */
    void reset() {
        try {
            near.setSoLinger(true, 0);
            far.setSoLinger(true, 0);
        } catch (IOException e) {
            // One of them is closed already.
        }
        close();
    }

    /** Ends in order. */
    void close() {
        closeQuietly(near);
        closeQuietly(far);
        whenClosed.accept(this);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It cannot be more closed.
        }
    }
}
