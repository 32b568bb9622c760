package example;

import io.zrs.reactor.NioReactor;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.storage.Storages;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Keeps a copy of a primary's database, and tells what is committed there. */
final class Replica implements AutoCloseable {
    private final NioReactor reactor = NioReactor.start();
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private final Secondary secondary;

    Replica(Path directory, InetSocketAddress primary, Consumer<Tid> committed) throws IOException {
        String uri = "file://" + directory.resolve("Data.fs") + "?blobstorage_dir=" + directory.resolve("blobs");
        SecondarySettings settings = SecondarySettings.standard(new SplittableRandom());
        secondary = Secondary.start(Storages.open(uri), primary, reactor, executor, settings);
        secondary.addCommitListener(commit -> committed.accept(commit.tid()));
    }

    @Override
    public void close() {
        secondary.close(); // closes the files too
        reactor.close();
        executor.shutdown();
    }
}
