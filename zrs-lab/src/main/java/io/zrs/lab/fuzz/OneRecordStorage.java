package io.zrs.lab.fuzz;

import io.zrs.storage.CommitListener;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import java.util.Optional;

/** A storage in which every object but those with high oids has the same record. Threading: thread-safe. */
final class OneRecordStorage implements Storage {
    private static final Tid TID = new Tid(0x036c6b90f7777777L);
    private static final int OBJECT_COUNT = 1 << 16;

    private final byte[] record;

    OneRecordStorage(byte[] record) {
        this.record = record;
    }

    @Override
    public String name() {
        return "one record";
    }

    @Override
    public Tid lastTransaction() {
        return TID;
    }

    @Override
    public long objectCount() {
        return OBJECT_COUNT;
    }

    @Override
    public long sizeInBytes() {
        return record.length;
    }

    @Override
    public ObjectRevision load(Oid oid) {
        return new ObjectRevision(loadSerial(oid, TID), TID, null);
    }

    @Override
    public ObjectRevision loadBefore(Oid oid, Tid tid) {
        return load(oid);
    }

    @Override
    public byte[] loadSerial(Oid oid, Tid tid) {
        if (Long.compareUnsigned(oid.value(), OBJECT_COUNT) >= 0) {
            throw new PosKeyException(oid, tid, "no such object");
        }
        return record.clone();
    }

    @Override
    public Subscription addCommitListener(CommitListener listener) {
        return () -> {};
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
