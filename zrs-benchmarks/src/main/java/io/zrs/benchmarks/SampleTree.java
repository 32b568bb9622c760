package io.zrs.benchmarks;

import com.google.common.collect.Lists;
import io.zrs.pickle.Octets;
import io.zrs.pickle.PersistentReference;
import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleForm;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Int;
import io.zrs.pickle.PickleValue.Text;
import io.zrs.pickle.RecordWriter;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A database whose root has an {@code OOBTree} of text keys and integers at {@code tree}, as full as Python leaves one that was filled in the order of
 * its keys: half of what a bucket (30) or a tree node (250) can hold.
 */
final class SampleTree {
    static final String ROOT_KEY = "tree";

    private static final int BUCKET_KEYS = 15;
    private static final int NODE_CHILDREN = 125;
    private static final Tid TID = Tid.of(Instant.parse("2026-01-01T00:00:00Z"));
    private static final Global MAPPING = new Global("persistent.mapping", "PersistentMapping");
    private static final Global TREE = new Global("BTrees.OOBTree", "OOBTree");
    private static final Global BUCKET = new Global("BTrees.OOBTree", "OOBucket");

    private final RecordWriter writer = new RecordWriter(PickleForm.PYTHON3_STORED, PickleLimits.RECORD);
    private final RestoreTransaction transaction;
    private long nextOid = 1;

    private SampleTree(RestoreTransaction transaction) {
        this.transaction = transaction;
    }

    /** A node or bucket, with the least key in it and the first bucket below it. */
    private record Child(Oid oid, Global pythonClass, String firstKey, Oid firstBucket) {}

    /** Fills an empty storage with a tree of {@code size} keys, at least two buckets full. */
    static void fill(Storage storage, int size) throws PickleException {
        RestorableStorage target = storage.capability(RestorableStorage.class).orElseThrow();
        TransactionHeader header = new TransactionHeader(TID, TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
        try (RestoreTransaction transaction = target.beginRestore(header, PickleDialect.PYTHON3)) {
            new SampleTree(transaction).write(size);
            transaction.vote();
            transaction.finish();
        }
        target.force();
    }

    /** The key number {@code index}. */
    static String key(int index) {
        return String.format(Locale.ROOT, "key-%09d", index);
    }

    private void write(int size) throws PickleException {
        List<Child> level = buckets(size);
        do {
            List<Child> parents = new ArrayList<>();
            for (List<Child> children : Lists.partition(level, NODE_CHILDREN)) {
                parents.add(node(children));
            }
            level = parents;
        } while (level.size() > 1);
        Child tree = level.get(0);
        PickleDict data = PickleDict.of(new PickleDict.Entry(Text.of(ROOT_KEY), reference(tree.oid, TREE)));
        store(Oid.ROOT, MAPPING, PickleDict.of(new PickleDict.Entry(Text.of("data"), data)));
    }

    private List<Child> buckets(int size) throws PickleException {
        List<Child> buckets = new ArrayList<>();
        for (int start = 0; start < size; start += BUCKET_KEYS) {
            List<PickleValue> items = new ArrayList<>();
            for (int k = start; k < Math.min(start + BUCKET_KEYS, size); k++) {
                items.add(Text.of(key(k)));
                items.add(new Int(k));
            }
            Oid oid = new Oid(nextOid++);
            boolean last = start + BUCKET_KEYS >= size;
            PickleTuple own = PickleTuple.of(items);
            store(oid, BUCKET, last ? PickleTuple.of(own) : PickleTuple.of(own, reference(new Oid(nextOid), BUCKET)));
            buckets.add(new Child(oid, BUCKET, key(start), oid));
        }
        return buckets;
    }

    private Child node(List<Child> children) throws PickleException {
        List<PickleValue> items = new ArrayList<>();
        for (Child child : children) {
            if (!items.isEmpty()) {
                items.add(Text.of(child.firstKey));
            }
            items.add(reference(child.oid, child.pythonClass));
        }
        Child first = children.get(0);
        Oid oid = new Oid(nextOid++);
        store(oid, TREE, PickleTuple.of(PickleTuple.of(items), reference(first.firstBucket, BUCKET)));
        return new Child(oid, TREE, first.firstKey, first.firstBucket);
    }

    private void store(Oid oid, Global pythonClass, PickleValue state) throws PickleException {
        transaction.restore(oid, TID, ByteBuffer.wrap(writer.record(pythonClass, state)), null);
    }

    private static PersistentReference reference(Oid oid, Global pythonClass) {
        byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(oid.value()).array();
        return PersistentReference.of(PickleTuple.of(new PickleValue.Bytes(Octets.of(bytes)), pythonClass));
    }
}
