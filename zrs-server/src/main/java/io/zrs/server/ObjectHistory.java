package io.zrs.server;

import io.zrs.storage.LogTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import io.zrs.storage.TransactionMetadata;
import java.util.Optional;

/**
 * The revisions of an object, newest first, each with the size of its record and what the transaction that wrote it says; a size of null says that the
 * object does not exist in that revision.
 *
 * <p>Threading: confined to one thread.
 */
final class ObjectHistory {
    private final Storage storage;
    private final TransactionLog log;
    private final Oid oid;
    private Tid before;

    /** Revisions that were committed before a tid. */
    ObjectHistory(Storage storage, Oid oid, Tid before) {
        this.storage = storage;
        this.log = storage.capability(TransactionLog.class).orElseThrow();
        this.oid = oid;
        this.before = before;
    }

    /** The next older one; nothing if there is none, or a pack has removed it. */
    Optional<CommitLine> next() {
        Tid tid;
        Long size;
        try {
            ObjectRevision revision = storage.loadBefore(oid, before);
            if (revision == null) {
                return Optional.empty();
            }
            tid = revision.tid();
            size = (long) revision.data().length;
        } catch (PosKeyException e) {
            Tid deleted = e.tid();
            if (deleted == null || deleted.compareTo(before) >= 0) {
                return Optional.empty(); // there is no such object at all
            }
            tid = deleted;
            size = null;
        }
        before = tid;
        return Optional.of(new CommitLine(tid, size, metadata(tid)));
    }

    private TransactionMetadata metadata(Tid tid) {
        try (TransactionCursor cursor = log.iterate(tid, Order.OLDEST_FIRST)) {
            LogTransaction transaction = cursor.next();
            return transaction != null && transaction.header().tid().equals(tid)
                    ? transaction.header().metadata()
                    : TransactionMetadata.EMPTY;
        }
    }
}
