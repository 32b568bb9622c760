package io.zrs.secondary;

import io.zrs.protocol.ReplicationSink;
import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects what one connection brings, and sees that no transaction comes twice or too late.
 *
 * <p>Threading: confined to the reactor thread.
 */
final class Intake implements ReplicationSink {
    private final Counters counters;
    private Tid last;
    private boolean transactionOpen;
    private List<Operation> operations = new ArrayList<>();
    private long size;

    /** Takes what comes after {@code last}. */
    Intake(Tid last, Counters counters) {
        this.last = last;
        this.counters = counters;
    }

    /** What has come since the last call, null if that is nothing. */
    @Nullable
    Batch take(Batch.Source source) {
        if (operations.isEmpty()) {
            return null;
        }
        Batch batch = new Batch(source, operations, size, Batch.End.OPEN);
        operations = new ArrayList<>();
        size = 0;
        return batch;
    }

    /** Whether a transaction has begun that is not whole yet. */
    boolean isTransactionOpen() {
        return transactionOpen;
    }

    @Override
    public void begin(TransactionHeader header, PickleDialect dialect) {
        if (header.tid().compareTo(last) <= 0) {
            throw new TransactionOutOfOrderException(header.tid(), last);
        }
        last = header.tid();
        transactionOpen = true;
        add(new Operation.Begin(header, dialect));
    }

    @Override
    public void store(Oid oid, Tid serial, byte @Nullable [] data, @Nullable Tid dataTid) {
        add(new Operation.Store(new DataRecord(oid, serial, data, dataTid)));
    }

    @Override
    public void beginBlob(Oid oid, Tid serial, byte[] data, @Nullable Tid dataTid) {
        add(new Operation.BeginBlob(new DataRecord(oid, serial, data, dataTid)));
    }

    @Override
    public void blobBytes(ByteBuffer bytes) {
        if (bytes.hasRemaining()) {
            ByteBuffer copy = ByteBuffer.allocate(bytes.remaining());
            add(new Operation.BlobBytes(copy.put(bytes).flip()));
        }
    }

    @Override
    public void endBlob() {
        add(new Operation.EndBlob());
    }

    @Override
    public void commit() {
        transactionOpen = false;
        counters.transactionCount++;
        add(new Operation.Commit());
    }

    private void add(Operation operation) {
        operations.add(operation);
        size += operation.size();
    }
}
