package io.zrs.benchmarks;

import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.reactor.NioReactor;
import io.zrs.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Keeps every byte that our primary sends to a secondary that has nothing. */
final class WireRecorder {
    private static final Duration DRAIN = Duration.ofHours(1);

    private WireRecorder() {}

    /** Records what is sent of {@code files} in the file {@code wire}. */
    static void record(StorageFiles files, Path wire) throws IOException {
        ExecutorService readers = Executors.newSingleThreadExecutor();
        InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (Storage storage = files.open();
                NioReactor reactor = NioReactor.start();
                Primary primary = Primary.start(storage, listen, reactor, readers, PrimarySettings.defaults());
                Socket socket = new Socket();
                OutputStream file = new BufferedOutputStream(Files.newOutputStream(wire), 1 << 20)) {
            socket.connect(primary.address());
            socket.getOutputStream().write(greeting());
            InputStream in = socket.getInputStream();
            file.write(in.read());
            // It has begun, so it will send everything before it closes.
            primary.close(DRAIN);
            in.transferTo(file);
        } finally {
            readers.shutdown();
        }
    }

    private static byte[] greeting() {
        byte[] id = "zrs2.1".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(Integer.BYTES + id.length + Integer.BYTES + Long.BYTES)
                .putInt(id.length)
                .put(id)
                .putInt(Long.BYTES)
                .putLong(0)
                .array();
    }
}
