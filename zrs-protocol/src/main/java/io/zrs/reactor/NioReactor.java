package io.zrs.reactor;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reactor on {@code java.nio}: one selector, one thread, TCP and Unix domain sockets.
 *
 * <p>TCP connections have {@code TCP_NODELAY}, and keep-alive probes that find a silent, dead peer within about a minute. {@link Transport#write}
 * writes to the socket on the calling thread while the peer keeps up; else the bytes wait for the reactor thread. How many wait is up to who
 * writes: see {@link #BACKLOG_HIGH_BYTES}. {@link Transport#close} sends what waits, then tells the peer, and reads and drops until the
 * peer closes too, for a few seconds at most: closing with bytes unread could cost the peer the last ones sent.
 *
 * <p>A host name that is not {@linkplain java.net.InetSocketAddress#createUnresolved resolved} is looked up anew at each {@link #connect}, on a
 * thread of its own; all its addresses are tried in turn. A Unix domain socket that nobody listens at is replaced when listening, one that somebody
 * listens at is not; it is deleted when the port is closed.
 *
 * <p>A task that throws is logged. An {@link IOException} of accepting (too many open files) is logged and stops the port for a second.
 *
 * <p>Threading: thread-safe.
 */
public final class NioReactor implements Reactor, AutoCloseable {
    /** {@link Transport#write} returns false when more than so many bytes wait to be sent. */
    public static final int BACKLOG_HIGH_BYTES = 1 << 20;

    /** {@link ConnectionHandler#writable} is called when no more than so many bytes still wait. */
    public static final int BACKLOG_LOW_BYTES = 1 << 18;

    /** The most bytes that {@link ConnectionHandler#received} gets at once. */
    public static final int READ_BYTES_MAX = 1 << 18;

    private static final Logger log = LoggerFactory.getLogger(NioReactor.class);
    private static final int TASKS_PER_TURN = 1000;
    private static final Duration RELEASE_TIMEOUT = Duration.ofSeconds(10);

    private final ThreadFactory threads;
    private final Selector selector;
    private final Thread thread;
    private final ByteBuffer readBuffer = ByteBuffer.allocate(READ_BYTES_MAX);
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final DelayedCalls delayedCalls = new DelayedCalls();
    private final Set<NioConnector> connectors = new HashSet<>(); // the reactor thread's
    private volatile boolean closing;
    private volatile boolean closed;

    private NioReactor(ThreadFactory threads) throws IOException {
        this.threads = threads;
        this.selector = Selector.open();
        this.thread = threads.newThread(this::run);
    }

    /** A running reactor, whose thread is named {@code zrs-reactor} and does not keep the JVM alive. */
    public static NioReactor start() throws IOException {
        return start(task -> {
            Thread thread = new Thread(task, "zrs-reactor");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * A running reactor.
     *
     * @param threads makes the reactor thread, and a short-lived one for each host name to be looked up
     */
    public static NioReactor start(ThreadFactory threads) throws IOException {
        NioReactor reactor = new NioReactor(threads);
        reactor.loadClasses();
        reactor.thread.start();
        return reactor;
    }

    /**
     * {@inheritDoc}
     *
     * @throws RejectedExecutionException if the reactor is closed
     */
    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public void execute(Runnable task) {
        checkOpen();
        post(task);
    }

    /**
     * {@inheritDoc}
     *
     * @throws RejectedExecutionException if the reactor is closed
     */
    @Override
    public Cancellable callLater(Duration delay, Runnable task) {
        checkOpen();
        Cancellable call = delayedCalls.add(delay, task);
        wakeUp();
        return call;
    }

    /**
     * {@inheritDoc}
     *
     * @throws RejectedExecutionException if the reactor is closed
     */
    @Override
    public Cancellable connect(SocketAddress peer, ConnectionHandler handler) {
        NioConnector connector = new NioConnector(this, Sockets.checkKind(peer), handler);
        execute(connector::start);
        return connector;
    }

    @Override
    public ListeningPort listen(SocketAddress address, Supplier<ConnectionHandler> handlers) throws IOException {
        Sockets.checkKind(address);
        if (closing) {
            throw new IOException("the reactor is closed");
        }
        return NioListeningPort.open(this, address, handlers);
    }

    /**
     * Aborts all connections, fails all attempts to connect, closes all ports and ends the thread; all handlers have been told when this returns. Delayed
     * calls are dropped, and whatever a handler asks for meanwhile never happens. On the reactor thread this returns at once, and happens when the current
     * callback has returned. Closing again does nothing.
     */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        if (!isReactorThread()) {
            Uninterruptibles.joinUninterruptibly(thread);
        }
    }

    /** Has those classes loaded now that a port needs when there are too many open files, which no class could be loaded from then. */
    private void loadClasses() throws IOException {
        SocketChannel.open().close();
        delayedCalls.add(Duration.ZERO, () -> {}).cancel();
    }

    boolean isReactorThread() {
        return Thread.currentThread() == thread;
    }

    /** As {@link #execute}, but drops the task if the reactor is closed. */
    void post(Runnable task) {
        tasks.add(task);
        wakeUp();
    }

    /** Lets the selector see what another thread has changed. */
    void wakeUp() {
        if (!isReactorThread()) {
            selector.wakeup();
        }
    }

    /** Has {@code selectable} called when {@code channel}, which is open, is ready for one of the operations. */
    void register(SelectableChannel channel, int operations, Selectable selectable) {
        try {
            channel.register(selector, operations, selectable);
        } catch (ClosedChannelException e) {
            throw new AssertionError("closed by somebody else", e);
        }
        wakeUp();
    }

    /** Keeps the attempt in mind until it is {@linkplain #forget forgotten}, so that it hears when the reactor closes. */
    void remember(NioConnector connector) {
        connectors.add(connector);
    }

    void forget(NioConnector connector) {
        connectors.remove(connector);
    }

    @Nullable
    SelectionKey keyOf(SelectableChannel channel) {
        return channel.keyFor(selector);
    }

    /** The buffer that all reads share, empty. To be used on the reactor thread only. */
    ByteBuffer readBuffer() {
        return readBuffer.clear().order(ByteOrder.BIG_ENDIAN);
    }

    /** Runs {@code task}, which may block, on a thread of its own. */
    void runAside(Runnable task) {
        threads.newThread(task).start();
    }

    /** A closed channel holds its port until the selector has let go of it: makes it do so before this returns. */
    void releaseClosedChannels() {
        if (isReactorThread()) {
            selectNow();
        } else if (!closing) {
            CountDownLatch released = new CountDownLatch(1);
            post(() -> {
                selectNow();
                released.countDown();
            });
            if (!Uninterruptibles.awaitUninterruptibly(released, RELEASE_TIMEOUT)) {
                log.warn("The reactor thread was busy for {}: a port may still be taken", RELEASE_TIMEOUT);
            }
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new RejectedExecutionException("the reactor is closed");
        }
    }

    private void run() {
        try {
            while (!closing) {
                select();
                callReady();
                runDelayedCalls();
                runTasks(TASKS_PER_TURN);
            }
        } catch (IOException e) {
            log.error("The selector failed, the reactor closes", e);
        } finally {
            shutDown();
        }
    }

    private void select() throws IOException {
        long delayMs = delayedCalls.delayMs();
        if (delayMs == 0 || !tasks.isEmpty()) {
            selector.selectNow();
        } else {
            selector.select(delayMs);
        }
    }

    private void selectNow() {
        try {
            selector.selectNow();
        } catch (IOException e) {
            log.error("The selector failed", e);
        }
    }

    /** Works on a copy, because whoever is called may select again. */
    private void callReady() {
        SelectionKey[] ready = selector.selectedKeys().toArray(new SelectionKey[0]);
        selector.selectedKeys().clear();
        for (SelectionKey key : ready) {
            guard(() -> callReady(key));
        }
    }

    private static void callReady(SelectionKey key) {
        try {
            ((Selectable) key.attachment()).ready(key.readyOps());
        } catch (CancelledKeyException e) {
            log.trace("Closed since it was selected", e);
        }
    }

    private void runDelayedCalls() {
        long now = System.nanoTime(); // fixed, so that calls that ask for the next one at once do not keep the thread
        for (Runnable call = delayedCalls.poll(now); call != null; call = delayedCalls.poll(now)) {
            guard(call);
        }
    }

    private void runTasks(int countMax) {
        for (int count = 0; count < countMax; count++) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            guard(task);
        }
    }

    /** One task's failure is nobody else's. */
    private static void guard(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("A task failed", e);
        }
    }

    private void shutDown() {
        closing = true;
        try {
            runTasks(tasks.size());
            connectors.forEach(NioConnector::reactorCloses);
            selector.keys().forEach(key -> ((Selectable) key.attachment()).reactorCloses());
            runTasks(tasks.size()); // among them what tells the handlers
        } finally {
            closed = true;
            try {
                selector.close();
            } catch (IOException e) {
                log.error("The selector was not closed", e);
            }
        }
    }

    /** What a selection key stands for. Threading: called on the reactor thread. */
    interface Selectable {
        /**
         * Does what the channel is ready for.
         *
         * @param operations bits of {@link SelectionKey}
         */
        void ready(int operations);

        /** Closes the channel and tells who has to know. */
        void reactorCloses();
    }
}
