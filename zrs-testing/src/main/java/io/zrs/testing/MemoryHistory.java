package io.zrs.testing;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableSortedMap;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zrs.storage.DataRecord;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.HistoryEntry;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PackException;
import io.zrs.storage.PackResult;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RecordCursor;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.Tid;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The finished transactions and the revisions of each object, for those who read.
 *
 * <p>A transaction passes three stages, each in the order of the tids:
 *
 * <pre>
 * finished    it will be part of history; only the next writer sees it
 * durable     it survives the storage, and can be loaded
 * announced   listeners know it; it is in the log for those who iterate or follow, and may be the last transaction
 * </pre>
 *
 * <p>Threading: thread-safe, by one lock, which is held for no longer than it takes to look at memory.
 */
final class MemoryHistory implements HistoryCapable, RecordIteration {
    @GuardedBy("this")
    private NavigableMap<Tid, MemoryTransaction> transactions;

    /** Of each object the revision that was written last, with links to those before. */
    @GuardedBy("this")
    private NavigableMap<Oid, MemoryRevision> newest;

    @GuardedBy("this")
    private Tid durable;

    @GuardedBy("this")
    private Tid announced;

    /** That of the first transaction; null while there is none. */
    @GuardedBy("this")
    private @Nullable PickleDialect dialect;

    @GuardedBy("this")
    private boolean closed;

    /** Begins with transactions that have passed all stages. */
    MemoryHistory(NavigableMap<Tid, MemoryTransaction> transactions, @Nullable PickleDialect dialect) {
        this.transactions = new TreeMap<>(transactions);
        this.newest = newest(transactions);
        this.durable = transactions.isEmpty() ? Tid.NONE : transactions.lastKey();
        this.announced = durable;
        this.dialect = dialect;
    }

    synchronized ObjectRevision load(Oid oid) {
        MemoryRevision current = current(oid, null);
        return new ObjectRevision(data(current, null), current.tid(), null);
    }

    synchronized @Nullable ObjectRevision loadBefore(Oid oid, Tid tid) {
        Tid endTid = null;
        for (MemoryRevision each = current(oid, tid); each != null; each = each.previous()) {
            if (each.tid().compareTo(tid) < 0) {
                return new ObjectRevision(data(each, each.tid()), each.tid(), endTid);
            }
            endTid = each.tid();
        }
        return null;
    }

    synchronized byte[] loadSerial(Oid oid, Tid tid) {
        return data(revision(oid, tid), tid);
    }

    /**
     * The revision {@code tid} of an object.
     *
     * @throws PosKeyException if there is no such revision; one in which the object does not exist is one
     */
    synchronized MemoryRevision revision(Oid oid, Tid tid) {
        checkOpen();
        MemoryRevision found = find(oid, tid);
        if (found == null || !isDurable(found)) {
            throw new PosKeyException(oid, tid, "no such revision");
        }
        return found;
    }

    @Override
    public synchronized List<HistoryEntry> history(Oid oid, int count) {
        checkArgument(count >= 0, "a count is not negative: %s", count);
        List<HistoryEntry> entries = new ArrayList<>();
        MemoryRevision next = current(oid, null);
        while (next != null && entries.size() < count) {
            entries.add(new HistoryEntry(next.tid(), next.transaction().metadata(), next.ownSize()));
            next = next.previous();
        }
        return entries;
    }

    @Override
    public RecordCursor iterateRecords(Oid start) {
        checkOpen();
        return new RecordCursor() {
            private @Nullable Oid from = start;

            @Override
            public @Nullable DataRecord next() {
                MemoryRevision found = from == null ? null : existing(from);
                from = found == null || found.oid().value() == -1
                        ? null
                        : new Oid(found.oid().value() + 1);
                return found == null ? null : MemoryTransaction.record(found);
            }

            @Override
            public void close() {
                from = null;
            }
        };
    }

    /** The current revision of the first object that exists and is not before {@code from}. */
    private synchronized @Nullable MemoryRevision existing(Oid from) {
        checkOpen();
        for (MemoryRevision last : newest.tailMap(from, true).values()) {
            MemoryRevision current = newestDurable(last);
            if (current != null && current.data() != null) {
                return current;
            }
        }
        return null;
    }

    synchronized long objectCount() {
        checkOpen();
        long count = 0;
        for (MemoryRevision last : newest.values()) {
            count += newestDurable(last) == null ? 0 : 1;
        }
        return count;
    }

    synchronized long sizeInBytes() {
        checkOpen();
        return transactions.headMap(announced, true).values().stream()
                .mapToLong(MemoryTransaction::size)
                .sum();
    }

    synchronized Tid lastTransaction() {
        checkOpen();
        return announced;
    }

    synchronized boolean isAnnounced(Tid tid) {
        return tid.compareTo(announced) <= 0;
    }

    /** The transactions that have been announced, as they are now. */
    synchronized NavigableMap<Tid, MemoryTransaction> announcedTransactions() {
        checkOpen();
        return ImmutableSortedMap.copyOfSorted(transactions.headMap(announced, true));
    }

    /** The first announced transaction after {@code tid}. */
    synchronized @Nullable MemoryTransaction announcedAfter(Tid tid) {
        checkOpen();
        Map.Entry<Tid, MemoryTransaction> next = transactions.higherEntry(tid);
        return next == null || next.getKey().compareTo(announced) > 0 ? null : next.getValue();
    }

