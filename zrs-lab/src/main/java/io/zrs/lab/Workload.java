package io.zrs.lab;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Transactions of all sorts: ten small records, a few large ones, one or two blobs, empty ones included; of new objects and of old ones.
 *
 * <p>Threading: confined to one thread.
 */
final class Workload {
    private static final int SMALL_PERCENT = 60;
    private static final int LARGE_PERCENT = 25;
    private static final int SMALL_RECORD_COUNT = 10;
    private static final int SMALL_RECORD_BYTES = 200;
    private static final int LARGE_RECORD_COUNT_MAX = 4;
    private static final int LARGE_RECORD_BYTES = 1 << 16;
    private static final int BLOB_COUNT_MAX = 2;
    private static final int[] BLOB_BYTES = {0, 1, 1000, 65_536, 70_000, 300_000, 1_000_000};

    private final BlobWritableStorage storage;
    private final Path temporary;
    private final RandomGenerator random;
    private final Map<Oid, Tid> serials = new HashMap<>();
    private final List<Oid> mappings = new ArrayList<>();
    private final List<Oid> blobs = new ArrayList<>();
    private long count;

    /**
     * A workload that has not begun.
     *
     * @param storage empty, with blobs
     * @param random decides what is committed
     */
    Workload(Storage storage, RandomGenerator random) {
        this.storage = storage.capability(BlobWritableStorage.class).orElseThrow();
        this.temporary = storage.capability(BlobCapable.class).orElseThrow().temporaryDirectory();
        this.random = random;
    }

    /** Commits one transaction. */
    Tid commit() throws IOException {
        int sort = random.nextInt(100);
        try (BlobTransaction transaction = storage.begin(TransactionMetadata.of("lab", "transaction " + count++))) {
            if (sort < SMALL_PERCENT) {
                storeMappings(transaction, SMALL_RECORD_COUNT, SMALL_RECORD_BYTES);
            } else if (sort < SMALL_PERCENT + LARGE_PERCENT) {
                storeMappings(transaction, 1 + random.nextInt(LARGE_RECORD_COUNT_MAX), LARGE_RECORD_BYTES);
            } else {
                storeBlobs(transaction, 1 + random.nextInt(BLOB_COUNT_MAX));
            }
            transaction.vote();
            return transaction.finish();
        }
    }

    private void storeMappings(BlobTransaction transaction, int recordCount, int size) {
        for (int i = 0; i < recordCount; i++) {
            Oid oid = pick(mappings);
            Tid before = serial(oid);
            if (!before.equals(transaction.tid())) { // each object once
                transaction.store(oid, before, Records.mapping(bytes(size)));
                serials.put(oid, transaction.tid());
            }
        }
    }

    private void storeBlobs(BlobTransaction transaction, int blobCount) throws IOException {
        for (int i = 0; i < blobCount; i++) {
            Oid oid = pick(blobs);
            Tid before = serial(oid);
            if (!before.equals(transaction.tid())) {
                Path file = Files.createTempFile(temporary, "lab", ".blob");
                Files.write(file, bytes(BLOB_BYTES[random.nextInt(BLOB_BYTES.length)]));
                transaction.storeBlob(oid, before, Records.blob(), file);
                serials.put(oid, transaction.tid());
            }
        }
    }

    /** An object of {@code known}, or a new one, which is put there. */
    private Oid pick(List<Oid> known) {
        if (known.isEmpty() || random.nextInt(3) == 0) {
            known.add(storage.newOid());
            return known.get(known.size() - 1);
        }
        return known.get(random.nextInt(known.size()));
    }

    private Tid serial(Oid oid) {
        return serials.getOrDefault(oid, Tid.NONE);
    }

    private byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }
}
