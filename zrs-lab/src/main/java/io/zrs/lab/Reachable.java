package io.zrs.lab;

import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.RecordScanner;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All that can be reached from the root of a storage that nobody writes to. Threading: confined to one thread. */
final class Reachable {
    private final Storage storage;
    private final Set<Long> oids = new HashSet<>();

    private Reachable(Storage storage) {
        this.storage = storage;
    }

    /**
     * Walks from the root.
     *
     * @throws PosKeyException if an object or the file of a blob is missing
     */
    static Reachable of(Storage storage) throws PickleException {
        Reachable reachable = new Reachable(storage);
        RecordScanner scanner = new RecordScanner(PickleLimits.RECORD);
        Deque<Long> open = new ArrayDeque<>(List.of(Oid.ROOT.value()));
        reachable.oids.add(Oid.ROOT.value());
        while (!open.isEmpty()) {
            ByteBuffer record =
                    ByteBuffer.wrap(storage.load(new Oid(open.pop())).data());
            scanner.references(record, oid -> {
                if (reachable.oids.add(oid)) {
                    open.push(oid);
                }
            });
        }
        return reachable;
    }

    int size() {
        return oids.size();
    }

    /** In what {@code other} differs there. */
    void compare(Storage other, List<String> faults) throws IOException {
        for (long value : oids) {
            Oid oid = new Oid(value);
            try {
                ObjectRevision expected = storage.load(oid);
                ObjectRevision found = other.load(oid);
                if (!found.tid().equals(expected.tid()) || !Arrays.equals(found.data(), expected.data())) {
                    faults.add("object " + oid + " of " + other.name() + " is another");
                } else if (RecordScanner.isBlob(ByteBuffer.wrap(expected.data()))) {
                    compareBlob(oid, expected.tid(), other, faults);
                }
            } catch (PosKeyException e) {
                faults.add(other.name() + ": " + e.getMessage());
            }
        }
    }

    private void compareBlob(Oid oid, Tid tid, Storage other, List<String> faults) throws IOException {
        long mismatch =
                Files.mismatch(blobs(storage).loadBlob(oid, tid), blobs(other).loadBlob(oid, tid));
        if (mismatch >= 0) {
            faults.add("blob " + oid + " of " + other.name() + " is another");
        }
    }

    private static BlobCapable blobs(Storage storage) {
        return storage.capability(BlobCapable.class).orElseThrow();
    }
}
