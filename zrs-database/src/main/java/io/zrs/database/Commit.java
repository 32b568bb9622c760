package io.zrs.database;

import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleForm;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.RecordWriter;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.StorageException;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of a connection: makes the records of what has changed and of the new objects found there, then stores them.
 *
 * <p>Records come in the order in which Python writes them: each changed object, followed by the new ones that it refers to, the one found last first.
 *
 * <p>Threading: as its connection. Source: ZODB, {@code serialize.py}.
 */
final class Commit {
    private final Connection connection;
    private final WritableStorage storage;
    private final List<Persistence> changed;
    private final Map<Persistence, Tid> readCurrent;
    private final PickleForm form;
    private final PythonTypes types;
    private final List<Part> parts = new ArrayList<>();
    private final Deque<Persistence> found = new ArrayDeque<>();
    private Set<Oid> merged = Set.of();

    /** What is stored of one object. */
    private record Part(
            Persistence object, ByteBuffer data, @Nullable Path blob) {}

    /**
     * A transaction with all that has changed.
     *
     * @param readCurrent objects that nobody else may have changed, unless they are written, too; with the revision that was read
     */
    Commit(
            Connection connection,
            WritableStorage storage,
            Collection<Persistence> changed,
            Map<Persistence, Tid> readCurrent,
            PickleForm form) {
        this.connection = connection;
        this.storage = storage;
        this.changed = List.copyOf(changed);
        this.readCurrent = new LinkedHashMap<>(readCurrent);
        this.form = form;
        this.types = connection.database().options().types();
    }

    /** The record of a new object that refers to no other. */
    static byte[] record(PickleForm form, Persistent object) {
        ValueWriter values = new ValueWriter(form, PythonTypes.standard(), null, other -> {
            throw new AssertionError("refers to another object: " + object);
        });
        return pickle(form, object.persistence(), values);
    }

    /** Stores everything; nothing if there is nothing to store. */
    Optional<Tid> write(TransactionMetadata metadata) {
        makeParts();
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        try (StorageTransaction transaction = storage.begin(metadata)) {
            for (Part part : parts) {
                store(part, transaction);
                readCurrent.remove(part.object);
            }
            readCurrent.forEach((object, serial) -> transaction.checkCurrentSerial(object.attachedOid(), serial));
            merged = transaction.vote();
            return Optional.of(transaction.finish());
        }
    }

    /** The objects that were stored. */
    List<Persistence> written() {
        return parts.stream().map(Part::object).toList();
    }

    /** Whether an object that was stored is there with a state that is not the one here, since somebody else's changes are in it, too. */
    boolean isMerged(Persistence object) {
        return merged.contains(object.attachedOid());
    }

    private void makeParts() {
        Set<Persistence> done = new HashSet<>();
        for (Persistence each : changed) {
            found.push(each);
            while (!found.isEmpty()) {
                Persistence next = found.pop();
                if (done.add(next)) {
                    makePart(next);
                }
            }
        }
    }

    private void makePart(Persistence object) {
        Path file = null;
        if (object.object() instanceof Blob blob) {
            file = blob.fileToCommit();
            if (file == null && !object.knownSerial().equals(Tid.NONE)) {
                return; // its record would say what is there already
            }
        }
        byte[] record = pickle(form, object, new ValueWriter(form, types, connection, this::oidOf));
        object.recordSize = record.length;
        parts.add(new Part(object, ByteBuffer.wrap(record), file));
    }

    private Oid oidOf(Persistent target) {
        Persistence persistence = target.persistence();
        if (persistence.connection().isEmpty()) {
            connection.adopt(persistence, storage.newOid());
            found.push(persistence);
        }
        connection.checkMine(persistence);
        return persistence.attachedOid();
    }

    private static void store(Part part, StorageTransaction transaction) {
        Oid oid = part.object.attachedOid();
        Tid oldSerial = part.object.knownSerial();
        if (part.blob == null) {
            transaction.store(oid, oldSerial, part.data);
        } else if (transaction instanceof BlobTransaction blobs) {
            blobs.storeBlob(oid, oldSerial, part.data, part.blob);
        } else {
            throw new StorageException("a storage without blobs cannot store the blob " + oid);
        }
    }

    private static byte[] pickle(PickleForm form, Persistence object, ValueWriter values) {
        try {
            return new RecordWriter(form, PickleLimits.RECORD)
                    .record(values.metadata(object), object.state().write(values));
        } catch (PickleException e) {
            throw new IllegalArgumentException("cannot be stored: " + object.pythonClass() + ": " + e.getMessage(), e);
        }
    }
}