    synchronized PickleDialect dialect() {
        checkOpen();
        return dialect == null ? PickleDialect.PYTHON3 : dialect;
    }

    /** The revision of an object that the next writer replaces, null if there never was such an object. */
    synchronized @Nullable MemoryRevision newest(Oid oid) {
        return newest.get(oid);
    }

    /** The revision {@code tid} of an object, visible or not: by its links, or else, when a pack has cut them, in its transaction. */
    synchronized @Nullable MemoryRevision find(Oid oid, Tid tid) {
        MemoryRevision found = newest.get(oid);
        while (found != null && !found.tid().equals(tid)) {
            found = found.previous();
        }
        MemoryTransaction transaction = transactions.get(tid);
        if (found == null && transaction != null) {
            for (MemoryRevision each : transaction.revisions()) {
                found = each.oid().equals(oid) ? each : found;
            }
        }
        return found;
    }

    /** The finished transaction {@code tid}. */
    synchronized @Nullable MemoryTransaction transaction(Tid tid) {
        return transactions.get(tid);
    }

    /** All finished transactions, as they are now. */
    synchronized NavigableMap<Tid, MemoryTransaction> transactions() {
        return ImmutableSortedMap.copyOfSorted(transactions);
    }

    /** The files of all blobs. */
    synchronized Set<Path> blobs() {
        return transactions.values().stream()
                .flatMap(transaction -> transaction.revisions().stream())
                .flatMap(revision -> Stream.ofNullable(revision.blob()))
                .collect(Collectors.toSet());
    }

    /** The highest oid that any object has; oid 0 if there is none. */
    synchronized Oid highestOid() {
        return newest.isEmpty() ? Oid.ROOT : newest.lastKey();
    }

    /** The newest finished transaction, {@link Tid#NONE} if there is none. */
    synchronized Tid lastFinished() {
        return transactions.isEmpty() ? Tid.NONE : transactions.lastKey();
    }

    synchronized void addFinished(MemoryTransaction transaction, PickleDialect itsDialect) {
        transactions.put(transaction.tid(), transaction);
        putNewest(transaction, newest);
        dialect = dialect == null ? itsDialect : dialect;
    }

    /** Makes the oldest transaction durable that is not yet; it becomes the one to {@linkplain #announce announce}. Null if all are. */
    synchronized @Nullable MemoryTransaction makeDurable() {
        Map.Entry<Tid, MemoryTransaction> next = transactions.higherEntry(durable);
        if (next == null) {
            return null;
        }
        durable = next.getKey();
        return next.getValue();
    }

    /** Follows after the listeners have been told of {@code transaction}. */
    synchronized void announce(MemoryTransaction transaction) {
        announced = transaction.tid();
    }

    /** Puts the transactions that a pack has left in place of those that were there; the newest one is the same. */
    synchronized PackResult replace(NavigableMap<Tid, MemoryTransaction> packed) {
        if (closed) {
            throw new PackException("the storage was closed");
        }
        long bytes = sizeInBytes();
        long objects = objectCount();
        transactions = new TreeMap<>(packed);
        newest = newest(packed);
        return new PackResult(bytes, sizeInBytes(), objects, objectCount());
    }

    /** A history that begins with what is durable in this one. */
    synchronized MemoryHistory reopen() {
        return new MemoryHistory(transactions.headMap(durable, true), dialect);
    }

    synchronized void close() {
        closed = true;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the storage is closed");
        }
    }

    private static NavigableMap<Oid, MemoryRevision> newest(NavigableMap<Tid, MemoryTransaction> transactions) {
        NavigableMap<Oid, MemoryRevision> newest = new TreeMap<>();
        transactions.values().forEach(transaction -> putNewest(transaction, newest));
        return newest;
    }

    /** Notes the revisions of a transaction as current ones; of two for one object the second one counts. */
    static void putNewest(MemoryTransaction transaction, Map<Oid, MemoryRevision> newest) {
        Map<Oid, MemoryRevision> written = new HashMap<>();
        transaction.revisions().forEach(revision -> written.put(revision.oid(), revision));
        newest.putAll(written);
    }

    /** The current revision for those who load; the object need not exist in it. */
    @GuardedBy("this")
    private MemoryRevision current(Oid oid, @Nullable Tid tid) {
        checkOpen();
        MemoryRevision current = newestDurable(newest.get(oid));
        if (current == null) {
            throw new PosKeyException(oid, tid, "no such object");
        }
        return current;
    }

    @GuardedBy("this")
    private @Nullable MemoryRevision newestDurable(@Nullable MemoryRevision last) {
        MemoryRevision current = last;
        while (current != null && !isDurable(current)) {
            current = current.previous();
        }
        return current;
    }

    @GuardedBy("this")
    private boolean isDurable(MemoryRevision revision) {
        return revision.transaction().tid().compareTo(durable) <= 0;
    }

    private static byte[] data(MemoryRevision revision, @Nullable Tid tid) {
        byte[] data = revision.copyData();
        if (data == null) {
            throw new PosKeyException(revision.oid(), tid, "the object does not exist as of this revision");
        }
        return data;
    }
}
