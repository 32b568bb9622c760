package io.zrs.filestorage;

import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Checks a whole {@code Data.fs} against its format: lengths, statuses, the order of tids, every pointer from one record to another, and the
 * saved index.
 *
 * <p>The file is read once from front to back, is never written, and is not locked: a process may have it open for writing, whose
 * unfinished transaction then shows as a finding. What is appended meanwhile is not looked at. After damage the walk goes on where whole
 * transactions can be reached from the end of the file. Memory goes to two indexes (of the file, and as saved) and one record of at most
 * 16 MiB; larger records are not looked into.
 *
 * <p>Source: ZODB, FileStorage {@code read_index}, and {@code fstest.py} for what to look at.
 */
public final class FileStorageVerifier {
    private FileStorageVerifier() {}

    /**
     * Is told what the verifier meets, in about the order of the file. Threading: called on the verifying thread.
     *
     * <p>Offsets are in bytes from the start of the data file, also where the saved index is the matter.
     */
    public interface Listener {
        /** Something is wrong. */
        void finding(long offset, String text);

        /** Something is unusual, but happens in sound files. */
        void note(long offset, String text);

        /**
         * A record of a committed transaction.
         *
         * @param tid of the record, which names its blob file; normally the tid of the transaction
         * @param status of the transaction, {@code ' '} or {@code 'p'} in sound files
         * @param isBlob whether its data, or what it points back to, is the record of a blob
         */
        default void record(long offset, Oid oid, Tid tid, char status, boolean isBlob) {}

        /** Comes about once a mebibyte, and at the end. */
        default void progress(long bytesDone, long bytesTotal) {}
    }

    /**
     * What was there.
     *
     * @param transactions committed transactions that could be read
     * @param records data records in them
     * @param bytes of the file up to the end of the last committed transaction
     * @param objects different oids among the records, deleted objects included
     * @param lastTransaction tid of the last committed transaction, {@link Tid#NONE} if there is none
     * @param findings number of calls of {@link Listener#finding}
     * @param notes number of calls of {@link Listener#note}
     */
    public record Summary(
            long transactions,
            long records,
            long bytes,
            long objects,
            Tid lastTransaction,
            long findings,
            long notes) {}

    /**
     * Verifies a file.
     *
     * <p>Threading: any; takes as long as it takes to read the file.
     *
     * @throws UncheckedIOException if the file is not there or cannot be read
     */
    public static Summary verify(Path dataFile, Listener listener) {
        try (LogFile file = ChannelLogFile.open(dataFile, false)) {
            VerifierReport report = new VerifierReport(listener);
            SavedIndexCheck savedIndex = SavedIndexCheck.of(dataFile, report);
            return new LogVerification(file, savedIndex, report).run();
        }
    }
}
