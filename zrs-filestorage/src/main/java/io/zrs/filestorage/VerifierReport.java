package io.zrs.filestorage;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;

/** Counts what is passed on to a listener. Threading: confined to one thread. */
final class VerifierReport {
    private static final long PROGRESS_BYTES = 1 << 20;

    private final FileStorageVerifier.Listener listener;
    private long findings;
    private long notes;
    private long progressed;

    VerifierReport(FileStorageVerifier.Listener listener) {
        this.listener = listener;
    }

    long findings() {
        return findings;
    }

    long notes() {
        return notes;
    }

    void finding(long offset, String text) {
        findings++;
        listener.finding(offset, text);
    }

    void note(long offset, String text) {
        notes++;
        listener.note(offset, text);
    }

    void record(long offset, DataRecordHeader record, char status, boolean isBlob) {
        listener.record(offset, new Oid(record.oid()), new Tid(record.tid()), status, isBlob);
    }

    void progress(long done, long total) {
        if (done - progressed >= PROGRESS_BYTES || done == total) {
            progressed = done;
            listener.progress(done, total);
        }
    }
}
