package io.zrs.benchmarks;

import io.zrs.pickle.Octets;
import io.zrs.pickle.PersistentReference;
import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleForm;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.PickleValue.Global;
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
import java.util.SplittableRandom;

/**
 * A database that is worth packing: mappings in folders of 250 in folders of 250 below the root, all written in the order of their oids. Then a tenth of
 * the mappings is written once more, at random, and the last twentieth of the folders is not below the root.
 */
final class PackedSample {
    private static final int FOLDER_SIZE = 250;
    private static final int CHANGES_A_TRANSACTION = 100;
    private static final int CHANGED_FRACTION = 10;
    private static final int GARBAGE_FRACTION = 20;
    private static final int FORCE_EVERY = 1000;
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Global MAPPING = new Global("persistent.mapping", "PersistentMapping");

    private final RestorableStorage target;
    private final int payload;
    private final SplittableRandom random = new SplittableRandom(1);
    private final RecordWriter writer = new RecordWriter(PickleForm.PYTHON3_STORED, PickleLimits.RECORD);
    private Tid tid = Tid.of(START);
    private long nextOid = 1;
    private int transactionCount;

    private PackedSample(RestorableStorage target, int payload) {
        this.target = target;
        this.payload = payload;
    }

    /**
     * Fills an empty storage.
     *
     * @param objectCount mappings, rounded up to whole folders
     * @param payload bytes in each of them
     */
    static void fill(Storage storage, int objectCount, int payload) throws PickleException {
        new PackedSample(storage.capability(RestorableStorage.class).orElseThrow(), payload).fill(objectCount);
    }

    private void fill(int objectCount) throws PickleException {
        List<Oid> folders = new ArrayList<>();
        List<Oid> mappings = new ArrayList<>();
        while (mappings.size() < objectCount) {
            try (RestoreTransaction transaction = begin()) {
                List<Oid> inside = new ArrayList<>();
                for (int i = 0; i < FOLDER_SIZE; i++) {
                    inside.add(storeMapping(transaction, new Oid(nextOid++)));
                }
                mappings.addAll(inside);
                folders.add(storeFolder(transaction, new Oid(nextOid++), inside));
                finish(transaction);
            }
        }
        storeTop(folders.subList(0, folders.size() - folders.size() / GARBAGE_FRACTION));
        int changeCount = objectCount / CHANGED_FRACTION / CHANGES_A_TRANSACTION;
        for (int i = 0; i < changeCount; i++) {
            try (RestoreTransaction transaction = begin()) {
                for (int k = 0; k < CHANGES_A_TRANSACTION; k++) {
                    storeMapping(transaction, mappings.get(random.nextInt(mappings.size())));
                }
                finish(transaction);
            }
        }
        target.force();
    }

    private void storeTop(List<Oid> folders) throws PickleException {
        try (RestoreTransaction transaction = begin()) {
            List<Oid> top = new ArrayList<>();
            for (int start = 0; start < folders.size(); start += FOLDER_SIZE) {
                List<Oid> inside = folders.subList(start, Math.min(start + FOLDER_SIZE, folders.size()));
                top.add(storeFolder(transaction, new Oid(nextOid++), inside));
            }
            storeFolder(transaction, Oid.ROOT, top);
            finish(transaction);
        }
    }

    private RestoreTransaction begin() {
        tid = tid.laterThan(tid);
        TransactionMetadata metadata = TransactionMetadata.of("", "transaction " + transactionCount);
        return target.beginRestore(
                new TransactionHeader(tid, TransactionHeader.COMMITTED, metadata), PickleDialect.PYTHON3);
    }

    private void finish(RestoreTransaction transaction) {
        transaction.vote();
        transaction.finish();
        if (++transactionCount % FORCE_EVERY == 0) {
            target.force();
        }
    }

    private Oid storeMapping(RestoreTransaction transaction, Oid oid) throws PickleException {
        byte[] bytes = new byte[payload];
        random.nextBytes(bytes);
        return store(transaction, oid, new PickleValue.Bytes(Octets.of(bytes)));
    }

    private Oid storeFolder(RestoreTransaction transaction, Oid oid, List<Oid> inside) throws PickleException {
        List<PickleDict.Entry> entries = new ArrayList<>();
        for (Oid each : inside) {
            byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(each.value()).array();
            PickleTuple reference = PickleTuple.of(new PickleValue.Bytes(Octets.of(bytes)), MAPPING);
            entries.add(new PickleDict.Entry(Text.of(each.toString()), PersistentReference.of(reference)));
        }
        return store(transaction, oid, PickleDict.of(entries.toArray(PickleDict.Entry[]::new)));
    }

    private Oid store(RestoreTransaction transaction, Oid oid, PickleValue data) throws PickleException {
        PickleDict state = PickleDict.of(new PickleDict.Entry(Text.of("data"), data));
        transaction.restore(oid, tid, ByteBuffer.wrap(writer.record(MAPPING, state)), null);
        return oid;
    }
}
