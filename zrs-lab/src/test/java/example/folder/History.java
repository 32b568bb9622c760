package example.folder;

import io.zrs.storage.CommitListener;
import io.zrs.storage.CommittedTransaction;
import io.zrs.storage.DataRecord;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All transactions in memory, and how far others may see them. A transaction is added when it is finished, can be loaded when it is durable, and is shown in the log when
 * listeners have been told of it.
 *
 * <p>Threading: thread-safe; its monitor guards everything but the listeners, which are called without it.
 */
final class History {
    private static final Logger LOG = LoggerFactory.getLogger(History.class);

    private record Revision(Tid transaction, DataRecord record) {}

    private final NavigableMap<Tid, Commit> commits = new TreeMap<>();
    private final Map<Oid, NavigableMap<Tid, Revision>> objects = new HashMap<>();
    private final Map<Object, CommitListener> listeners = new ConcurrentHashMap<>();
    private final Map<Object, Runnable> wakeUps = new ConcurrentHashMap<>();
    private Tid durable = Tid.NONE;
    private Tid announced = Tid.NONE;
    private long size;

    synchronized void add(Commit commit) {
        commits.put(commit.tid(), commit);
        for (DataRecord record : commit.records()) {
            objects.computeIfAbsent(record.oid(), oid -> new TreeMap<>())
                    .put(record.tid(), new Revision(commit.tid(), record));
        }
    }

    /** The last transaction that is finished. */
    synchronized Tid last() {
        return commits.isEmpty() ? Tid.NONE : commits.lastKey();
    }

    /** The newest finished revision of an object, which the next one replaces. */
    synchronized @Nullable DataRecord newest(Oid oid) {
        NavigableMap<Tid, Revision> revisions = objects.get(oid);
        return revisions == null ? null : revisions.lastEntry().getValue().record;
    }

    /** The data of a finished revision. */
    synchronized byte @Nullable [] data(Oid oid, Tid tid) {
        NavigableMap<Tid, Revision> revisions = objects.getOrDefault(oid, new TreeMap<>());
        Revision revision = revisions.get(tid);
        return revision == null ? null : revision.record.data();
    }

    synchronized Oid highestOid() {
        return objects.keySet().stream().max(Oid::compareTo).orElse(Oid.ROOT);
    }

    // Reading

    @Nullable
    ObjectRevision loadBefore(Oid oid, Tid tid) {
        NavigableMap<Tid, DataRecord> revisions = visible(oid, tid);
        Map.Entry<Tid, DataRecord> found = revisions.lowerEntry(tid);
        if (found == null) {
            return null;
        }
        return new ObjectRevision(copy(oid, found.getValue()), found.getKey(), revisions.higherKey(found.getKey()));
    }

    ObjectRevision load(Oid oid) {
        Map.Entry<Tid, DataRecord> current = visible(oid, null).lastEntry();
        return new ObjectRevision(copy(oid, current.getValue()), current.getKey(), null);
    }

    byte[] loadSerial(Oid oid, Tid tid) {
        DataRecord record = visible(oid, tid).get(tid);
        if (record == null) {
            throw new PosKeyException(oid, tid, "no such revision");
        }
        return copy(oid, record);
    }

    private static byte[] copy(Oid oid, DataRecord record) {
        byte[] data = record.data();
        if (data == null) {
            throw new PosKeyException(oid, record.tid(), "the object does not exist");
        }
        return data.clone();
    }

    /** The revisions that can be loaded, at least one. */
    private synchronized NavigableMap<Tid, DataRecord> visible(Oid oid, @Nullable Tid asked) {
        NavigableMap<Tid, DataRecord> visible = new TreeMap<>();
        objects.getOrDefault(oid, new TreeMap<>()).values().stream()
                .filter(revision -> revision.transaction.compareTo(durable) <= 0)
                .forEach(revision -> visible.put(revision.record.tid(), revision.record));
        if (visible.isEmpty()) {
            throw new PosKeyException(oid, asked, "no such object");
        }
        return visible;
    }

    synchronized Tid lastTransaction() {
        return announced;
    }

    synchronized long size() {
        return size;
    }

    synchronized long objectCount() {
        return objects.values().stream()
                .filter(revisions ->
                        revisions.values().stream().anyMatch(each -> each.transaction.compareTo(announced) <= 0))
                .count();
    }

    // The log

    /** The transactions from {@code first} to {@code last} that have been announced. */
    synchronized List<Commit> log(Tid first, Tid last) {
        Tid end = last.compareTo(announced) < 0 ? last : announced;
        return first.compareTo(end) > 0
                ? List.of()
                : List.copyOf(commits.subMap(first, true, end, true).values());
    }

    /** The first announced transaction after {@code tid}. */
    synchronized @Nullable Commit after(Tid tid) {
        Map.Entry<Tid, Commit> next = commits.higherEntry(tid);
        return next == null || next.getKey().compareTo(announced) > 0 ? null : next.getValue();
    }

    synchronized PickleDialect dialect() {
        return commits.isEmpty()
                ? PickleDialect.PYTHON3
                : commits.firstEntry().getValue().dialect();
    }

    // Announcing: one thread at a time, in the order of the log

    Subscription addListener(CommitListener listener) {
        Object key = new Object();
        listeners.put(key, listener);
        return () -> listeners.remove(key);
    }

    void wakeOnCommit(Object follower, Runnable wakeUp) {
        wakeUps.put(follower, wakeUp);
    }

    void forget(Object follower) {
        wakeUps.remove(follower);
    }

    /** A transaction is durable: it can be loaded, then listeners are told, then it is the last one, then followers are woken. */
    void announce(Commit commit) {
        synchronized (this) {
            durable = commit.tid();
        }
        listeners.values().forEach(listener -> call(() -> listener.committed(new Told(commit))));
        synchronized (this) {
            announced = commit.tid();
            size += commit.size();
        }
        for (Object follower : List.copyOf(wakeUps.keySet())) {
            Runnable wakeUp = wakeUps.remove(follower);
            if (wakeUp != null) {
                call(wakeUp);
            }
        }
    }

    private static void call(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a listener failed; the commit stands", e);
        }
    }

    private record Told(Commit commit) implements CommittedTransaction {
        @Override
        public Tid tid() {
            return commit.tid();
        }

        @Override
        public Iterable<Oid> oids() {
            return commit.records().stream().map(DataRecord::oid).toList();
        }
    }
}
