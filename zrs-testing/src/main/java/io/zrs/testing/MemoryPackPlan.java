package io.zrs.testing;

import com.google.common.collect.ImmutableList;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.RecordScanner;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Oid;
import io.zrs.storage.PackException;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What of a history stays when it is packed, and what it looks like then.
 *
 * <p>Of the packed transactions these revisions stay: those that were current at the time of the pack (of objects that could be reached
 * from the root, if garbage is collected), those that a later revision refers to for its data, and, where garbage is collected, what both of
 * these and all later revisions lead to by the references between objects.
 *
 * <p>Threading: needs outside synchronisation. Source: ZODB, FileStorage {@code fspack.py}; other than there, what only later revisions refer to stays.
 */
final class MemoryPackPlan {
    private final NavigableMap<Tid, MemoryTransaction> packed;
    private final NavigableMap<Tid, MemoryTransaction> later;

    /** Of each object that existed at the time of the pack. */
    private final Map<Oid, MemoryRevision> current = new HashMap<>();

    private final Set<MemoryRevision> kept = new HashSet<>();
    private final Queue<MemoryRevision> unread = new ArrayDeque<>();
    private final RecordScanner scanner = new RecordScanner(PickleLimits.RECORD);

    /**
     * Finds out what stays.
     *
     * @throws PackException if an object refers to one that is not there
     * @throws CorruptedStorageException if a record cannot be searched for references
     */
    MemoryPackPlan(NavigableMap<Tid, MemoryTransaction> transactions, Tid time, Garbage garbage) {
        this.packed = transactions.headMap(time, true);
        this.later = transactions.tailMap(time, false);
        packed.values().forEach(transaction -> MemoryHistory.putNewest(transaction, current));
        current.values().removeIf(revision -> revision.data() == null);
        if (garbage == Garbage.KEEP) {
            kept.addAll(current.values());
            keepDataOfLater();
        } else {
            keepRoot();
            keepDataOfLater();
            revisions(later).forEach(this::keepReferences);
            while (!unread.isEmpty()) {
                keepReferences(unread.remove());
            }
        }
    }

    /** The packed revisions that go, oldest first. */
    List<MemoryRevision> removed() {
        return revisions(packed).stream()
                .filter(revision -> !kept.contains(revision))
                .toList();
    }

    /** The revisions of blobs that go, oldest first. A record that is there twice, and once stays, is none. */
    Set<BlobName> removedBlobs() {
        Set<BlobName> removed = removed().stream()
                .filter(MemoryPackPlan::isBlob)
                .map(BlobName::of)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        kept.forEach(revision -> removed.remove(BlobName.of(revision)));
        return removed;
    }

    /** All transactions, as they are after the pack. */
    NavigableMap<Tid, MemoryTransaction> result() {
        NavigableMap<Tid, MemoryTransaction> result = new TreeMap<>();
        Map<MemoryRevision, MemoryRevision> copies = new HashMap<>();
        Map<Oid, MemoryRevision> newest = new HashMap<>();
        for (MemoryTransaction each : packed.values()) {
            MemoryTransaction copy = copyPacked(each, copies);
            boolean isNewest = later.isEmpty() && each.tid().equals(packed.lastKey());
            if (isNewest || !copy.revisions().isEmpty()) {
                result.put(copy.tid(), copy);
                MemoryHistory.putNewest(copy, newest);
            }
        }
        for (MemoryTransaction each : later.values()) {
            MemoryTransaction copy = copyLater(each, copies, newest);
            result.put(copy.tid(), copy);
            MemoryHistory.putNewest(copy, newest);
        }
        return result;
    }

    private void keepRoot() {
        MemoryRevision root = current.get(Oid.ROOT);
        if (root != null) {
            keep(root);
        } else if (!current.isEmpty()) {
            throw new PackException("there is no root object from which others could be reached");
        }
    }

    private void keepDataOfLater() {
        for (MemoryRevision each : revisions(later)) {
            MemoryRevision reference = each.reference();
            if (reference != null && packed.containsKey(reference.transaction().tid())) {
                keep(reference);
            }
        }
    }

    private void keep(MemoryRevision revision) {
        if (kept.add(revision)) {
            unread.add(revision);
        }
    }

    /** Keeps the objects that {@code revision} refers to as they were at the time of the pack; one that was current then must find them all. */
    private void keepReferences(MemoryRevision revision) {
        byte[] data = revision.data();
        if (data == null) {
            return;
        }
        try {
            scanner.references(ByteBuffer.wrap(data), oid -> keepReferenced(new Oid(oid), revision));
        } catch (PickleException e) {
            throw new CorruptedStorageException(
                    "memory", 0, "oid " + revision.oid() + ", tid " + revision.tid() + ": " + e.getMessage());
        }
    }

    private void keepReferenced(Oid oid, MemoryRevision referrer) {
        MemoryRevision referenced = current.get(oid);
        if (referenced != null) {
            keep(referenced);
        } else if (current.get(referrer.oid()) == referrer) {
            throw new PackException("oid " + referrer.oid() + " refers to oid " + oid + ", which is not there");
        }
    }

    /** Each revision stands for itself: history before it is cut off, and its data is with it. */
    private MemoryTransaction copyPacked(MemoryTransaction transaction, Map<MemoryRevision, MemoryRevision> copies) {
        TransactionHeader header = new TransactionHeader(
                transaction.tid(),
                TransactionHeader.PACKED,
                transaction.header().metadata());
        List<MemoryRevision> revisions = new ArrayList<>();
        for (MemoryRevision each : transaction.revisions()) {
            if (kept.contains(each)) {
                MemoryRevision copy = each.copy(header, null, null);
                copies.put(each, copy);
                revisions.add(copy);
            }
        }
        return new MemoryTransaction(header, revisions);
    }

    /** The same, linked to the copies of what it was linked to. */
    private static MemoryTransaction copyLater(
            MemoryTransaction transaction,
            Map<MemoryRevision, MemoryRevision> copies,
            Map<Oid, MemoryRevision> newest) {
        List<MemoryRevision> revisions = new ArrayList<>();
        for (MemoryRevision each : transaction.revisions()) {
            MemoryRevision reference = each.reference() == null ? null : copies.get(each.reference());
            MemoryRevision copy = each.copy(transaction.header(), newest.get(each.oid()), reference);
            copies.put(each, copy);
            revisions.add(copy);
        }
        return new MemoryTransaction(transaction.header(), revisions);
    }

    private static boolean isBlob(MemoryRevision revision) {
        byte[] data = revision.data();
        return data != null && RecordScanner.isBlob(ByteBuffer.wrap(data));
    }

    private static List<MemoryRevision> revisions(NavigableMap<Tid, MemoryTransaction> transactions) {
        return transactions.values().stream()
                .flatMap(transaction -> transaction.revisions().stream())
                .collect(ImmutableList.toImmutableList());
    }

    /** Which blob a file is of. */
    record BlobName(Oid oid, Tid tid) {
        static BlobName of(MemoryRevision revision) {
            return new BlobName(revision.oid(), revision.tid());
        }
    }
}
