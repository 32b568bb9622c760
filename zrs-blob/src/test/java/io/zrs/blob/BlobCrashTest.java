package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.blob.PowerCutDisk.PowerCut;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.Oid;
import io.zrs.storage.PackListener;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The machine stops before each change to the disk in turn; whoever opens the directory next finds the blobs of what is committed, and only those. */
class BlobCrashTest {
    private static final String DIRECTORY = "/blobs";
    private static final int SEEDS = 2;
    private static final String BLOB = "cZODB.blob\nBlob\nq\u0001.N.";

    /** What an object has that does not exist. */
    private static final String GONE = "gone";

    private final Map<BlobRevision, String> written = new HashMap<>();
    private final List<Tid> acknowledged = new ArrayList<>();

    @ParameterizedTest
    @EnumSource
    void killedProcessLeavesNoLitter(BlobLayout layout) throws IOException {
        boolean cut = true;
        for (int changes = 0; cut; changes++) {
            try (FileSystem fileSystem = Jimfs.newFileSystem(Configuration.unix())) {
                MemoryStorage base = new MemoryStorage();
                cut = runUntilCut(fileSystem, base, layout, changes);
                MemoryStorage survivor = base.surviving();
                BlobStorage.wrap(survivor, fileSystem.getPath(DIRECTORY)).close();
                check(fileSystem, survivor, "killed after change " + changes);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void powerCutLosesNothingAndLeavesNoLitter(BlobLayout layout) throws IOException {
        boolean cut = true;
        for (int changes = 0; cut; changes++) {
            for (int seed = 0; seed < SEEDS; seed++) {
                cut = powerCut(layout, changes, seed);
            }
        }
    }

    @Test
    void scenarioHasManyInstants() throws IOException {
        try (FileSystem fileSystem = Jimfs.newFileSystem(Configuration.unix())) {
            assertThat(runUntilCut(fileSystem, new MemoryStorage(), BlobLayout.BUSHY, 100))
                    .isTrue();
        }
    }

    /** Stops once in the scenario and once in the opening after it, then opens for good. */
    private boolean powerCut(BlobLayout layout, int changes, int seed) throws IOException {
        Random random = new Random(seed);
        try (FileSystem first = Jimfs.newFileSystem(Configuration.unix());
                FileSystem second = Jimfs.newFileSystem(Configuration.unix());
                FileSystem third = Jimfs.newFileSystem(Configuration.unix())) {
            MemoryStorage base = new MemoryStorage();
            PowerCutDisk disk = new PowerCutDisk(first, DIRECTORY);
            boolean cut = runUntilCut(disk, first, base, layout, changes);
            disk.survive(random, second);
            MemoryStorage survivor = base.surviving();
            PowerCutDisk again = new PowerCutDisk(second, DIRECTORY);
            again.allow(random.nextInt(20));
            try {
                BlobStorage.wrap(survivor, second.getPath(DIRECTORY), layout, again);
            } catch (PowerCut e) {
                // As likely as not.
            }
            again.survive(random, third);
            BlobStorage.wrap(survivor, third.getPath(DIRECTORY), layout).close();
            check(third, survivor, "power cut after change " + changes + ", seed " + seed);
            return cut;
        }
    }

    private boolean runUntilCut(FileSystem fileSystem, MemoryStorage base, BlobLayout layout, int changes)
            throws IOException {
        return runUntilCut(new PowerCutDisk(fileSystem, DIRECTORY), fileSystem, base, layout, changes);
    }

    private boolean runUntilCut(
            PowerCutDisk disk, FileSystem fileSystem, MemoryStorage base, BlobLayout layout, int changes)
            throws IOException {
        written.clear();
        acknowledged.clear();
        disk.allow(changes);
        base.instant = disk::tick;
        base.unreachable.addAll(List.of(new Oid(0x0400), new Oid(0x0500)));
        try {
            runScenario(disk, BlobStorage.wrap(base, fileSystem.getPath(DIRECTORY), layout, disk));
            return false;
        } catch (PowerCut e) {
            return true;
        }
    }

    private void runScenario(PowerCutDisk disk, BlobStorage storage) throws IOException {
        store(disk, storage, 0x0100, "one", End.FINISH);
        store(disk, storage, 0x0101, "aborted early", End.ABORT);
        store(disk, storage, 0x0102, "aborted late", End.VOTE_AND_ABORT);
        restore(storage, 0x10, List.of(0x0200L, 0x0100L), "two", End.FINISH);
        restore(storage, 0x20, List.of(0x0300L), "", End.FINISH);
        restore(storage, 0x30, List.of(0x0400L), "aborted", End.VOTE_AND_ABORT);
        restore(storage, 0x30, List.of(0x0300L, 0x0201L), "three", End.FINISH);
        restorable(storage).force();
        acknowledged.addAll(List.of(new Tid(0x10), new Tid(0x20), new Tid(0x30)));
        restore(storage, 0x40, List.of(0x0500L), "four", End.FINISH);
        store(disk, storage, 0x0101, "five", End.FINISH);
        restore(storage, 0x50, List.of(0x0600L), "six", End.FINISH);
        restore(storage, 0x60, List.of(0x0100L), "seven", End.FINISH);
        restorable(storage).force();
        acknowledged.addAll(List.of(new Tid(0x50), new Tid(0x60)));
        undo(storage, 0x30, List.of(0x0300L, 0x0201L), List.of("", GONE), End.VOTE_AND_ABORT);
        undo(storage, 0x60, List.of(0x0100L), List.of("two"), End.FINISH);
        undo(storage, 0x30, List.of(0x0300L, 0x0201L), List.of("", GONE), End.FINISH);
        restore(storage, 0x70, List.of(0x0700L), "eight", End.FINISH);
        pack(storage);
        restore(storage, 0x80, List.of(0x0300L), "nine", End.FINISH);
        storage.close();
        acknowledged.add(new Tid(0x80));
    }

    /** Some transactions lose all that they have, others a part of it, among it all that there is of two objects. */
    private void pack(BlobStorage storage) {
        acknowledged.removeAll(List.of(new Tid(0x01), new Tid(0x20), new Tid(0x40)));
        storage.capability(Packable.class).orElseThrow().pack(new Tid(0x60), Garbage.COLLECT, PackListener.NONE);
    }

    private void undo(BlobStorage storage, long tid, List<Long> oids, List<String> blobs, End end) {
        UndoTransaction transaction =
                storage.capability(Undoable.class).orElseThrow().beginUndo(TransactionMetadata.EMPTY);
        for (int i = 0; i < oids.size(); i++) {
            written.put(new BlobRevision(new Oid(oids.get(i)), transaction.tid()), blobs.get(i));
        }
        transaction.undo(new Tid(tid));
        transaction.vote();
        if (end == End.FINISH) {
            transaction.finish();
            acknowledged.add(transaction.tid());
        }
        transaction.close();
    }

    private enum End {
        FINISH,
        ABORT,
        VOTE_AND_ABORT
    }

    private void store(PowerCutDisk disk, BlobStorage storage, long oid, String blob, End end) throws IOException {
        Path file = storage.temporaryDirectory().resolve("caller");
        try (FileChannel channel = disk.create(file)) {
            channel.write(bytes(blob));
        }
        BlobWritableStorage writable =
                storage.capability(BlobWritableStorage.class).orElseThrow();
        // Not in a try statement: a process that stops closes nothing.
        BlobTransaction transaction = writable.begin(TransactionMetadata.EMPTY);
        written.put(new BlobRevision(new Oid(oid), transaction.tid()), blob);
        transaction.storeBlob(new Oid(oid), Tid.NONE, bytes(BLOB), file);
        if (end != End.ABORT) {
            transaction.vote();
        }
        if (end == End.FINISH) {
            transaction.finish();
            acknowledged.add(transaction.tid());
        }
        transaction.close();
    }

    private void restore(BlobStorage storage, long tid, List<Long> oids, String blob, End end) {
        TransactionHeader header =
                new TransactionHeader(new Tid(tid), TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
        BlobRestoreTransaction transaction = restorable(storage).beginRestore(header, PickleDialect.PYTHON3);
        for (long oid : oids) {
            written.put(new BlobRevision(new Oid(oid), new Tid(tid)), blob);
            BlobSink sink = transaction.restoreBlob(new Oid(oid), new Tid(tid), bytes(BLOB), null);
            sink.write(bytes(blob));
            sink.complete();
        }
        transaction.vote();
        if (end == End.FINISH) {
            transaction.finish();
        }
        transaction.close();
    }

    private void check(FileSystem fileSystem, MemoryStorage base, String instant) throws IOException {
        Path root = fileSystem.getPath(DIRECTORY);
        BlobDirectory directory = BlobDirectory.open(root);
        List<BlobRevision> found = new ArrayList<>();
        directory.walk(found::add);
        assertThat(found).as(instant).containsExactlyInAnyOrderElementsOf(base.revisions());
        for (BlobRevision revision : found) {
            Path file = directory.path(revision.oid(), revision.tid());
            assertThat(Files.readString(file)).as(instant).isEqualTo(written.get(revision));
        }
        assertThat(base.revisions()).as(instant).extracting(BlobRevision::tid).containsAll(acknowledged);
        assertThat(strangers(root)).as(instant).isEmpty();
    }

    /** Everything but blob files, directories that hold something, the marker, tmp, and the file that a caller had there. */
    private static List<String> strangers(Path root) throws IOException {
        List<String> strangers = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                String name = root.relativize(path).toString();
                if (!List.of("", ".layout", ".layout.new", "tmp", "tmp/caller").contains(name)
                        && !name.endsWith(".blob")
                        && !(Files.isDirectory(path) && holdsSomething(path))) {
                    strangers.add(name);
                }
            }
        }
        return strangers;
    }

    private static boolean holdsSomething(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isPresent();
        }
    }

    private static BlobRestorableStorage restorable(BlobStorage storage) {
        return storage.capability(BlobRestorableStorage.class).orElseThrow();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
