package io.zrs.filestorage;

import io.zrs.filestorage.FileStorageRecovery.Loss;
import io.zrs.filestorage.FileStorageRecovery.Summary;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import org.jspecify.annotations.Nullable;

/** Counts what is passed on to a listener. Threading: confined to one thread. */
final class RecoveryReport {
    private static final long PROGRESS_BYTES = 1 << 20;

    private final FileStorageRecovery.Listener listener;
    private long losses;
    private long lostBytes;
    private long notes;
    private long progressed;

    RecoveryReport(FileStorageRecovery.Listener listener) {
        this.listener = listener;
    }

    /** Tells of bytes that are lost. */
    void lost(long offset, long end, @Nullable Tid tid, @Nullable Oid oid, String reason) {
        losses++;
        lostBytes += end - offset;
        listener.lost(new Loss(offset, end, tid, oid, reason));
    }

    void note(long offset, String text) {
        notes++;
        listener.note(offset, text);
    }

    void progress(long done, long total) {
        if (done - progressed >= PROGRESS_BYTES || done == total) {
            progressed = done;
            listener.progress(done, total);
        }
    }

    Summary summary(long transactions, long records, Tid last) {
        return new Summary(transactions, records, last, losses, lostBytes, notes);
    }
}
