package io.zrs.lab.siege;

import io.zrs.lab.siege.Mishap.Direction;
import io.zrs.lab.siege.Mishap.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Passes connections on to an address that may change, and lets mishaps happen to their bytes. Its own port of the loopback address stays.
 *
 * <p>Threading: thread-safe; has a thread that accepts, and two for each connection, none of which keeps the process from ending.
 */
final class Proxy implements AutoCloseable {
    private final ServerSocket server;
    private final Set<Passage> open = ConcurrentHashMap.newKeySet();
    private final Map<Direction, AtomicReference<@Nullable Mishap>> ahead = new EnumMap<>(Direction.class);
    private final Map<Direction, Map<Kind, AtomicInteger>> happened = new EnumMap<>(Direction.class);
    private volatile @Nullable InetSocketAddress target;

    private Proxy(ServerSocket server) {
        this.server = server;
        for (Direction direction : Direction.values()) {
            ahead.put(direction, new AtomicReference<>());
            Map<Kind, AtomicInteger> counts = new EnumMap<>(Kind.class);
            for (Kind kind : Kind.values()) {
                counts.put(kind, new AtomicInteger());
            }
            happened.put(direction, counts);
        }
    }

    /** A proxy that leads nowhere. */
    static Proxy start() throws IOException {
        Proxy proxy = new Proxy(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()));
        spawn(proxy::accept);
        return proxy;
    }

    /** Where to connect, as {@code zrs} takes it. */
    String address() {
        return InetAddress.getLoopbackAddress().getHostAddress() + ":" + server.getLocalPort();
    }

    /** Where new connections lead from now on; null to break them off. */
    void lead(@Nullable InetSocketAddress to) {
        target = to;
    }

    /** Lets something happen to the next bytes that go there; false if something else is to happen to them. */
    boolean arm(Direction direction, Mishap mishap) {
        return pending(direction).compareAndSet(null, mishap);
    }

    /** Nothing happens any more that has not begun yet. */
    void calm() {
        ahead.values().forEach(pending -> pending.set(null));
    }

    /** Resets all connections. */
    void breakOff() {
        open.forEach(Passage::reset);
    }

    /** How often it happened that way. */
    int count(Direction direction, Kind kind) {
        return counter(direction, kind).get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        breakOff();
    }

    /**
     * The mishap that is to happen within the next {@code size} bytes, with {@link Mishap#bytesBefore} among these; null if none is.
     *
     * <p>It counts as happened.
     */
    @Nullable
    Mishap take(Direction direction, int size) {
        AtomicReference<@Nullable Mishap> pending = pending(direction);
        Mishap mishap = pending.get();
        if (mishap == null) {
            return null;
        }
        boolean isNow = mishap.bytesBefore() < size;
        Mishap next = isNow ? null : new Mishap(mishap.kind(), mishap.bytesBefore() - size, mishap.millis());
        if (!pending.compareAndSet(mishap, next) || !isNow) {
            return null;
        }
        counter(direction, mishap.kind()).incrementAndGet();
        return mishap;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (IOException e) {
                // Closed, or who connected is gone: there will be another connection, or none.
            }
        }
    }

    private void connect(Socket near) throws IOException {
        InetSocketAddress to = target;
        Socket far = new Socket();
        Passage passage = new Passage(this, near, far, open::remove);
        open.add(passage);
        try {
            if (to == null || server.isClosed()) {
                throw new IOException("it leads nowhere");
            }
            far.connect(to);
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
        } catch (IOException e) {
            passage.reset();
            throw e;
        }
        spawn(() -> passage.pass(Direction.DOWN));
        spawn(() -> passage.pass(Direction.UP));
    }

    private AtomicReference<@Nullable Mishap> pending(Direction direction) {
        return ahead.computeIfAbsent(direction, key -> new AtomicReference<>());
    }

    private AtomicInteger counter(Direction direction, Kind kind) {
        return happened.getOrDefault(direction, Map.of()).getOrDefault(kind, new AtomicInteger());
    }

    private static void spawn(Runnable task) {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
