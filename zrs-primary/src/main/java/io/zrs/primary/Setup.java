package io.zrs.primary;

import io.zrs.reactor.Reactor;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.Storage;
import io.zrs.storage.TransactionLog;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of a primary share.
 *
 * <p>Threading: thread-safe.
 *
 * @param log of {@code storage}
 * @param blobs of {@code storage}, null if it has none
 */
record Setup(
        Storage storage,
        TransactionLog log,
        @Nullable BlobCapable blobs,
        Reactor reactor,
        Executor executor,
        PrimarySettings settings) {
    /**
     * Looks at what {@code storage} can do.
     *
     * @throws IllegalArgumentException if it has no log
     */
    static Setup of(Storage storage, Reactor reactor, Executor executor, PrimarySettings settings) {
        TransactionLog log = storage.capability(TransactionLog.class)
                .orElseThrow(() -> new IllegalArgumentException(
                        storage.name() + " cannot be served, it keeps no log of its transactions"));
        BlobCapable blobs = storage.capability(BlobCapable.class).orElse(null);
        return new Setup(storage, log, blobs, reactor, executor, settings);
    }
}
