package io.zrs.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a storage should hold, as maps. Threading: needs outside synchronisation. */
final class HistoryModel {
    /** In place of data, where an object does not exist. */
    static final String DELETED = "";

    /** A record, its data as text. */
    record Written(Oid oid, Tid serial, String data) {}

    private final NavigableMap<Tid, List<Written>> transactions = new TreeMap<>();
    private final NavigableMap<Oid, NavigableMap<Tid, String>> objects = new TreeMap<>();

    void commit(Tid tid, List<Written> records) {
        transactions.put(tid, List.copyOf(records));
        for (Written record : records) {
            objects.computeIfAbsent(record.oid(), oid -> new TreeMap<>()).put(record.serial(), record.data());
        }
    }

    List<Tid> tids() {
        return List.copyOf(transactions.keySet());
    }

    List<Oid> oids() {
        return List.copyOf(objects.keySet());
    }

    Tid last() {
        return transactions.isEmpty() ? Tid.NONE : transactions.lastKey();
    }

    /** The serial of an object's current revision, NONE if there is no such object. */
    Tid serial(Oid oid) {
        NavigableMap<Tid, String> revisions = objects.get(oid);
        return revisions == null ? Tid.NONE : revisions.lastKey();
    }

    /** The data of a revision, null if there is none. */
    @Nullable
    String data(Oid oid, Tid tid) {
        NavigableMap<Tid, String> revisions = objects.get(oid);
        return revisions == null ? null : revisions.get(tid);
    }

    /** The tids of an object's revisions. */
    List<Tid> serials(Oid oid) {
        NavigableMap<Tid, String> revisions = objects.get(oid);
        return revisions == null ? List.of() : List.copyOf(revisions.keySet());
    }

    HistoryModel copy() {
        HistoryModel copy = new HistoryModel();
        transactions.forEach(copy::commit);
        return copy;
    }

    /** Compares all current revisions, and some others of each object. */
    void check(Storage storage, Random random) {
        assertEquals(last(), storage.lastTransaction(), "lastTransaction");
        assertEquals(objects.size(), storage.objectCount(), "objectCount");
        objects.forEach((oid, revisions) -> {
            checkBefore(storage, oid, Tid.MAX);
            List<Tid> tids = tids();
            Tid some = tids.get(random.nextInt(tids.size()));
            checkBefore(storage, oid, some);
            checkBefore(storage, oid, some.next());
            checkSerial(storage, oid, some);
            checkSerial(storage, oid, revisions.firstKey());
        });
    }

    /** Compares the whole log. */
    void checkLog(TransactionLog log) {
        Map<Tid, List<Written>> found = new TreeMap<>();
        List<Tid> tids = new ArrayList<>();
        try (TransactionCursor cursor = log.iterate(Tid.NONE, Order.OLDEST_FIRST)) {
            for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
                List<Written> records = new ArrayList<>();
                for (DataRecord record = next.nextRecord(); record != null; record = next.nextRecord()) {
                    byte[] data = record.data();
                    records.add(new Written(
                            record.oid(), record.tid(), data == null ? DELETED : StorageFixture.text(data)));
                }
                tids.add(next.header().tid());
                found.put(next.header().tid(), records);
            }
        }
        assertEquals(tids(), tids, "tids of the log");
        assertEquals(transactions, found, "records of the log");
    }

    private void checkBefore(Storage storage, Oid oid, Tid before) {
        String call = "loadBefore(" + oid + ", " + before + ")";
        NavigableMap<Tid, String> revisions = objects.get(oid);
        if (revisions == null) {
            return;
        }
        Map.Entry<Tid, String> expected = revisions.lowerEntry(before);
        if (expected == null) {
            assertNull(storage.loadBefore(oid, before), call + " where there is no such revision");
        } else if (expected.getValue().equals(DELETED)) {
            PosKeyException e = Expect.missing(oid, () -> storage.loadBefore(oid, before), call);
            assertEquals(expected.getKey(), e.tid(), "the revision that the exception of " + call + " names");
        } else {
            Tid endTid = revisions.higherKey(expected.getKey());
            Expect.before(storage, oid, before, expected.getKey(), endTid, expected.getValue());
        }
    }

    private void checkSerial(Storage storage, Oid oid, Tid tid) {
        String call = "loadSerial(" + oid + ", " + tid + ")";
        String expected = data(oid, tid);
        if (expected == null || expected.equals(DELETED)) {
            Expect.missing(oid, () -> storage.loadSerial(oid, tid), call);
        } else {
            assertEquals(expected, StorageFixture.text(storage.loadSerial(oid, tid)), "data of " + call);
        }
    }
}
