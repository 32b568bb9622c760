package io.zrs.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doCallRealMethod;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.spy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.storage.BlobRestorableStorage;
import io.zrs.storage.BlobRestoreTransaction;
import io.zrs.storage.BlobSink;
import io.zrs.storage.BlobTransaction;
import io.zrs.storage.BlobWritableStorage;
import io.zrs.storage.HistoryCapable;
import io.zrs.storage.Oid;
import io.zrs.storage.PackException;
import io.zrs.storage.PackListener;
import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RecordIteration;
import io.zrs.storage.StorageException;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of blobs when the base storage is packed. */
class BlobPackTest {
    private static final Oid OID = new Oid(0x0abc01);
    private static final Oid NEIGHBOUR = new Oid(0x0abc02);
    private static final String OID_DIRECTORY = "0x00/0x00/0x00/0x00/0x00/0x0a/0xbc/0x01";
    private static final String NEIGHBOUR_DIRECTORY = "0x00/0x00/0x00/0x00/0x00/0x0a/0xbc/0x02";

    private final FileSystem fileSystem = Jimfs.newFileSystem(Configuration.unix());
    private final Path root = fileSystem.getPath("/blobs");
    private final Path list = root.resolve(".removed");
    private final BlobDisk disk = spy(FileSystemDisk.of(root));
    private MemoryStorage base = new MemoryStorage();
    private BlobStorage storage = BlobStorage.wrap(base, root, null, disk);

    @AfterEach
    void close() throws IOException {
        storage.close();
        fileSystem.close();
    }

    @Test
    void removesTheFilesOfRevisionsThatAreGone() throws IOException {
        restore(OID, 0x10, 0x20, 0x30);
        restore(NEIGHBOUR, 0x31, 0x41);
        PackResult result = pack(0x20, Garbage.KEEP, PackListener.NONE);
        assertThat(result.bytesBefore()).as("the base's own result").isEqualTo(1);
        assertThat(files())
                .containsExactly(
                        ".layout",
                        OID_DIRECTORY + "/0x20.blob",
                        OID_DIRECTORY + "/0x30.blob",
                        NEIGHBOUR_DIRECTORY + "/0x31.blob",
                        NEIGHBOUR_DIRECTORY + "/0x41.blob");
        assertThatThrownBy(() -> storage.loadBlob(OID, new Tid(0x10))).isInstanceOf(PosKeyException.class);
    }

    @Test
    void removesDirectoriesThatBecomeEmpty() throws IOException {
        restore(OID, 0x10);
        restore(NEIGHBOUR, 0x11);
        base.unreachable.add(OID);
        pack(0x11, Garbage.COLLECT, PackListener.NONE);
        assertThat(files()).containsExactly(".layout", NEIGHBOUR_DIRECTORY + "/0x11.blob");
        assertThat(root.resolve(OID_DIRECTORY)).doesNotExist();
        base.unreachable.add(NEIGHBOUR);
        pack(0x11, Garbage.COLLECT, PackListener.NONE);
        try (Stream<Path> left = Files.list(root)) {
            assertThat(left).containsExactlyInAnyOrder(root.resolve(".layout"), root.resolve("tmp"));
        }
    }

    @Test
    void leavesFilesAloneThatNeverHadARecord() throws IOException {
        restore(OID, 0x10, 0x20);
        Path stray = Files.writeString(root.resolve(OID_DIRECTORY + "/0x15.blob"), "somebody's");
        pack(0x20, Garbage.KEEP, PackListener.NONE);
        assertThat(stray).hasContent("somebody's");
    }

    @Test
    void listsWhatGoesBeforeItTakesEffectAsPythonDoes() throws IOException {
        restore(OID, 0x10, 0x20, 0x30);
        List<String> lists = new ArrayList<>();
        PackListener listener = new PackListener() {
            @Override
            public void beforeSwitch() {
                lists.add(read(list));
            }
        };
        pack(0x30, Garbage.KEEP, listener);
        assertThat(lists).containsExactly("""
                00000000000abc010000000000000010
                00000000000abc010000000000000020
                """);
        assertThat(list).doesNotExist();
    }

