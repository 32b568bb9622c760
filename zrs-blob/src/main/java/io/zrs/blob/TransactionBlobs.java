package io.zrs.blob;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zrs.storage.BlobSink;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The blobs of one open transaction, and the order of the calls on it, which is the same for both kinds of transaction. A call out of
 * order changes nothing; one that fails leaves a transaction that can only be closed.
 *
 * <p>Threading: thread-safe; the transaction is confined to one thread, but closing the storage aborts it from another.
 */
final class TransactionBlobs {
    private final BlobCommits commits;

    @GuardedBy("this")
    private final Map<BlobRevision, UncommittedBlob> blobs = new LinkedHashMap<>();

    @GuardedBy("this")
    private Phase phase = Phase.OPEN;

    @GuardedBy("this")
    private @Nullable BlobFileSink sink;

    private enum Phase {
        OPEN,
        INSIDE_A_BLOB,
        VOTED,
        FINISHED,
        BROKEN,
        CLOSED
    }

    TransactionBlobs(BlobCommits commits) {
        this.commits = commits;
    }

    /** Writes records; {@code record} may {@link #add} blobs to them, and {@link #drop} some. */
    synchronized void write(Runnable record) {
        step(Phase.OPEN, Phase.OPEN, record);
    }

    /** Makes a blob, which has no files yet, part of the transaction. The last blob of a revision counts. */
    synchronized void add(UncommittedBlob blob) {
        drop(blob.revision());
        blobs.put(blob.revision(), blob);
    }

    /** The revision has no blob, after all. */
    synchronized void drop(BlobRevision revision) {
        UncommittedBlob dropped = blobs.remove(revision);
        if (dropped != null) {
            commits.discard(List.of(dropped));
        }
    }

    /** Writes a record, then begins its blob. The last blob of a revision counts. */
    synchronized BlobSink beginBlob(Runnable record, UncommittedBlob blob) {
        step(Phase.OPEN, Phase.BROKEN, () -> {
            record.run();
            add(blob);
        });
        BlobFileSink opened = new BlobFileSink(this, blob.revision(), commits.openData(blob));
        phase = Phase.INSIDE_A_BLOB;
        sink = opened;
        return opened;
    }

    /** Ends the blob that was begun last. */
    synchronized void endBlob(Runnable end) {
        step(Phase.INSIDE_A_BLOB, Phase.OPEN, end);
        sink = null;
    }

    /** Gives up a blob unless it has ended, and with it the transaction. */
    synchronized void dropBlob(BlobFileSink dropped) {
        if (phase == Phase.INSIDE_A_BLOB && sink == dropped) {
            phase = Phase.BROKEN;
            commits.discard(all());
        }
    }

    synchronized void vote(Consumer<Collection<UncommittedBlob>> vote) {
        step(Phase.OPEN, Phase.VOTED, () -> vote.accept(all()));
    }

    synchronized void finish(Consumer<Collection<UncommittedBlob>> finish) {
        step(Phase.VOTED, Phase.FINISHED, () -> finish.accept(all()));
        commits.ended(this);
    }

    /** Leaves nothing of the blobs, unless the transaction is finished. */
    synchronized void abort() {
        if (phase == Phase.CLOSED) {
            return;
        }
        phase = Phase.CLOSED;
        commits.ended(this);
        try {
            if (sink != null) {
                sink.closeChannel();
            }
        } finally {
            commits.discard(all());
        }
    }

    private synchronized void step(Phase from, Phase to, Runnable action) {
        if (phase != from) {
            throw new IllegalStateException("the transaction is " + phase + ", not " + from);
        }
        phase = Phase.BROKEN;
        action.run();
        phase = to;
    }

    private synchronized Collection<UncommittedBlob> all() {
        return List.copyOf(blobs.values());
    }
}
