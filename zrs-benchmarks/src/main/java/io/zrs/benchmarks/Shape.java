package io.zrs.benchmarks;

import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.SplittableRandom;

/**
 * What a storage is filled with.
 *
 * @param recordCount records in each transaction
 * @param recordSize bytes of each record
 * @param blobSize bytes of the blob that each record has, 0 for records without blobs
 */
record Shape(String name, int recordCount, int recordSize, long blobSize) {
    /** So many different objects are written, over and over. */
    private static final int OBJECT_COUNT = 200_000;

    private static final int CHUNK_BYTES = 1 << 20;
    private static final int UNFORCED_BYTES_MAX = 64 << 20;
    private static final Tid FIRST = Tid.of(Instant.parse("2026-01-01T00:00:00Z"));

    /** Records without blobs. */
    static Shape records(String name, int recordCount, int recordSize) {
        return new Shape(name, recordCount, recordSize, 0);
    }

    /** One blob in each transaction. */
    static Shape blobs(String name, long blobSize) {
        return new Shape(name, 1, SampleRecords.blob().length, blobSize);
    }

    /** Bytes of a transaction, without what formats add. */
    long transactionSize() {
        return recordCount * (recordSize + blobSize);
    }

    /**
     * Appends transactions that make up {@code size} bytes, at least one.
     *
     * @return the last tid
     */
    Tid fill(StorageFiles files, long size) {
        try (Storage storage = files.open()) {
            return new Filling(storage).fill(Math.max(1, size / transactionSize()));
        }
    }

    private final class Filling {
        private final BlobRestorableStorage target;
        private final SplittableRandom random;
        private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        private Tid last;
        private long nextOid;

        Filling(Storage storage) {
            this.target = storage.capability(BlobRestorableStorage.class).orElseThrow();
            this.last = storage.lastTransaction();
            this.random = new SplittableRandom(last.value());
            this.nextOid = storage.objectCount();
            random.nextBytes(chunk.array());
        }

        Tid fill(long transactionCount) {
            long unforced = 0;
            for (long i = 0; i < transactionCount; i++) {
                transaction();
                unforced += transactionSize();
                if (unforced >= UNFORCED_BYTES_MAX) {
                    target.force();
                    unforced = 0;
                }
            }
            target.force();
            return last;
        }

        private void transaction() {
            Tid tid = FIRST.laterThan(last);
            TransactionMetadata metadata = TransactionMetadata.of("/ user", "a change");
            TransactionHeader header = new TransactionHeader(tid, TransactionHeader.COMMITTED, metadata);
            try (BlobRestoreTransaction transaction = target.beginRestore(header, PickleDialect.PYTHON3)) {
                for (int i = 0; i < recordCount; i++) {
                    record(transaction, new Oid(nextOid++ % OBJECT_COUNT), tid);
                }
                transaction.vote();
                transaction.finish();
            }
            last = tid;
        }

        private void record(BlobRestoreTransaction transaction, Oid oid, Tid tid) {
            if (blobSize == 0) {
                transaction.restore(oid, tid, ByteBuffer.wrap(SampleRecords.mapping(recordSize, random)), null);
                return;
            }
            try (BlobSink sink = transaction.restoreBlob(oid, tid, ByteBuffer.wrap(SampleRecords.blob()), null)) {
                for (long missing = blobSize; missing > 0; missing -= CHUNK_BYTES) {
                    chunk.putLong(0, random.nextLong());
                    sink.write(chunk.duplicate().limit((int) Math.min(missing, CHUNK_BYTES)));
                }
                sink.complete();
            }
        }
    }
}