    @Test
    void tellsTheListenerAndCountsBlobs() throws IOException {
        restore(OID, 0x10, 0x20, 0x30);
        List<String> told = new ArrayList<>();
        PackListener listener = new PackListener() {
            @Override
            public void progress(Phase phase, long done, long total) {
                told.add(phase + " " + done + "/" + total);
            }

            @Override
            public void removesBlob(Oid oid, Tid tid) {
                told.add("removes " + oid + " " + tid);
            }

            @Override
            public void beforeSwitch() {
                told.add("before switch");
            }
        };
        pack(0x30, Garbage.KEEP, listener);
        assertThat(told)
                .containsExactly(
                        "COPY 0/2",
                        "removes 0x0abc01 0x10",
                        "removes 0x0abc01 0x20",
                        "COPY 2/2",
                        "before switch",
                        "CLEAN_UP 0/2",
                        "CLEAN_UP 2/2");
    }

    @Test
    void aPackThatRemovesNoBlobWritesNothing() throws IOException {
        restore(OID, 0x10);
        doThrow(new IOException("nobody should write")).when(disk).create(any());
        pack(0x10, Garbage.KEEP, PackListener.NONE);
        assertThat(files()).containsExactly(".layout", OID_DIRECTORY + "/0x10.blob");
    }

    @Test
    void aPackThatFailsBeforeItTakesEffectLeavesEverything() throws IOException {
        restore(OID, 0x10, 0x20);
        List<String> before = files();
        PackListener listener = new PackListener() {
            @Override
            public void beforeSwitch() {
                assertThat(list).exists();
                throw new IllegalStateException("changed my mind");
            }
        };
        assertThatThrownBy(() -> pack(0x20, Garbage.KEEP, listener)).hasMessage("changed my mind");
        assertThat(files()).isEqualTo(before);
        pack(0x20, Garbage.KEEP, PackListener.NONE);
        assertThat(files()).containsExactly(".layout", OID_DIRECTORY + "/0x20.blob");
    }

    @Test
    void aListThatCannotBeWrittenEndsThePack() throws IOException {
        restore(OID, 0x10, 0x20);
        List<String> before = files();
        doThrow(new IOException("the disk is full")).when(disk).create(list);
        assertThatThrownBy(() -> pack(0x20, Garbage.KEEP, PackListener.NONE))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the disk is full");
        doCallRealMethod().when(disk).create(any());
        doThrow(new IOException("the disk is gone")).when(disk).force(list);
        assertThatThrownBy(() -> pack(0x20, Garbage.KEEP, PackListener.NONE))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("the disk is gone");
        assertThat(files()).isEqualTo(before);
        assertThat(storage.loadSerial(OID, new Tid(0x10))).isNotEmpty();
    }

    @Test
    void anInterruptedListIsAPackException() throws IOException {
        restore(OID, 0x10, 0x20);
        doThrow(new ClosedByInterruptException()).when(disk).force(list);
        assertThatThrownBy(() -> pack(0x20, Garbage.KEEP, PackListener.NONE))
                .isInstanceOf(PackException.class)
                .hasMessageContaining("interrupted");
        assertThat(list).doesNotExist();
    }

    @Test
    void aFailureAfterTheSwitchRemovesWhatIsGone() throws IOException {
        restore(OID, 0x10, 0x20);
        int[] instants = {0};
        base.instant = () -> {
            // 1: before a blob is told of; 2, 3: around beforeSwitch; 4, 5: a force; then it is switched.
            if (storageHasSwitched()) {
                instants[0]++;
                throw new UncheckedIOException(new IOException("too late"));
            }
        };
        assertThatThrownBy(() -> pack(0x20, Garbage.KEEP, PackListener.NONE)).isInstanceOf(UncheckedIOException.class);
        assertThat(instants).containsExactly(1);
        assertThat(files())
                .as("the list is for the next opening, which knows what is on disk")
                .containsExactly(".layout", ".removed", OID_DIRECTORY + "/0x20.blob");
        base.instant = () -> {};
    }

