package io.zrs.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Receives into a file. Knows {@code catch-up PORT DIRECTORY}, and answers with the nanoseconds from connecting until all is durable, and with
 * the MD5.
 */
final class RawReceiver implements Actor {
    @Override
    public String answer(List<String> question) throws IOException {
        int port = Integer.parseInt(question.get(1));
        Path directory = Files.createDirectories(Path.of(question.get(2)));
        try (FileChannel file =
                FileChannel.open(directory.resolve("wire"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long start = System.nanoTime();
            try (SocketChannel socket =
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
                String digest = RawStep.pump(socket, file);
                file.force(false);
                return System.nanoTime() - start + " " + digest;
            }
        }
    }

    @Override
    public void close() {}
}
