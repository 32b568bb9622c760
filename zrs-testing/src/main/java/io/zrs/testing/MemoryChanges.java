package io.zrs.testing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.zrs.pickle.RecordScanner;
import io.zrs.storage.BlobSink;
import io.zrs.storage.ConflictException;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.UndoException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transaction that is being written: the rules of what may be written, and in which order of calls.
 *
 * <p>It has the turn to write, so that history does not grow meanwhile. A call out of order changes nothing; one that fails leaves a transaction
 * that can only be aborted.
 *
 * <p>Threading: thread-safe; one thread writes, but closing the storage aborts from another.
 */
final class MemoryChanges {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryChanges.class);

    private enum State {
        OPEN,
        INSIDE_A_BLOB,
        VOTED,
        FAILED,
        ENDED
    }

    private final MemoryHistory history;
    private final @Nullable MemoryBlobs blobs;
    private final ConflictResolver resolver;
    private final TransactionHeader header;

    /** In the order of the calls. */
    @GuardedBy("this")
    private final List<MemoryRevision> written = new ArrayList<>();

    /** The last one of each object. */
    @GuardedBy("this")
    private final Map<Oid, MemoryRevision> newest = new HashMap<>();

    /** Of all blobs, those included that are not complete. */
    @GuardedBy("this")
    private final List<Path> files = new ArrayList<>();

    /** What has other data than was given. */
    @GuardedBy("this")
    private final Set<Oid> merged = new LinkedHashSet<>();

    @GuardedBy("this")
    private State state = State.OPEN;

    MemoryChanges(
            MemoryHistory history, @Nullable MemoryBlobs blobs, ConflictResolver resolver, TransactionHeader header) {
        this.history = history;
        this.blobs = blobs;
        this.resolver = resolver;
        this.header = header;
    }

    Tid tid() {
        return header.tid();
    }

    synchronized void store(Oid oid, Tid oldSerial, ByteBuffer data) {
        enter(State.OPEN);
        write(oid, tid(), unconflicted(oid, oldSerial, bytes(data)), null, null);
        state = State.OPEN;
    }

    synchronized void storeBlob(Oid oid, Tid oldSerial, ByteBuffer data, Path file) {
        enter(State.OPEN);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IllegalArgumentException("no file to store as blob " + oid + ": " + file);
        }
        byte[] record = unconflicted(oid, oldSerial, bytes(data));
        Path blob = newBlob(oid, tid());
        MemoryBlobs.move(file, blob);
        write(oid, tid(), record, null, blob);
        state = State.OPEN;
    }

    synchronized void deleteObject(Oid oid, Tid oldSerial) {
        enter(State.OPEN);
        checkSerial(known(oid), oldSerial);
        write(oid, tid(), null, null, null);
        state = State.OPEN;
    }

    synchronized void checkCurrentSerial(Oid oid, Tid serial) {
        enter(State.OPEN);
        MemoryRevision current = known(oid);
        if (current.data() == null) {
            throw new PosKeyException(oid, null, "the object does not exist any more");
        }
        checkSerial(current, serial);
        state = State.OPEN;
    }

    synchronized void restore(Oid oid, Tid serial, @Nullable ByteBuffer data, @Nullable Tid dataTid) {
        enter(State.OPEN);
        restore(oid, serial, data == null ? null : bytes(data), dataTid, null);
        state = State.OPEN;
    }

    /** Begins a blob; nothing else can be done before its sink is completed. */
    synchronized BlobSink restoreBlob(Oid oid, Tid serial, ByteBuffer data, @Nullable Tid dataTid) {
        enter(State.OPEN);
        byte[] record = bytes(data);
        Path blob = newBlob(oid, serial);
        BlobSink sink = new MemoryBlobSink(blob, () -> completeBlob(oid, serial, record, dataTid, blob));
        state = State.INSIDE_A_BLOB;
        return sink;
    }

    private synchronized void completeBlob(Oid oid, Tid serial, byte[] record, @Nullable Tid dataTid, Path blob) {
        enter(State.INSIDE_A_BLOB);
        restore(oid, serial, record, dataTid, blob);
        state = State.OPEN;
    }

    /** As {@link io.zrs.storage.UndoTransaction#undo}. */
    synchronized Set<Oid> undo(Tid tid) {
        enter(State.OPEN);
        Set<Oid> oids = new LinkedHashSet<>();
        Map<Oid, String> failures = new LinkedHashMap<>();
        // What this very call writes does not count: the transaction may have two records of one object.
        Map<Oid, MemoryRevision> writtenBefore = new HashMap<>(newest);
        for (MemoryRevision each : undoable(tid).revisions()) {
            String failure = undo(each, writtenBefore);
            if (failure == null) {
                oids.add(each.oid());
                failures.remove(each.oid());
            } else {
                failures.put(each.oid(), failure);
            }
        }
        if (!failures.isEmpty()) {
            throw new UndoException(tid, failures);
        }
        state = State.OPEN;
        return oids;
    }

    /** Returns what has other data than was given. */
    synchronized Set<Oid> vote() {
        enter(State.OPEN);
        state = State.VOTED;
        return new LinkedHashSet<>(merged);
    }

    /** What is to be part of history. */
    synchronized MemoryTransaction finish() {
        enter(State.VOTED);
        state = State.ENDED;
        return new MemoryTransaction(header, written);
    }

    /** Leaves nothing of the transaction unless it is finished. */
    synchronized void abort() {
        if (state != State.ENDED) {
            state = State.ENDED;
            files.forEach(MemoryBlobs::delete);
        }
    }

    /** The data to store: what was given, unless the object was changed since {@code oldSerial}; then what a merge makes of it. */
    @GuardedBy("this")
    private byte[] unconflicted(Oid oid, Tid oldSerial, byte[] data) {
        MemoryRevision current = history.newest(oid);
        if (current == null || current.tid().equals(oldSerial)) {
            return data;
        }
        MemoryRevision old = history.find(oid, oldSerial);
        byte[] result = old == null ? null : merge(oid, old.data(), current.data(), data);
        if (result == null) {
            throw new ConflictException(oid, current.tid(), oldSerial);
        }
        merged.add(oid);
        return result;
    }

    private byte @Nullable [] merge(
            Oid oid, byte @Nullable [] old, byte @Nullable [] committed, byte @Nullable [] changed) {
        if (old == null || committed == null || changed == null) {
            return null;
        }
        try {
            byte[] result = resolver.resolve(oid, old, committed, changed);
            return result == null || result.length == 0 ? null : result.clone();
        } catch (RuntimeException | Error e) {
            LOG.error("the changes of oid {} cannot be merged, because that failed", oid, e);
            return null;
        }
    }

    @GuardedBy("this")
    private void restore(Oid oid, Tid serial, byte @Nullable [] data, @Nullable Tid dataTid, @Nullable Path blob) {
        MemoryRevision hinted = dataTid == null ? null : history.find(oid, dataTid);
        boolean fits = hinted != null && Arrays.equals(hinted.data(), data);
        write(oid, serial, fits ? null : data, fits ? hinted : null, blob);
    }

    private MemoryTransaction undoable(Tid tid) {
        MemoryTransaction transaction = history.transaction(tid);
        if (transaction == null) {
            throw new UndoException(tid, "there is no such transaction");
        }
        char status = transaction.header().status();
        if (status != TransactionHeader.COMMITTED) {
            throw new UndoException(tid, "its status is '" + status + "': it is packed, or was never valid");
        }
        return transaction;
    }

    /** Gives the object back what it had before {@code undone}; returns why it cannot, null if it did. Source: ZODB, FileStorage. */
    @GuardedBy("this")
    private @Nullable String undo(MemoryRevision undone, Map<Oid, MemoryRevision> writtenBefore) {
        Oid oid = undone.oid();
        MemoryRevision before = undone.previous();
        MemoryRevision current = writtenBefore.getOrDefault(oid, history.newest(oid));
        if (current == null) {
            throw new AssertionError("oid " + oid + " has a revision in the log, but no current one");
        }
        if (isStill(undone, current)) {
            write(oid, tid(), null, before, copyBlob(before));
            return null;
        }
        if (before == null) {
            return "was created by it, and changed since";
        }
        byte[] result = merge(oid, undone.data(), current.data(), before.data());
        if (result == null) {
            return "was changed since";
        }
        write(oid, tid(), result, null, null);
        return null;
    }

    /** Whether an object still is what {@code undone} made of it. */
    private static boolean isStill(MemoryRevision undone, MemoryRevision current) {
        boolean isSame = current == undone || current.reference() == undone;
        return isSame || (undone.data() != null && Arrays.equals(current.data(), undone.data()));
    }

    @GuardedBy("this")
    private @Nullable Path copyBlob(@Nullable MemoryRevision source) {
        byte[] data = source == null ? null : source.data();
        if (source == null || data == null || blobs == null || !RecordScanner.isBlob(ByteBuffer.wrap(data))) {
            return null;
        }
        Path file = source.blob();
        if (file == null) {
            throw new PosKeyException(source.oid(), source.tid(), "No blob file");
        }
        Path blob = newBlob(source.oid(), tid());
        MemoryBlobs.copy(file, blob);
        return blob;
    }

    @GuardedBy("this")
    private void write(
            Oid oid, Tid serial, byte @Nullable [] data, @Nullable MemoryRevision reference, @Nullable Path blob) {
        MemoryRevision revision = new MemoryRevision(header, oid, serial, history.newest(oid), data, reference, blob);
        written.add(revision);
        newest.put(oid, revision);
    }

    private MemoryRevision known(Oid oid) {
        MemoryRevision current = history.newest(oid);
        if (current == null) {
            throw new PosKeyException(oid, null, "no such object");
        }
        return current;
    }

    private static void checkSerial(MemoryRevision current, Tid serial) {
        if (!current.tid().equals(serial)) {
            throw new ConflictException(current.oid(), current.tid(), serial);
        }
    }

    private static byte[] bytes(ByteBuffer data) {
        if (!data.hasRemaining()) {
            throw new IllegalArgumentException("a record has at least one byte of data");
        }
        byte[] copy = new byte[data.remaining()];
        data.get(copy);
        return copy;
    }

    @GuardedBy("this")
    private Path newBlob(Oid oid, Tid serial) {
        if (blobs == null) {
            throw new UnsupportedOperationException("this storage has no blobs");
        }
        Path file = blobs.create(oid, serial);
        files.add(file);
        return file;
    }

    /** Begins a step, which fails until it has set the next state. */
    @GuardedBy("this")
    private void enter(State expected) {
        if (state != expected) {
            throw new IllegalStateException(
                    "transaction " + header.tid() + " is " + text(state) + ", not " + text(expected));
        }
        state = State.FAILED;
    }

    private static String text(State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
