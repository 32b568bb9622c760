package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.filestorage.StorageLock;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.HistoryEntry;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoException;
import io.zrs.storage.UndoInfo;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Undo in a real file storage, on the real file system. */
class FileStorageUndoTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2007-03-21T20:32:57Z"), ZoneOffset.UTC);
    private static final String BLOB = "\u0080\3cZODB.blob\nBlob\nq\0.\u0080\3N.";
    private static final Oid OID = new Oid(1);
    private static final String GONE = "gone";
    private static final int STEPS = 40;
    private static final int OIDS = 4;

    @TempDir
    Path directory;

    private BlobStorage storage;

    @BeforeEach
    void open() {
        FileStorageOptions options = FileStorageOptions.of(CLOCK).withLock(StorageLock.javaOnly());
        storage = BlobStorage.wrap(FileStorage.open(directory.resolve("Data.fs"), options), directory.resolve("blobs"));
    }

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void undoGivesABlobItsBytesBack() throws IOException {
        Tid one = store(Map.of(OID, "one"));
        Tid two = store(Map.of(OID, "two"));
        Tid undone = undo(two);
        assertThat(storage.loadBlob(OID, undone)).hasContent("one");
        assertThat(Files.getPosixFilePermissions(storage.loadBlob(OID, undone)))
                .as("as any committed blob")
                .isEqualTo(Files.getPosixFilePermissions(storage.loadBlob(OID, one)));
        assertThat(storage.capability(HistoryCapable.class).orElseThrow().history(OID, 9))
                .extracting(HistoryEntry::tid)
                .containsExactly(undone, two, one);
    }

    @Test
    void theLogOfWhatCanBeUndoneIsTheBases() throws IOException {
        Tid one = store(Map.of(OID, "one"));
        Tid two = store(Map.of(OID, "two"));
        assertThat(undoable().undoLog(0, 9)).extracting(UndoInfo::tid).containsExactly(two, one);
    }

    @Test
    void aBlobThatWasNeverWrittenIsNotGivenBack() throws IOException {
        BlobWritableStorage writable =
                storage.capability(BlobWritableStorage.class).orElseThrow();
        try (BlobTransaction transaction = writable.begin(TransactionMetadata.EMPTY)) {
            transaction.store(OID, Tid.NONE, bytes(BLOB));
            transaction.vote();
            transaction.finish();
        }
        Tid two = store(Map.of(OID, "two"));
        assertThatThrownBy(() -> undo(two)).isInstanceOf(PosKeyException.class).hasMessageContaining("No blob file");
        assertThat(storage.lastTransaction()).isEqualTo(two);
    }

    static LongStream seeds() {
        Long one = Long.getLong("zrs.seed");
        return one == null ? LongStream.rangeClosed(1, 3) : LongStream.of(one);
    }

    @ParameterizedTest(name = "seed={0}") // replay one: -Dzrs.seed=42
    @MethodSource("seeds")
    void everyRevisionHasTheBytesThatItShouldHave(long seed) throws IOException {
        Random random = new Random(seed);
        Map<Oid, NavigableMap<Tid, String>> expected = new HashMap<>();
        List<Tid> committed = new ArrayList<>();
        int refused = 0;
        for (int step = 0; step < STEPS; step++) {
            try {
                Tid tid = committed.isEmpty() || random.nextInt(3) > 0
                        ? storeSome(random, step, expected)
                        : undoSome(random, committed, expected);
                committed.add(tid);
            } catch (UndoException e) {
                refused++;
            }
        }
        assertThat(refused).isLessThan(STEPS / 4);
        check(expected);
        storage.close();
        open();
        check(expected);
    }

    private Tid storeSome(Random random, int step, Map<Oid, NavigableMap<Tid, String>> expected) throws IOException {
        Map<Oid, String> blobs = new HashMap<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            blobs.put(new Oid(1 + random.nextInt(OIDS)), "step " + step);
        }
        Tid tid = store(blobs);
        blobs.forEach((oid, blob) ->
                expected.computeIfAbsent(oid, unknown -> new TreeMap<>()).put(tid, blob));
        return tid;
    }

    /** One of the last few transactions, or up to three of them in one go, which only works from the newest. */
    private Tid undoSome(Random random, List<Tid> committed, Map<Oid, NavigableMap<Tid, String>> expected) {
        int newest = committed.size() - 1;
        List<Tid> undone = new ArrayList<>();
        if (random.nextBoolean()) {
            undone.add(committed.get(Math.max(0, newest - random.nextInt(5))));
        } else {
            for (int i = newest; i >= Math.max(0, newest - random.nextInt(3)); i--) {
                undone.add(committed.get(i));
            }
        }
        Tid tid = undo(undone.toArray(Tid[]::new));
        for (Tid each : undone) {
            for (NavigableMap<Tid, String> revisions : expected.values()) {
                if (revisions.containsKey(each)) {
                    Map.Entry<Tid, String> before = revisions.lowerEntry(each);
                    revisions.put(tid, before == null ? GONE : before.getValue());
                }
            }
        }
        return tid;
    }

    private void check(Map<Oid, NavigableMap<Tid, String>> expected) {
        Set<BlobRevision> files = new HashSet<>();
        storage.directory().walk(files::add);
        expected.forEach((oid, revisions) -> revisions.forEach((tid, blob) -> {
            if (!blob.equals(GONE)) {
                assertThat(storage.loadBlob(oid, tid)).hasContent(blob);
                assertThat(files.remove(new BlobRevision(oid, tid))).isTrue();
            }
        }));
        assertThat(files).isEmpty();
        assertThat(storage.temporaryDirectory()).isEmptyDirectory();
    }

    private Tid store(Map<Oid, String> blobs) throws IOException {
        BlobWritableStorage writable =
                storage.capability(BlobWritableStorage.class).orElseThrow();
        try (BlobTransaction transaction = writable.begin(TransactionMetadata.EMPTY)) {
            for (Map.Entry<Oid, String> blob : blobs.entrySet()) {
                Path file = Files.writeString(storage.temporaryDirectory().resolve("callers"), blob.getValue());
                transaction.storeBlob(blob.getKey(), serial(blob.getKey()), bytes(BLOB), file);
            }
            transaction.vote();
            return transaction.finish();
        }
    }

    private Tid undo(Tid... transactions) {
        try (UndoTransaction transaction = undoable().beginUndo(TransactionMetadata.EMPTY)) {
            for (Tid tid : transactions) {
                transaction.undo(tid);
            }
            transaction.vote();
            return transaction.finish();
        }
    }

    private Tid serial(Oid oid) {
        List<HistoryEntry> newest;
        try {
            newest = storage.capability(HistoryCapable.class).orElseThrow().history(oid, 1);
        } catch (PosKeyException e) {
            return Tid.NONE;
        }
        return newest.get(0).tid();
    }

    private Undoable undoable() {
        return storage.capability(Undoable.class).orElseThrow();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
