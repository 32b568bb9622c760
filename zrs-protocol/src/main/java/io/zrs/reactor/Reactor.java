package io.zrs.reactor;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Everything that a connection may not do by itself: wait, connect, listen, change thread.
 *
 * <p>One thread, the reactor thread, runs all tasks and all callbacks, one after the other: never from within a call of a reactor or a
 * {@link Transport}, which may be made with locks held. Threading: thread-safe.
 */
public interface Reactor extends Executor {
    /** What time it is where delayed calls are made: the system's, or a test's. */
    Clock clock();

    /** Runs {@code task} on the reactor thread, after the tasks already there. */
    @Override
    void execute(Runnable task);

    /** Runs {@code task} once on the reactor thread, no earlier than {@code delay} from now. */
    Cancellable callLater(Duration delay, Runnable task);

    /**
     * Starts connecting. Exactly one of {@link ConnectionHandler#connected} and {@link ConnectionHandler#connectFailed} is called in the
     * end, unless the attempt is cancelled before; there is no time limit but the operating system's.
     *
     * @param peer an internet or a Unix domain address; a host name that is not resolved is looked up, without keeping anybody waiting
     * @throws IllegalArgumentException if it is neither
     */
    Cancellable connect(SocketAddress peer, ConnectionHandler handler);

    /**
     * Accepts connections, from before this returns.
     *
     * @param address an internet address, whose port may be 0 to have one picked, or a Unix domain address
     * @param handlers makes the handler of each connection, on the reactor thread
     * @throws IOException if it is not possible to listen there; nothing stays behind
     * @throws IllegalArgumentException if it is another kind of address
     */
    ListeningPort listen(SocketAddress address, Supplier<ConnectionHandler> handlers) throws IOException;
}
