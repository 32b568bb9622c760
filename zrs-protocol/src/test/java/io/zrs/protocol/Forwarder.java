package io.zrs.protocol;

import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sends on what it receives, as a chained secondary does. */
final class Forwarder implements ReplicationSink {
    private final SendingSession sending;
    private @Nullable DataRecord blobRecord;
    private final ByteArrayOutputStream blob = new ByteArrayOutputStream();

    Forwarder(SendingSession sending) {
        this.sending = sending;
    }

    @Override
    public void begin(TransactionHeader header, PickleDialect dialect) {
        sending.begin(header, dialect);
    }

    @Override
    public void store(Oid oid, Tid serial, byte @Nullable [] data, @Nullable Tid dataTid) {
        sending.store(new DataRecord(oid, serial, data, dataTid));
    }

    @Override
    public void beginBlob(Oid oid, Tid serial, byte[] data, @Nullable Tid dataTid) {
        blobRecord = new DataRecord(oid, serial, data, dataTid);
        blob.reset();
    }

    @Override
    public void blobBytes(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        blob.writeBytes(copy);
    }

    @Override
    public void endBlob() {

        sending.beginBlob(Objects.requireNonNull(blobRecord), blob.size());
        sending.blobBytes(ByteBuffer.wrap(blob.toByteArray()));
    }

    @Override
    public void commit() {
        sending.commit();
    }
}