    @Test
    void whatCannotBeRemovedIsLeftToTheNextPack() throws IOException {
        restore(OID, 0x10, 0x20);
        Path gone = root.resolve(OID_DIRECTORY + "/0x10.blob");
        doThrow(new IOException("no luck")).when(disk).delete(gone);
        pack(0x20, Garbage.KEEP, PackListener.NONE);
        assertThat(gone).exists();
        assertThat(list).exists();
        doCallRealMethod().when(disk).delete(any());
        pack(0x20, Garbage.KEEP, PackListener.NONE);
        assertThat(files()).containsExactly(".layout", OID_DIRECTORY + "/0x20.blob");
    }

    @Test
    void aListenerThatFailsDuringTheCleanUpSpoilsNothing() throws IOException {
        restore(OID, 0x10, 0x20);
        PackListener listener = new PackListener() {
            @Override
            public void progress(Phase phase, long done, long total) {
                if (phase == Phase.CLEAN_UP) {
                    throw new IllegalStateException("not now");
                }
            }
        };
        pack(0x20, Garbage.KEEP, listener);
        reopen();
        assertThat(files()).containsExactly(".layout", OID_DIRECTORY + "/0x20.blob");
    }

    @Test
    void onePackAtATime() throws IOException {
        restore(OID, 0x10, 0x20);
        List<Throwable> refused = new ArrayList<>();
        PackListener listener = new PackListener() {
            @Override
            public void beforeSwitch() {
                try {
                    pack(0x20, Garbage.KEEP, PackListener.NONE);
                } catch (PackException e) {
                    refused.add(e);
                }
            }
        };
        pack(0x20, Garbage.KEEP, listener);
        assertThat(refused).hasSize(1);
        assertThat(files()).containsExactly(".layout", OID_DIRECTORY + "/0x20.blob");
    }

    @Test
    void theBlobsOfWhatThePackTakesAlongAreInPlaceBefore() throws IOException {
        restore(OID, 0x10, 0x20);
        restoreQueued(OID, 0x30);
        List<Boolean> inPlace = new ArrayList<>();
        PackListener listener = new PackListener() {
            @Override
            public void beforeSwitch() {
                restoreQueued(OID, 0x40);
                for (long tid : new long[] {0x30, 0x40}) {
                    inPlace.add(Files.exists(storage.directory().path(OID, new Tid(tid))));
                }
            }
        };
        pack(0x20, Garbage.KEEP, listener);
        assertThat(inPlace).containsExactly(true, true);
        assertThat(storage.loadBlob(OID, new Tid(0x40))).hasContent("blob 64");
        restorable().force();
        assertThat(storage.temporaryDirectory()).isEmptyDirectory();
    }

    @Test
    void whatIsPackedAwayBeforeItsCommitIsAtItsEndGoesThen() throws IOException {
        storage.addCommitListener(transaction -> {
            if (transaction.tid().equals(new Tid(0x30))) {
                pack(0x30, Garbage.KEEP, PackListener.NONE);
                assertThat(list).doesNotExist();
                assertThat(storage.directory().path(OID, new Tid(0x10))).doesNotExist();
                assertThat(storage.directory().path(OID, new Tid(0x20))).exists();
            }
        });
        restore(OID, 0x10);
        restore(OID, 0x20, 0x30);
        assertThat(files()).containsExactly(".layout", OID_DIRECTORY + "/0x30.blob");
    }

