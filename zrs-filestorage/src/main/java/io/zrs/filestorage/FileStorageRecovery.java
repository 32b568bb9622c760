package io.zrs.filestorage;

import io.zrs.storage.Oid;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Copies what can be read out of a damaged {@code Data.fs} into another storage, and tells what could not.
 *
 * <p>A transaction is sound if its lengths and those of its records add up, each record says that it belongs to it, and no oid or tid in it is
 * contradicted by others. Behind one that is not,
 * the walk goes on where the length at its end leads, or else where the next bytes look like a transaction in all respects. Transactions are restored
 * with their own tids, records with their own data: offsets and pointers apart, the copy has the same bytes. Nothing is made up: a tid
 * that does not advance, or that every record of the transaction contradicts, is damage.
 *
 * <p>A record that points back to data is restored from wherever that data can still be read, also if the transaction around it is lost; if it
 * cannot be read, that record alone is left out. Transactions of status {@code u} do not count and are left out. One of status {@code c} counts
 * if a committed one follows.
 *
 * <p>A {@code Data.fs} has no checksums: data or metadata with other bytes than were once written is copied as it is, and so is the oid of a new object. The damaged file is never
 * written, is not locked, and must not change meanwhile. Time is linear in its size whatever it holds, memory goes to one record and to what
 * {@link RestorableStorage} takes for one transaction.
 *
 * <p>Source: ZODB, {@code fsrecover.py}, for what to do; other than there, transactions are recognised by the offsets in their records.
 */
public final class FileStorageRecovery {
    private FileStorageRecovery() {}

    /** What becomes of a transaction some records of which are damaged. */
    public enum Damaged {
        /** It is lost as a whole, as there are no half transactions. */
        LEAVE_OUT,
        /** Its sound records are kept: those that are followed by another one, or by the end of the transaction. */
        KEEP_SOUND_RECORDS
    }

    /**
     * Bytes of which nothing was kept.
     *
     * @param offset in the damaged file, in bytes
     * @param end offset of the first byte behind them
     * @param tid of the transaction, null if they are not known to be one's, or to be one's only
     * @param oid of the record, null if they are not known to be just one's
     */
    public record Loss(
            long offset,
            long end,
            @Nullable Tid tid,
            @Nullable Oid oid,
            String reason) {}

    /** Is told what the recovery meets, in the order of the file. Threading: called on the recovering thread. */
    public interface Listener {
        /** Something is lost. */
        void lost(Loss loss);

        /** Something was not as it should be, and was kept or does not matter. */
        void note(long offset, String text);

        /** Comes about once a mebibyte, and at the end. */
        default void progress(long bytesDone, long bytesTotal) {}
    }

    /**
     * What was done.
     *
     * @param transactions that were restored
     * @param records data records in them
     * @param lastTransaction tid of the last one, {@link Tid#NONE} if there is none
     * @param losses number of calls of {@link Listener#lost}
     * @param lostBytes in those losses
     * @param notes number of calls of {@link Listener#note}
     */
    public record Summary(
            long transactions, long records, Tid lastTransaction, long losses, long lostBytes, long notes) {}

    /**
     * Recovers what is in {@code dataFile}.
     *
     * <p>Threading: any; takes as long as it takes to read the file, and to write what is in it.
     *
     * @param target a storage without transactions that can restore; everything in it is durable in the end
     * @throws IllegalArgumentException if {@code target} is none
     * @throws UncheckedIOException if a disk fails; {@code target} then has the transactions up to some point
     */
    public static Summary recover(Path dataFile, Storage target, Damaged damaged, Listener listener) {
        RestorableStorage restorable = target.capability(RestorableStorage.class)
                .orElseThrow(() -> new IllegalArgumentException(target.name() + " cannot restore"));
        if (!target.lastTransaction().equals(Tid.NONE)) {
            throw new IllegalArgumentException(target.name() + " is not empty");
        }
        try (LogFile file = ChannelLogFile.open(dataFile, false)) {
            return new LogRecovery(file, restorable, damaged, new RecoveryReport(listener)).run();
        }
    }
}
