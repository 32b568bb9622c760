package io.zrs.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends a file to each who connects. Knows {@code port}, and {@code digest} for the MD5 of what was sent last. */
final class RawSender implements Actor {
    private final Path wire;
    private final ServerSocketChannel server = ServerSocketChannel.open();
    private volatile CompletableFuture<String> digest = new CompletableFuture<>();

    RawSender(Path wire) throws IOException {
        this.wire = wire;
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        new Thread(this::serve).start();
    }

    @Override
    public String answer(List<String> question) throws Exception {
        if (question.get(0).equals("digest")) {
            String sent = digest.get();
            digest = new CompletableFuture<>();
            return sent;
        }
        return String.valueOf(server.socket().getLocalPort());
    }

    private void serve() {
        try {
            while (true) {
                try (SocketChannel socket = server.accept();
                        FileChannel file = FileChannel.open(wire)) {
                    digest.complete(RawStep.pump(file, socket));
                }
            }
        } catch (ClosedChannelException e) {
            // The end.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