    @Test
    void aTransactionIsStillAbortedWholeAfterAPack() throws IOException {
        restore(OID, 0x10, 0x20);
        try (BlobTransaction transaction = begin()) {
            Path file = Files.writeString(storage.temporaryDirectory().resolve("callers"), "gone");
            transaction.storeBlob(OID, new Tid(0x20), bytes("record"), file);
            transaction.vote();
            base.more.put(Packable.class, (Packable) (time, garbage, listener) -> {
                listener.removesBlob(OID, transaction.tid());
                listener.beforeSwitch();
                return new PackResult(0, 0, 0, 0);
            });
            pack(0x20, Garbage.KEEP, PackListener.NONE);
            assertThat(storage.directory().path(OID, transaction.tid()))
                    .as("a blob of a transaction that is not committed")
                    .exists();
        }
        assertThat(files()).containsExactly(".layout", OID_DIRECTORY + "/0x10.blob", OID_DIRECTORY + "/0x20.blob");
    }

    @Test
    void whatTheBaseStillHasStaysWhateverItSays() throws IOException {
        restore(OID, 0x10, 0x20);
        base.more.put(Packable.class, (Packable) (time, garbage, listener) -> {
            listener.removesBlob(OID, new Tid(0x10));
            listener.beforeSwitch();
            return new PackResult(0, 0, 0, 0);
        });
        pack(0x20, Garbage.KEEP, PackListener.NONE);
        assertThat(storage.loadBlob(OID, new Tid(0x10))).exists();
    }

