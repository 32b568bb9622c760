package io.zrs.secondary;

import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.PersistentMapping;
import io.zrs.protocol.ReplicationMessage;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionFollower;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionMetadata;
import io.zrs.testing.FakeConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A database that a test writes, and whose log it sends to a secondary, transaction by transaction, in the primary's stead. */
final class PrimaryDatabase implements AutoCloseable {
    private static final int BLOCK_BYTES = 1 << 16;

    private final Storage storage;
    private final Database database;
    private final Connection connection;
    private final TransactionLog log;
    private final TransactionFollower unsent;

    /** Opens a database; the first transaction of a new one gives it a root. */
    PrimaryDatabase(Storage storage) {
        this.storage = storage;
        this.database = Database.open(storage);
        this.connection = database.open();
        this.log = storage.capability(TransactionLog.class).orElseThrow();
        this.unsent = log.follow(Tid.NONE);
    }

    PersistentMapping root() {
        return connection.root();
    }

    Tid commit() {
        return connection.commit().orElseThrow();
    }

    PickleDialect dialect() {
        return log.dialect();
    }

    /** The first transaction that was not taken yet. */
    LogTransaction next() {
        return Objects.requireNonNull(unsent.next(), "all transactions were sent");
    }

    /** Sends the first transaction that was not taken yet. */
    Tid sendNext(FakeConnection secondary) {
        LogTransaction transaction = next();
        secondary.send(new ReplicationMessage.Begin(transaction.header(), dialect()));
        for (DataRecord record = transaction.nextRecord(); record != null; record = transaction.nextRecord()) {
            send(record, secondary);
        }
        secondary.send(new ReplicationMessage.Commit(secondary.digest()));
        return transaction.header().tid();
    }

    /** Sends one record: with the bytes of its blob if there is a file of them, else plain. */
    void send(DataRecord record, FakeConnection secondary) {
        byte[] data = record.data() == null ? new byte[0] : record.data();
        byte[] blob = blob(record);
        if (blob == null) {
            secondary.send(new ReplicationMessage.Store(record.oid(), record.tid(), record.dataTid()));
            secondary.send(data);
            return;
        }
        int blockCount = (blob.length + BLOCK_BYTES - 1) / BLOCK_BYTES;
        secondary.send(new ReplicationMessage.StoreBlob(record.oid(), record.tid(), record.dataTid(), blockCount));
        secondary.send(data);
        for (int start = 0; start < blob.length; start += BLOCK_BYTES) {
            secondary.send(Arrays.copyOfRange(blob, start, Math.min(start + BLOCK_BYTES, blob.length)));
        }
    }

    /** Undoes the last transaction, by records that refer to the revisions before it as the original writes them. */
    Tid undo() {
        Tid undone = storage.lastTransaction();
        Tid tid = undone.next();
        TransactionHeader header =
                new TransactionHeader(tid, TransactionHeader.COMMITTED, TransactionMetadata.of("", "undo"));
        RestorableStorage restorable =
                storage.capability(RestorableStorage.class).orElseThrow();
        try (TransactionCursor cursor = log.iterate(undone, TransactionLog.Order.OLDEST_FIRST);
                RestoreTransaction undo = restorable.beginRestore(header, dialect())) {
            LogTransaction last = Objects.requireNonNull(cursor.next());
            for (DataRecord record = last.nextRecord(); record != null; record = last.nextRecord()) {
                Optional<ObjectRevision> before = before(record.oid(), undone);
                undo.restore(
                        record.oid(),
                        tid,
                        before.map(revision -> ByteBuffer.wrap(revision.data())).orElse(null),
                        before.map(ObjectRevision::tid).orElse(null));
            }
            undo.vote();
            undo.finish();
        }
        restorable.force();
        connection.sync();
        return tid;
    }

    @Override
    public void close() {
        unsent.close();
        database.close();
    }

    private Optional<ObjectRevision> before(Oid oid, Tid tid) {
        return Optional.ofNullable(storage.loadBefore(oid, tid));
    }

    private byte @Nullable [] blob(DataRecord record) {
        Optional<BlobCapable> blobs = storage.capability(BlobCapable.class);
        if (blobs.isEmpty()) {
            return null;
        }
        try {
            return Files.readAllBytes(blobs.get().loadBlob(record.oid(), record.tid()));
        } catch (PosKeyException e) {
            return null; // no blob, or one that was never written
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
