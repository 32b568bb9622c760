package io.zrs.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes connections on to a primary, one at a time, and breaks each of the first ones after a random number of the primary's bytes: in order, or by a
 * reset.
 */
final class BreakingRelay implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger broken = new AtomicInteger();
    private final SocketAddress primary;
    private final Random random;
    private final int breaksMax;
    private final int bytesMax;

    /**
     * A relay that works.
     *
     * @param breaksMax how many connections are broken, so that there is an end to it
     * @param bytesMax after how many bytes at most
     */
    BreakingRelay(SocketAddress primary, Random random, int breaksMax, int bytesMax) throws IOException {
        this.primary = primary;
        this.random = random;
        this.breaksMax = breaksMax;
        this.bytesMax = bytesMax;
        threads.execute(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    int breakCount() {
        return broken.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdown();
    }

    private void accept() {
        while (!server.isClosed()) {
            try (Socket secondary = server.accept();
                    Socket upstream = new Socket()) {
                upstream.connect(primary);
                threads.execute(() -> copy(secondary, upstream, Long.MAX_VALUE));
                boolean breaks = broken.get() < breaksMax;
                copy(upstream, secondary, breaks ? random.nextInt(bytesMax) : Long.MAX_VALUE);
                if (breaks) {
                    broken.incrementAndGet();
                    secondary.setSoLinger(random.nextBoolean(), 0);
                }
            } catch (IOException e) {
                // One of the three is closed: there will be another connection, or none.
            }
        }
    }

    private static void copy(Socket from, Socket to, long size) {
        byte[] buffer = new byte[1 << 16];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (long left = size; left > 0; ) {
                int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
                if (count < 0) {
                    return;
                }
                out.write(buffer, 0, count);
                left -= count;
            }
        } catch (IOException e) {
            // The other direction has ended.
        }
    }
}
