package io.zrs.testing;

import io.zrs.storage.PackException;
import io.zrs.storage.PackListener;
import io.zrs.storage.PackListener.Phase;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.Tid;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.stream.Stream;

/**
 * Exchanges the history for one without what a {@link MemoryPackPlan} leaves out.
 *
 * <p>What stays is found out while others write. Then, with the turn to write, it is found out again, since what was written meanwhile may refer to
 * what was there before; nobody can write between that and the exchange.
 *
 * <p>Threading: thread-safe.
 */
final class MemoryPack implements Packable {
    private final MemoryHistory history;
    private final MemoryWriter writer;

    MemoryPack(MemoryHistory history, MemoryWriter writer) {
        this.history = history;
        this.writer = writer;
    }

    @Override
    public PackResult pack(Tid time, Garbage garbage, PackListener listener) {
        writer.beginPack();
        try {
            Tid last = history.lastTransaction();
            Tid packedLast = time.compareTo(last) < 0 ? time : last;
            rehearse(packedLast, garbage, listener);
            Exchanged exchanged = writer.inTurn(() -> exchange(packedLast, garbage, listener));
            cleanUp(exchanged.blobs, listener);
            return exchanged.result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PackException("interrupted", e);
        } finally {
            writer.endPack();
        }
    }

    /** Does all but the exchange: failures come early, and the listener is told while others write. */
    private void rehearse(Tid time, Garbage garbage, PackListener listener) {
        NavigableMap<Tid, MemoryTransaction> all = history.transactions();
        long objects = all.values().stream()
                .mapToLong(transaction -> transaction.revisions().size())
                .sum();
        progress(listener, Phase.MARK, 0, objects);
        MemoryPackPlan plan = new MemoryPackPlan(all, time, garbage);
        progress(listener, Phase.MARK, objects, objects);
        long bytes = size(plan.result());
        progress(listener, Phase.COPY, 0, bytes);
        progress(listener, Phase.COPY, bytes, bytes);
    }

    private Exchanged exchange(Tid time, Garbage garbage, PackListener listener) {
        NavigableMap<Tid, MemoryTransaction> all = history.transactions();
        MemoryPackPlan plan = new MemoryPackPlan(all, time, garbage);
        NavigableMap<Tid, MemoryTransaction> result = plan.result();
        if (plan.removed().isEmpty() && result.size() == all.size()) {
            return new Exchanged(history.replace(all), List.of());
        }
        plan.removedBlobs().forEach(blob -> listener.removesBlob(blob.oid(), blob.tid()));
        checkNotEnded();
        listener.beforeSwitch();
        List<Path> blobs = plan.removed().stream()
                .flatMap(revision -> Stream.ofNullable(revision.blob()))
                .toList();
        return new Exchanged(history.replace(result), blobs);
    }

    private static void cleanUp(List<Path> blobs, PackListener listener) {
        listener.progress(Phase.CLEAN_UP, 0, blobs.size());
        blobs.forEach(MemoryBlobs::delete);
        listener.progress(Phase.CLEAN_UP, blobs.size(), blobs.size());
    }

    private void progress(PackListener listener, Phase phase, long done, long total) {
        listener.progress(phase, done, total);
        checkNotEnded();
    }

    private void checkNotEnded() {
        if (Thread.currentThread().isInterrupted()) {
            throw new PackException("interrupted");
        }
        if (history.isClosed()) {
            throw new PackException("the storage was closed");
        }
    }

    private static long size(NavigableMap<Tid, MemoryTransaction> transactions) {
        return transactions.values().stream().mapToLong(MemoryTransaction::size).sum();
    }

    /** What the pack did, and the files that it leaves behind. */
    private record Exchanged(PackResult result, List<Path> blobs) {}
}