    @Test
    void nothingIsPackedOnceBlobsCouldNotBeMadeDurable() throws IOException {
        restore(OID, 0x10, 0x20);
        restoreQueued(OID, 0x30);
        doThrow(new IOException("the disk is gone")).when(disk).force(any());
        assertThatThrownBy(() -> pack(0x20, Garbage.KEEP, PackListener.NONE)).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> pack(0x20, Garbage.KEEP, PackListener.NONE)).isInstanceOf(StorageException.class);
        assertThat(base.revisions()).hasSize(2);
    }

    @Test
    void openingFinishesWhatPythonBegan() throws IOException {
        restore(OID, 0x10, 0x20, 0x30);
        restore(NEIGHBOUR, 0x31, 0x41);
        Oid kept = new Oid(3);
        restore(kept, 0x52, 0x62, 0x72);
        base.unreachable.add(NEIGHBOUR);
        base.pack(new Tid(0x62), Garbage.COLLECT, PackListener.NONE);
        restore(OID, 0x82);
        Files.writeString(
                list,
                "00000000000abc010000000000000010\n" // gone
                        + "00000000000abc010000000000000030\n" // still there
                        + "00000000000abc02\n" // all gone
                        + "0000000000000003\n" // some gone, one not
                        + "00000000000000040000000000000001\n"); // never was
        reopen();
        assertThat(files())
                .containsExactly(
                        ".layout",
                        storage.directory().relativePath(new BlobRevision(kept, new Tid(0x62))),
                        storage.directory().relativePath(new BlobRevision(kept, new Tid(0x72))),
                        OID_DIRECTORY + "/0x20.blob", // the list does not say so
                        OID_DIRECTORY + "/0x30.blob",
                        OID_DIRECTORY + "/0x82.blob");
    }

    @Test
    void openingPassesOverLinesThatCannotBeRead() throws IOException {
        restore(OID, 0x10, 0x20, 0x30);
        base.pack(new Tid(0x30), Garbage.KEEP, PackListener.NONE);
        String long1 = "x".repeat(100_000);
        Files.writeString(
                list,
                "\n0x000000000abc010000000000000020\n" + long1
                        + "\n00000000000abc010000000000000010\n00000000000ABC010000000000000020\n"
                        + "00000000000abc01");
        reopen();
        assertThat(files()).containsExactly(".layout", OID_DIRECTORY + "/0x20.blob", OID_DIRECTORY + "/0x30.blob");
    }

    @Test
    void openingKeepsWhatIsNewerThanTheBase() throws IOException {
        restore(OID, 0x10, 0x20);
        Files.writeString(list, "00000000000abc010000000000000010\n00000000000abc01\n");
        List<String> before = files();
        storage.close();
        base = new MemoryStorage();
        storage = BlobStorage.wrap(base, root, null, disk);
        assertThat(before).contains(".removed");
        assertThat(files()).containsExactly(".layout", OID_DIRECTORY + "/0x10.blob", OID_DIRECTORY + "/0x20.blob");
    }

    @Test
    void openingForReadingLeavesTheListAlone() throws IOException {
        restore(OID, 0x10, 0x20);
        base.pack(new Tid(0x20), Garbage.KEEP, PackListener.NONE);
        Files.writeString(list, "00000000000abc010000000000000010\n");
        List<String> before = files();
        base.capabilities = Set.of(Packable.class);
        BlobStorage reading = BlobStorage.wrap(base, root);
        assertThat(reading.capability(Packable.class))
                .as("a pack would change the directory")
                .isEmpty();
        assertThat(files()).isEqualTo(before);
        base.capabilities = Set.of();
    }

    @Test
    void manyBlobsGoInGroups() throws IOException {
        for (int oid = 1; oid <= 600; oid++) {
            restoreQueued(new Oid(oid), 2L * oid);
            restoreQueued(new Oid(oid), 2L * oid + 1);
        }
        restorable().force();
        List<Long> done = new ArrayList<>();
        PackListener listener = new PackListener() {
            @Override
            public void progress(Phase phase, long count, long total) {
                if (phase == Phase.CLEAN_UP) {
                    done.add(count);
                }
            }
        };
        pack(2000, Garbage.KEEP, listener);
        assertThat(done).containsExactly(0L, 256L, 512L, 600L);
        List<BlobRevision> left = new ArrayList<>();
        storage.directory().walk(left::add);
        assertThat(left).containsExactlyInAnyOrderElementsOf(base.revisions()).hasSize(600);
    }

    @Test
    void passesOnWhatReads() {
        HistoryCapable history = mock(HistoryCapable.class);
        RecordIteration iteration = mock(RecordIteration.class);
        base.more.put(HistoryCapable.class, history);
        base.more.put(RecordIteration.class, iteration);
        assertThat(storage.capability(HistoryCapable.class)).containsSame(history);
        assertThat(storage.capability(RecordIteration.class)).containsSame(iteration);
    }

    @Test
    void closedStorageIsNotPacked() {
        Packable packable = storage.capability(Packable.class).orElseThrow();
        storage.close();
        assertThatThrownBy(() -> packable.pack(new Tid(1), Garbage.KEEP, PackListener.NONE))
                .isInstanceOf(IllegalStateException.class);
    }

    private boolean storageHasSwitched() {
        return base.revisions().stream().noneMatch(revision -> revision.tid().equals(new Tid(0x10)));
    }

    private PackResult pack(long time, Garbage garbage, PackListener listener) {
        return storage.capability(Packable.class).orElseThrow().pack(new Tid(time), garbage, listener);
    }

    private void reopen() {
        storage.close();
        base = base.surviving();
        storage = BlobStorage.wrap(base, root, null, disk);
        assertThat(list).doesNotExist();
    }

    private void restore(Oid oid, long... tids) {
        for (long tid : tids) {
            restoreQueued(oid, tid);
        }
        restorable().force();
    }

    private void restoreQueued(Oid oid, long tid) {
        TransactionHeader header =
                new TransactionHeader(new Tid(tid), TransactionHeader.COMMITTED, TransactionMetadata.EMPTY);
        try (BlobRestoreTransaction transaction = restorable().beginRestore(header, PickleDialect.PYTHON3)) {
            try (BlobSink sink = transaction.restoreBlob(oid, new Tid(tid), bytes("record"), null)) {
                sink.write(bytes("blob " + tid));
                sink.complete();
            }
            transaction.vote();
            transaction.finish();
        }
    }

    private BlobTransaction begin() {
        return storage.capability(BlobWritableStorage.class).orElseThrow().begin(TransactionMetadata.EMPTY);
    }

    private BlobRestorableStorage restorable() {
        return storage.capability(BlobRestorableStorage.class).orElseThrow();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
