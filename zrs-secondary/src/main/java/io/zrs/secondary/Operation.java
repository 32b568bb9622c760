package io.zrs.secondary;

import io.zrs.storage.DataRecord;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;

/** One step of a transaction, on its way from the reactor thread to the storage. It owns its bytes. */
sealed interface Operation {
    /** What an operation costs beside its bytes, in bytes: a bound, so that a queue of empty records is bounded too. */
    long OVERHEAD = 128;

    /** Memory that this holds, in bytes, roughly. */
    default long size() {
        return OVERHEAD;
    }

    /** Does it. */
    void applyTo(TransactionWriter writer);

    /** A transaction begins. */
    record Begin(TransactionHeader header, PickleDialect dialect) implements Operation {
        @Override
        public long size() {
            TransactionMetadata metadata = header.metadata();
            return 2 * OVERHEAD
                    + metadata.user().size()
                    + metadata.description().size()
                    + metadata.extension().size();
        }

        @Override
        public void applyTo(TransactionWriter writer) {
            writer.begin(header, dialect);
        }
    }

    /** A record without blob. */
    record Store(DataRecord content) implements Operation {
        @Override
        public long size() {
            return sizeOf(content);
        }

        @Override
        public void applyTo(TransactionWriter writer) {
            writer.store(content);
        }
    }

    /** A record with a blob, whose bytes follow. */
    record BeginBlob(DataRecord content) implements Operation {
        @Override
        public long size() {
            return sizeOf(content);
        }

        @Override
        public void applyTo(TransactionWriter writer) {
            writer.beginBlob(content);
        }
    }

    /** Some of a blob's bytes: all that remain in {@code bytes}, which is consumed. */
    record BlobBytes(ByteBuffer bytes) implements Operation {
        @Override
        public long size() {
            return OVERHEAD + bytes.capacity();
        }

        @Override
        public void applyTo(TransactionWriter writer) {
            writer.blobBytes(bytes);
        }
    }

    /** The blob is whole. */
    record EndBlob() implements Operation {
        @Override
        public void applyTo(TransactionWriter writer) {
            writer.endBlob();
        }
    }

    /** The transaction is whole. */
    record Commit() implements Operation {
        @Override
        public void applyTo(TransactionWriter writer) {
            writer.commit();
        }
    }

    private static long sizeOf(DataRecord content) {
        byte[] data = content.data();
        return OVERHEAD + (data == null ? 0 : data.length);
    }
}
