package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.bytes;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.undoable;
import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.ConflictException;
import io.zrs.storage.DataRecord;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.HistoryEntry;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RecordCursor;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoInfo;
import io.zrs.storage.UndoTransaction;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random stores, deletions and undos, compared with lists of revisions that know ZODB's rules but nothing of files. */
class UndoModelTest {
    private static final int OIDS = 5;
    private static final FileStorageOptions OPTIONS =
            options().withConflictResolver((oid, old, committed, changed) -> merge(old, committed, changed));

    private final Path path = memoryPath();
    private final Map<Long, List<Revision>> objects = new TreeMap<>();
    private final Map<Tid, List<Revision>> transactions = new LinkedHashMap<>();
    private FileStorage storage = FileStorage.open(path, OPTIONS);

    static Stream<Long> seeds() {
        return TestStorage.seeds(12);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void behavesLikeListsOfRevisions(long seed) throws Exception {
        Random random = new Random(seed);
        try (UndoTransaction first = undoable(storage).beginUndo(TransactionMetadata.EMPTY)) {
            first.vote();
            transactions.put(first.finish(), List.of());
        }
        for (int step = 0; step < 50; step++) {
            transaction(random);
            check();
            if (random.nextInt(10) == 0) {
                storage.close();
                if (random.nextBoolean()) {
                    Files.deleteIfExists(IndexFile.of(path));
                }
                storage = FileStorage.open(path, OPTIONS);
                check();
            }
        }
        storage.close();
    }

    private void transaction(Random random) {
        byte[] before = bytes(path);
        Model model = new Model();
        boolean isFinished = false;
        try (UndoTransaction transaction = undoable(storage).beginUndo(TransactionMetadata.EMPTY)) {
            model.tid = transaction.tid();
            List<Tid> undone = random.nextInt(3) == 0 ? List.of() : someTransactions(random);
            boolean isPossible = true;
            for (Tid tid : undone) {
                isPossible = isPossible && undo(transaction, model, tid);
            }
            for (int i = random.nextInt(3); i > 0 && isPossible; i--) {
                isPossible = change(transaction, model, random);
            }
            if (isPossible && random.nextInt(8) > 0) {
                assertThat(transaction.vote()).isEqualTo(model.merged);
                transaction.finish();
                isFinished = true;
            }
        }
        if (isFinished) {
            transactions.put(model.tid, model.written);
            model.last.forEach((oid, revision) ->
                    objects.computeIfAbsent(oid, key -> new ArrayList<>()).add(revision));
        } else {
            assertThat(bytes(path)).isEqualTo(before);
        }
    }

    /** Mostly the newest ones, in the order in which they can be undone. */
    private List<Tid> someTransactions(Random random) {
        List<Tid> newest = new ArrayList<>(transactions.keySet());
        Collections.reverse(newest);
        int from = Math.min(newest.size(), random.nextInt(2) == 0 ? 0 : random.nextInt(6));
        return newest.subList(from, Math.min(newest.size(), from + 1 + random.nextInt(4)));
    }

    private boolean undo(UndoTransaction transaction, Model model, Tid tid) {
        Set<Long> expected = model.undo(tid);
        try {
            Set<Oid> changed = transaction.undo(tid);
            assertThat(changed).extracting(Oid::value).containsExactlyElementsOf(expected);
            assertThat(model.failures).isEmpty();
            return true;
        } catch (UndoException e) {
            assertThat(e.failures().keySet()).extracting(Oid::value).containsExactlyElementsOf(model.failures);
            assertThat(model.failures).isNotEmpty();
            return false;
        }
    }

    private boolean change(UndoTransaction transaction, Model model, Random random) {
        long oid = random.nextInt(OIDS);
        List<Revision> revisions = objects.getOrDefault(oid, List.of());
        Revision current = last(revisions);
        Tid serial = current == null ? Tid.NONE : current.tid;
        if (random.nextInt(6) == 0 && current != null) {
            transaction.deleteObject(new Oid(oid), serial);
            model.write(oid, null, null, current);
            return true;
        }
        Revision old =
                current == null || random.nextInt(4) > 0 ? current : revisions.get(random.nextInt(revisions.size()));
        byte[] data = Integer.toString(random.nextInt(4)).getBytes(StandardCharsets.US_ASCII);
        byte[] stored = data;
        if (old != current) {
            stored = model.merge(old, current, data);
        }
        try {
            transaction.store(new Oid(oid), old == null ? Tid.NONE : old.tid, ByteBuffer.wrap(data));
            model.write(oid, Objects.requireNonNull(stored), null, current);
            if (old != current) {
                model.merged.add(new Oid(oid));
            }
            return true;
        } catch (ConflictException e) {
            assertThat(stored).isNull();
            return false;
        }
    }

    private void check() {
        HistoryCapable histories = storage.capability(HistoryCapable.class).orElseThrow();
        List<String> current = new ArrayList<>();
        for (Map.Entry<Long, List<Revision>> object : objects.entrySet()) {
            Oid oid = new Oid(object.getKey());
            List<HistoryEntry> expected = new ArrayList<>();
            Revision later = null;
            List<Revision> newestFirst = new ArrayList<>(object.getValue());
            Collections.reverse(newestFirst);
            for (Revision revision : newestFirst) {
                long size = revision.own == null ? 0 : revision.own.length;
                expected.add(new HistoryEntry(revision.tid, TransactionMetadata.EMPTY, size));
                checkRevision(oid, revision, later);
                later = revision;
            }
            assertThat(histories.history(oid, 1_000)).isEqualTo(expected);
            byte[] data = newestFirst.get(0).data();
            if (data != null) {
                current.add(oid + " " + newestFirst.get(0).tid + " " + TestStorage.text(data));
            }
        }
        assertThat(currentRecords()).isEqualTo(current);
        List<Tid> undoable = new ArrayList<>(transactions.keySet());
        Collections.reverse(undoable);
        assertThat(undoable(storage).undoLog(0, 1_000))
                .extracting(UndoInfo::tid)
                .isEqualTo(undoable);
    }

    private void checkRevision(Oid oid, Revision revision, @Nullable Revision later) {
        byte[] data = revision.data();
        Tid before = later == null ? Tid.MAX : later.tid;
        ObjectRevision loaded;
        try {
            loaded = storage.loadBefore(oid, before);
        } catch (PosKeyException e) {
            assertThat(data).isNull();
            return;
        }
        assertThat(loaded).isNotNull().satisfies(found -> {
            assertThat(found.data()).isEqualTo(data);
            assertThat(found.tid()).isEqualTo(revision.tid);
        });
    }

    private List<String> currentRecords() {
        List<String> found = new ArrayList<>();
        try (RecordCursor cursor =
                storage.capability(RecordIteration.class).orElseThrow().iterateRecords(Oid.ROOT)) {
            for (DataRecord record = cursor.next(); record != null; record = cursor.next()) {
                found.add(record.oid() + " " + record.tid() + " "
                        + TestStorage.text(Objects.requireNonNull(record.data())));
            }
        }
        return found;
    }

    /** Adds both changes, but not to more than 9. */
    private static byte @Nullable [] merge(byte[] old, byte[] committed, byte[] changed) {
        int sum = number(committed) + number(changed) - number(old);
        return sum > 9 || sum < 0 ? null : Integer.toString(sum).getBytes(StandardCharsets.US_ASCII);
    }

    private static int number(byte[] data) {
        return Integer.parseInt(TestStorage.text(data));
    }

    private static @Nullable Revision last(List<Revision> revisions) {
        return revisions.isEmpty() ? null : revisions.get(revisions.size() - 1);
    }

    private static final class Revision {
        final long oid;
        final Tid tid;
        final byte @Nullable [] own;
        final @Nullable Revision back;
        final @Nullable Revision previous;

        Revision(long oid, Tid tid, byte @Nullable [] own, @Nullable Revision back, @Nullable Revision previous) {
            this.oid = oid;
            this.tid = tid;
            this.own = own;
            this.back = back;
            this.previous = previous;
        }

        byte @Nullable [] data() {
            return back == null ? own : back.data();
        }
    }

    /** The open transaction. */
    private final class Model {
        Tid tid = Tid.NONE;
        final List<Revision> written = new ArrayList<>();
        final Map<Long, Revision> last = new TreeMap<>();
        final Set<Oid> merged = new LinkedHashSet<>();
        final Set<Long> failures = new LinkedHashSet<>();

        void write(long oid, byte @Nullable [] own, @Nullable Revision back, @Nullable Revision previous) {
            Revision revision = new Revision(oid, tid, own, back, previous);
            written.add(revision);
            last.put(oid, revision);
        }

        /** What to store for {@code data}, which was made from {@code old} while {@code committed} was. */
        byte @Nullable [] merge(@Nullable Revision old, @Nullable Revision committed, byte[] data) {
            byte[] before = old == null ? null : old.data();
            byte[] now = committed == null ? null : committed.data();
            return before == null || now == null ? null : UndoModelTest.merge(before, now, data);
        }

        Set<Long> undo(Tid undone) {
            Map<Long, Revision> earlier = new TreeMap<>(last);
            Set<Long> changed = new LinkedHashSet<>();
            for (Revision revision : transactions.getOrDefault(undone, List.of())) {
                failures.remove(revision.oid);
                if (undo(revision, earlier.get(revision.oid))) {
                    changed.add(revision.oid);
                } else {
                    failures.add(revision.oid);
                }
            }
            return changed;
        }

        private boolean undo(Revision revision, @Nullable Revision earlier) {
            Revision committed = Objects.requireNonNull(last(objects.getOrDefault(revision.oid, List.of())));
            Revision current = earlier == null ? committed : earlier;
            if (current != revision && current.back != revision) {
                byte[] undone = revision.data();
                byte[] now = current.data();
                if (undone == null || now == null) {
                    return false;
                }
                if (!Arrays.equals(undone, now)) {
                    return undoByMerging(revision, committed, now);
                }
            }
            write(revision.oid, null, revision.previous, committed);
            return true;
        }

        private boolean undoByMerging(Revision revision, Revision committed, byte[] now) {
            byte[] before = revision.previous == null ? null : revision.previous.data();
            // Of several revisions of one object in a transaction the last one has the serial.
            Revision serial = objects.getOrDefault(revision.oid, List.of()).stream()
                    .filter(candidate -> candidate.tid.equals(revision.tid))
                    .findFirst()
                    .orElseThrow();
            byte[] old = serial.data();
            byte[] result = before == null || old == null ? null : UndoModelTest.merge(old, now, before);
            if (result == null) {
                return false;
            }
            write(revision.oid, result, null, committed);
            return true;
        }
    }
}
