package io.zrs.benchmarks;

import io.zrs.reactor.NioReactor;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Follows a primary. Knows {@code catch-up PORT TID DIRECTORY}, and answers with the nanoseconds from connecting until the transaction is durable
 * and visible.
 */
final class OurSecondary implements Actor {
    private final NioReactor reactor = NioReactor.start();
    private final ExecutorService writers = Executors.newFixedThreadPool(2);

    OurSecondary() throws IOException {}

    @Override
    public String answer(List<String> question) throws Exception {
        SocketAddress primary =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(question.get(1)));
        Tid target = Tid.parse(question.get(2));
        Storage base = new StorageFiles(Path.of(question.get(3))).open();
        CompletableFuture<Long> reached = new CompletableFuture<>();
        base.addCommitListener(transaction -> {
            if (transaction.tid().equals(target)) {
                reached.complete(System.nanoTime());
            }
        });
        long start = System.nanoTime();
        try (Secondary secondary =
                Secondary.start(base, primary, reactor, writers, SecondarySettings.standard(new SplittableRandom()))) {
            secondary.addStateListener(status -> status.lastDisconnection()
                    .ifPresent(why -> reached.completeExceptionally(new IOException(why.toString()))));
            return String.valueOf(reached.get() - start);
        }
    }

    @Override
    public void close() {
        reactor.close();
        writers.shutdown();
    }
}
