package io.zrs.lab.siege;

import io.zrs.lab.Site;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Says in what a storage is no prefix of what was committed.
 *
 * <p>Each transaction in it must be one that is known, or one that was begun when its committer was ended, with the same records and blobs.
 * Where nothing was packed none may be missing between them. Where something was, each object must be the one that the last of these
 * transactions left; but for a copy that ends before the time of a pack, since the log that it continues with lacks what the pack took.
 *
 * <p>Threading: confined to one thread.
 */
final class Judge {
    /** Whose copy it is. */
    enum Kind {
        /** Ours. */
        JAVA,
        /** The original's, which makes no files for empty blobs. */
        PYTHON
    }

    private static final int FAULTS_MAX = 20;

    private final Chronicle chronicle;
    private final boolean isPacked;
    private long compared;

    /**
     * A judge of storages that share a history.
     *
     * @param isPacked whether one of them is, or was, packed
     */
    Judge(Chronicle chronicle, boolean isPacked) {
        this.chronicle = chronicle;
        this.isPacked = isPacked;
    }

    /** How many transactions have been compared. */
    long compared() {
        return compared;
    }

    /** Takes all that a storage holds for committed. */
    void trust(Site site) throws IOException {
        try (Storage storage = site.openReadOnly()) {
            transactions(storage).forEach(chronicle::adopt);
        }
    }

    /** What is wrong with a storage that nobody writes to; empty if nothing is. The chronicle must have been read. */
    List<String> faults(Site site, Kind kind) throws IOException {
        List<String> faults = new ArrayList<>();
        look(site, kind, faults);
        return faults;
    }

    /**
     * As {@link #faults}, of a storage that was committed to: it must have all that is known. What it has beyond that, and was begun, is known from now
     * on.
     */
    List<String> faultsOfPrimary(Site site) throws IOException {
        List<String> faults = new ArrayList<>();
        Tid expected = chronicle.last();
        Map<Tid, Map<Oid, String>> more = look(site, Kind.JAVA, faults);
        Tid last = site.content().last();
        if (last.compareTo(expected) < 0) {
            faults.add(site.file() + " ends with " + last + ", but " + expected + " was committed to it");
        }
        more.forEach(chronicle::adopt);
        return faults;
    }

    /** Compares; what it has of which nobody knows more than that it was begun. */
    private NavigableMap<Tid, Map<Oid, String>> look(Site site, Kind kind, List<String> faults) throws IOException {
        NavigableMap<Tid, Map<Oid, String>> begun = new TreeMap<>();
        if (site.content().last().equals(Tid.NONE)) {
            return begun;
        }
        try (Storage storage = site.openReadOnly()) {
            NavigableMap<Tid, Map<Oid, String>> here = transactions(storage);
            here.forEach((tid, content) -> {
                Map<Oid, String> expected = chronicle.commits().get(tid);
                if (expected == null && chronicle.isTried(content)) {
                    begun.put(tid, content);
                } else {
                    compare(tid, expected, content, kind, faults);
                }
            });
            NavigableMap<Tid, Map<Oid, String>> history = new TreeMap<>(begun);
            history.putAll(chronicle.commits().headMap(storage.lastTransaction(), true));
            if (isPacked && storage.lastTransaction().compareTo(chronicle.packedTo()) >= 0) {
                compareCurrent(storage, kind, history, faults);
            } else if (!isPacked) {
                history.keySet().stream()
                        .filter(tid -> !here.containsKey(tid))
                        .forEach(tid -> faults.add("transaction " + tid + " is missing"));
            }
            compared += here.size();
        } catch (StorageException e) {
            faults.add("it cannot be read any more: " + e);
        }
        if (faults.size() > FAULTS_MAX) {
            faults.subList(FAULTS_MAX, faults.size()).clear();
        }
        faults.replaceAll(fault -> site.file() + ": " + fault);
        return begun;
    }

    private void compare(
            Tid tid, @Nullable Map<Oid, String> expected, Map<Oid, String> found, Kind kind, List<String> faults) {
        if (expected == null) {
            faults.add("transaction " + tid + " was never begun");
            return;
        }
        found.forEach((oid, digest) -> {
            String right = expected.get(oid);
            if (right == null || !isSame(right, digest, kind)) {
                faults.add("transaction " + tid + " has " + digest + " for oid " + oid + ", not " + right);
            }
        });
        if (!isPacked && found.size() < expected.size()) {
            faults.add("transaction " + tid + " has " + found.size() + " records, not " + expected.size());
        }
    }

    /** Whether each object is what the last of the transactions left that changed it. */
    private static void compareCurrent(
            Storage storage, Kind kind, NavigableMap<Tid, Map<Oid, String>> history, List<String> faults)
            throws IOException {
        Map<Oid, Tid> tids = new HashMap<>();
        history.forEach((tid, content) -> content.keySet().forEach(oid -> tids.put(oid, tid)));
        tids.keySet().removeIf(Predicate.not(Subjects::has));
        BlobCapable blobs = storage.capability(BlobCapable.class).orElseThrow();
        for (Map.Entry<Oid, Tid> current : tids.entrySet()) {
            Oid oid = current.getKey();
            String right = history.getOrDefault(current.getValue(), Map.of()).getOrDefault(oid, "");
            try {
                ObjectRevision revision = storage.load(oid);
                String digest = Digests.of(revision.data(), oid, revision.tid(), blobs);
                if (!revision.tid().equals(current.getValue()) || !isSame(right, digest, kind)) {
                    faults.add("oid " + oid + " is " + digest + " of " + revision.tid() + ", not " + right + " of "
                            + current.getValue());
                }
            } catch (PosKeyException e) {
                faults.add("oid " + oid + " is missing: " + e.getMessage());
            }
        }
    }

    private static boolean isSame(String expected, String found, Kind kind) {
        return expected.equals(found)
                || (kind == Kind.PYTHON
                        && Digests.isOfEmptyBlob(expected)
                        && found.equals(Digests.withoutBlob(expected)));
    }

    /** All that a storage has. */
    private static NavigableMap<Tid, Map<Oid, String>> transactions(Storage storage) throws IOException {
        NavigableMap<Tid, Map<Oid, String>> transactions = new TreeMap<>();
        TransactionLog log = storage.capability(TransactionLog.class).orElseThrow();
        BlobCapable blobs = storage.capability(BlobCapable.class).orElseThrow();
        try (TransactionCursor cursor = log.iterate(Tid.NONE, Order.OLDEST_FIRST)) {
            for (LogTransaction transaction = cursor.next(); transaction != null; transaction = cursor.next()) {
                Map<Oid, String> content = new HashMap<>();
                for (DataRecord record = transaction.nextRecord(); record != null; record = transaction.nextRecord()) {
                    content.put(record.oid(), Digests.of(record.data(), record.oid(), record.tid(), blobs));
                }
                transactions.put(transaction.header().tid(), content);
            }
        }
        return transactions;
    }
}
