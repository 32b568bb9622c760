package io.zrs.server;

import io.zrs.pickle.RecordScanner;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.DataRecord;
import io.zrs.storage.PosKeyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;

/**
 * A record as {@code dump} shows it.
 *
 * @param offset in the data file, in bytes
 * @param isBlob whether it is the record of a blob
 * @param blob of the blob's file, empty if there is none, or nobody looked
 */
record DumpedRecord(DataRecord record, long offset, boolean isBlob, Optional<Contents> blob) {
    static DumpedRecord of(DataRecord record, long offset, Optional<BlobCapable> blobs) {
        byte[] data = record.data();
        boolean isBlob = data != null && RecordScanner.isBlob(ByteBuffer.wrap(data));
        Optional<Contents> blob = isBlob ? blobs.flatMap(storage -> contents(storage, record)) : Optional.empty();
        return new DumpedRecord(record, offset, isBlob, blob);
    }

    private static Optional<Contents> contents(BlobCapable blobs, DataRecord record) {
        try (SeekableByteChannel channel = blobs.openBlob(record.oid(), record.tid())) {
            return Optional.of(Contents.of(channel));
        } catch (PosKeyException e) {
            return Optional.empty(); // never written
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read blob " + record.oid() + ", tid " + record.tid(), e);
        }
    }
}
