package io.zrs.benchmarks;

import io.zrs.blob.BlobStorage;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.FileStorageOptions.CutTail;
import io.zrs.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A directory with a {@code Data.fs} and its blobs. */
record StorageFiles(Path directory) {
    private static final int FORCES_MAX = 16;

    /** Blobs are forced as the program {@code zrs} does it. */
    private static final Executor FORCES = forces();

    Path data() {
        return directory.resolve("Data.fs");
    }

    Path blobs() {
        return directory.resolve("blobs");
    }

    /** Opens the storage for reading and writing, after making it if it is not there. */
    Storage open() {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        FileStorage base = FileStorage.open(
                data(), FileStorageOptions.of(Clock.systemUTC()).withCutTail(CutTail.DROP));
        return BlobStorage.wrap(base, blobs(), FORCES);
    }

    private static Executor forces() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                FORCES_MAX, FORCES_MAX, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "zrs-force");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
