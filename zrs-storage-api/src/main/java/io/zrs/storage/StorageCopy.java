package io.zrs.storage;

import io.zrs.storage.TransactionLog.Order;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Copies the transactions of one storage to another, with their tids, and with blobs if the source has them ({@code copyTransactionsFrom}).
 *
 * <p>A copy that was broken off, at whatever instant, leaves the first transactions of the source in the target; the next copy continues behind them. So does one
 * that is made again after the source has grown.
 *
 * <p>Threading: each copy is confined to one thread. Memory goes to one record, and to what the target takes for one transaction. Source: ZODB,
 * {@code BaseStorage.copy} and {@code blob.copyTransactionsFromTo}.
 */
public final class StorageCopy {
    private static final int FORCE_TRANSACTIONS = 1000;
    private static final long FORCE_BYTES = 1L << 25;

    private final TransactionLog log;
    private final @Nullable BlobCapable blobs;
    private final RestorableStorage restorable;
    private final Listener listener;
    private final BlobReader reader = new BlobReader();
    private long transactions;
    private long records;
    private long blobCount;
    private long bytes;
    private long forcedTransactions;
    private long forcedBytes;

    private StorageCopy(
            TransactionLog log, @Nullable BlobCapable blobs, RestorableStorage restorable, Listener listener) {
        this.log = log;
        this.blobs = blobs;
        this.restorable = restorable;
        this.listener = listener;
    }

    /** Is told how the copy goes on; what it throws ends the copy. Threading: called on the copying thread. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Called for each transaction once it is finished; it is durable some time later.
         *
         * @param offset where it begins in the source, {@link LogTransaction#offset()}
         */
        void copied(TransactionHeader header, long offset);

        /** Called first if the target has transactions already, of which {@code last} is the last. */
        default void continues(Tid last) {}
    }

    /**
     * What was copied, all of it durable.
     *
     * @param bytes of records and blobs
     */
    public record Result(long transactions, long records, long blobs, long bytes) {}

    /**
     * Copies what is visible in the source and not yet in the target.
     *
     * @throws StorageException if the source has no {@link TransactionLog}, or the target no {@link RestorableStorage}, or no {@link BlobRestorableStorage} though
     *     the source has blobs
     * @throws DivergedHistoryException if the target's last transaction is not in the source, or is another one there
     * @throws CorruptedStorageException if the source is damaged; the target then has the transactions before that place
     */
    public static Result copy(Storage source, Storage target, Listener listener) {
        TransactionLog log = StorageComparison.log(source);
        RestorableStorage restorable = target.capability(RestorableStorage.class)
                .orElseThrow(() -> new StorageException(target.name() + " takes no copies of transactions"));
        BlobCapable blobs = source.capability(BlobCapable.class).orElse(null);
        if (blobs != null) {
            restorable = target.capability(BlobRestorableStorage.class)
                    .orElseThrow(() ->
                            new StorageException(source.name() + " has blobs, but " + target.name() + " takes none"));
        }
        Tid last = target.lastTransaction();
        if (!last.equals(Tid.NONE)) {
            checkContinues(source, target, last);
            listener.continues(last);
        }
        return new StorageCopy(log, blobs, restorable, listener).copyAfter(last);
    }

    /** The last transaction is looked at in full: equal tids alone come about easily where clocks are set. */
    private static void checkContinues(Storage source, Storage target, Tid last) {
        TransactionLog log = StorageComparison.log(source);
        String names = target.name() + " is not the beginning of " + source.name() + ": ";
        HistoryMatch match = log.matchHistory(last);
        if (match != HistoryMatch.SHARED) {
            throw new DivergedHistoryException(names + reason(match, last, source.lastTransaction()));
        }
        try (TransactionCursor theirs = log.iterate(last, Order.OLDEST_FIRST);
                TransactionCursor ours = StorageComparison.log(target).iterate(last, Order.OLDEST_FIRST)) {
            LogTransaction original = theirs.next();
            LogTransaction copy = ours.next();
            StorageDifference difference = original == null || copy == null
                    ? null
                    : TransactionComparison.of(source, target).difference(original, copy);
            if (difference != null) {
                throw new DivergedHistoryException(names + difference);
            }
        }
    }

    private static String reason(HistoryMatch match, Tid last, Tid sourceLast) {
        String name = "its last transaction, " + last + " (" + last.toTimeString() + "), ";
        return name
                + switch (match) {
                    case SHARED -> "is there";
                    case PACKED_AWAY -> "is not there, though it may have been before a pack";
                    case FORKED -> "is not there, but later ones are";
                    case AHEAD -> "is later than the last one there, " + sourceLast;
                };
    }

    private Result copyAfter(Tid last) {
        try (TransactionCursor cursor = log.iterate(last.next(), Order.OLDEST_FIRST)) {
            for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
                copy(next);
                if (transactions - forcedTransactions >= FORCE_TRANSACTIONS || bytes - forcedBytes >= FORCE_BYTES) {
                    force();
                }
            }
        }
        force();
        return new Result(transactions, records, blobCount, bytes);
    }

    private void force() {
        restorable.force();
        forcedTransactions = transactions;
        forcedBytes = bytes;
    }

    private void copy(LogTransaction source) {
        TransactionHeader header = source.header();
        try (RestoreTransaction target = restorable.beginRestore(header, log.dialect())) {
            for (DataRecord record = source.nextRecord(); record != null; record = source.nextRecord()) {
                copy(record, target);
                records++;
            }
            target.vote();
            target.finish();
        }
        transactions++;
        listener.copied(header, source.offset());
    }

    private void copy(DataRecord record, RestoreTransaction target) {
        byte[] data = record.data();
        if (data == null) {
            target.restore(record.oid(), record.tid(), null, record.dataTid());
            return;
        }
        bytes += data.length;
        if (blobs != null && target instanceof BlobRestoreTransaction blobTarget) {
            try (SeekableByteChannel blob = BlobReader.open(blobs, record.oid(), record.tid())) {
                if (blob != null) {
                    copy(record, data, blob, blobTarget);
                    return;
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read blob " + record.oid() + ", tid " + record.tid(), e);
            }
        }
        target.restore(record.oid(), record.tid(), ByteBuffer.wrap(data), record.dataTid());
    }

    private void copy(DataRecord record, byte[] data, SeekableByteChannel blob, BlobRestoreTransaction target)
            throws IOException {
        try (BlobSink sink = target.restoreBlob(record.oid(), record.tid(), ByteBuffer.wrap(data), record.dataTid())) {
            for (ByteBuffer piece = reader.read(blob); piece.hasRemaining(); piece = reader.read(blob)) {
                bytes += piece.remaining();
                sink.write(piece);
            }
            sink.complete();
        }
        blobCount++;
    }
}
