package io.zrs.benchmarks;

import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.reactor.NioReactor;
import io.zrs.storage.Storage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves a storage. Knows {@code port}. */
final class OurPrimary implements Actor {
    private final Storage storage;
    private final NioReactor reactor = NioReactor.start();
    private final ExecutorService readers = Executors.newSingleThreadExecutor();
    private final Primary primary;

    OurPrimary(StorageFiles files) throws IOException {
        storage = files.open();
        InetSocketAddress listen = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        primary = Primary.start(storage, listen, reactor, readers, PrimarySettings.defaults());
    }

    @Override
    public String answer(List<String> question) {
        return String.valueOf(((InetSocketAddress) primary.address()).getPort());
    }

    @Override
    public void close() {
        primary.close();
        reactor.close();
        readers.shutdown();
        storage.close();
    }
}
