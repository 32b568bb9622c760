package io.zrs.server;

import io.zrs.pickle.PickleException;
import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.RecordScanner;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Counts the objects that can be reached from one of them by strong references, by class, as of one moment.
 *
 * <p>Takes a bit of memory for each object, and two numbers for each one that is yet to be looked at.
 *
 * <p>Threading: confined to one thread.
 */
final class Census {
    /** Faults of one kind that are named; others are only counted. */
    static final int NAMED_MAX = 100;

    /** Objects and the bytes of their records. */
    static final class Count {
        private long objects;
        private long bytes;

        long objects() {
            return objects;
        }

        long bytes() {
            return bytes;
        }

        private void add(long size) {
            objects++;
            bytes += size;
        }
    }

    /**
     * A reference to what is not there.
     *
     * @param from one of the objects that refer to it, null if nobody does: it is where the census began
     */
    record Dangling(Oid oid, @Nullable Oid from, String fromClass) {}

    /** An object whose record makes no sense; the objects that it alone refers to are not counted. */
    record Unreadable(Oid oid, Tid tid, String error) {}

    private final Storage storage;
    private final Tid before;
    private final Oid start;
    private final Optional<BlobCapable> blobs;
    private final RecordScanner scanner = new RecordScanner(PickleLimits.RECORD);
    private final OidSet known = new OidSet();
    private final Pending pending = new Pending();
    private final Map<String, Count> byClass = new HashMap<>();
    private final Count all = new Count();
    private final Count blobFiles = new Count();
    private final List<Dangling> dangling = new ArrayList<>();
    private final List<Unreadable> unreadable = new ArrayList<>();
    private long missingBlobFileCount;
    private long danglingCount;
    private long unreadableCount;

    private Census(Storage storage, Tid before, Oid start) {
        this.start = start;
        this.storage = storage;
        this.before = before;
        this.blobs = storage.capability(BlobCapable.class);
    }

    /** Counts what can be reached from {@code start}, itself included, among what was committed before a tid. */
    static Census take(Storage storage, Tid before, Oid start) {
        return take(storage, before, start, done -> {});
    }

    /**
     * As {@link #take(Storage, Tid, Oid)}.
     *
     * @param progress is told before each object how many were counted
     */
    static Census take(Storage storage, Tid before, Oid start, LongConsumer progress) {
        Census census = new Census(storage, before, start);
        census.known.add(start.value());
        census.pending.push(start.value(), start.value());
        while (!census.pending.isEmpty()) {
            progress.accept(census.all.objects);
            census.visit(census.pending.popOid(), census.pending.popFrom());
        }
        return census;
    }

    /** Classes by name; {@code (no class)} for records that name none. */
    Map<String, Count> byClass() {
        return Collections.unmodifiableMap(byClass);
    }

    Count all() {
        return all;
    }

    /** The files of blobs, if the storage has a directory for them. */
    Count blobFiles() {
        return blobFiles;
    }

    long missingBlobFileCount() {
        return missingBlobFileCount;
    }

    /** Whether an object can be reached, or would be if it were there. */
    boolean isReached(long oid) {
        return known.contains(oid);
    }

    /** The first {@value #NAMED_MAX}. */
    List<Dangling> dangling() {
        return Collections.unmodifiableList(dangling);
    }

    long danglingCount() {
        return danglingCount;
    }

    /** The first {@value #NAMED_MAX}. */
    List<Unreadable> unreadable() {
        return Collections.unmodifiableList(unreadable);
    }

    long unreadableCount() {
        return unreadableCount;
    }

    /** How many objects the storage has beyond those that were counted; known only if the census is of all that can be reached now. */
    OptionalLong others() {
        boolean isOfAll = start.equals(Oid.ROOT) && before.compareTo(storage.lastTransaction()) > 0;
        return isOfAll ? OptionalLong.of(storage.objectCount() - all.objects) : OptionalLong.empty();
    }

    private void visit(long oid, long from) {
        ObjectRevision revision = load(new Oid(oid));
        if (revision == null) {
            danglingCount++;
            if (dangling.size() < NAMED_MAX) {
                dangling.add(dangling(oid, from));
            }
            return;
        }
        ByteBuffer record = ByteBuffer.wrap(revision.data());
        byClass.computeIfAbsent(className(record), name -> new Count()).add(record.remaining());
        all.add(record.remaining());
        if (RecordScanner.isBlob(record)) {
            countBlobFile(new Oid(oid), revision.tid());
        }
        try {
            scanner.references(record, to -> {
                if (known.add(to)) {
                    pending.push(to, oid);
                }
            });
        } catch (PickleException e) {
            unreadableCount++;
            if (unreadable.size() < NAMED_MAX) {
                unreadable.add(new Unreadable(new Oid(oid), revision.tid(), String.valueOf(e.getMessage())));
            }
        }
    }

    private @Nullable ObjectRevision load(Oid oid) {
        try {
            return storage.loadBefore(oid, before);
        } catch (PosKeyException e) {
            return null;
        }
    }

    private Dangling dangling(long oid, long from) {
        if (oid == from) {
            return new Dangling(new Oid(oid), null, "");
        }
        ObjectRevision referrer = load(new Oid(from));
        return new Dangling(
                new Oid(oid), new Oid(from), referrer == null ? "" : className(ByteBuffer.wrap(referrer.data())));
    }

    private String className(ByteBuffer record) {
        return scanner.className(record).map(Global::toString).orElse("(no class)");
    }

    private void countBlobFile(Oid oid, Tid tid) {
        if (blobs.isEmpty()) {
            return;
        }
        try {
            blobFiles.add(Files.size(blobs.get().loadBlob(oid, tid)));
        } catch (PosKeyException e) {
            missingBlobFileCount++; // never written
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read blob " + oid + ", tid " + tid, e);
        }
    }

    /** Oids that are yet to be looked at, each with one that refers to it. */
    private static final class Pending {
        private long[] stack = new long[1 << 10];
        private int size;

        boolean isEmpty() {
            return size == 0;
        }

        void push(long oid, long from) {
            if (size == stack.length) {
                stack = Arrays.copyOf(stack, Math.multiplyExact(size, 2));
            }
            stack[size++] = from;
            stack[size++] = oid;
        }

        /** Takes the oid; {@link #popFrom} must come next. */
        long popOid() {
            return stack[--size];
        }

        long popFrom() {
            return stack[--size];
        }
    }
}
