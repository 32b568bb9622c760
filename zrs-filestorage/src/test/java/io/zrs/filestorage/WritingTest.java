package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.CLOCK;
import static io.zrs.filestorage.TestStorage.begin;
import static io.zrs.filestorage.TestStorage.commit;
import static io.zrs.filestorage.TestStorage.data;
import static io.zrs.filestorage.TestStorage.finish;
import static io.zrs.filestorage.TestStorage.header;
import static io.zrs.filestorage.TestStorage.log;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.restorable;
import static io.zrs.filestorage.TestStorage.store;
import static io.zrs.filestorage.TestStorage.text;
import static io.zrs.filestorage.TestStorage.tids;
import static io.zrs.filestorage.TestStorage.writable;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.Bytes;
import io.zrs.storage.ConflictException;
import io.zrs.storage.MetadataTooLongException;
import io.zrs.storage.ObjectRevision;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.RestorableStorage;
import io.zrs.storage.RestoreTransaction;
import io.zrs.storage.StaleTidException;
import io.zrs.storage.StorageException;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Subscription;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WritingTest {
    private static final Oid OID = new Oid(1);

    private final Path path = memoryPath();
    private final AtomicBoolean diskFails = new AtomicBoolean();
    private final FileStorage storage = FileStorage.open(path, options(), FailingLogFile::new);

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void storedRevisionsCanBeLoaded() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid second = store(storage, 1, first, "second");
        assertThat(first).isEqualTo(Tid.of(CLOCK.instant()));
        assertThat(second).as("the clock stands still").isEqualTo(first.laterThan(first));
        assertThat(text(storage.load(OID).data())).isEqualTo("second");
        assertThat(storage.load(OID).tid()).isEqualTo(second);
        assertThat(storage.load(OID).endTid()).isNull();
        assertThat(storage.loadBefore(OID, second)).isNotNull().satisfies(revision -> {
            assertThat(text(revision.data())).isEqualTo("first");
            assertThat(revision.endTid()).isEqualTo(second);
        });
        assertThat(text(storage.loadSerial(OID, first))).isEqualTo("first");
        assertThat(storage.objectCount()).isOne();
        assertThat(storage.lastTransaction()).isEqualTo(second);
    }

    @Test
    void whatIsNotThereIsToldApart() {
        commit(storage, 10, 1);
        try (RestoreTransaction deletion = begin(storage, 20)) {
            deletion.restore(OID, new Tid(20), null, null);
            deletion.vote();
            deletion.finish();
        }
        restorable(storage).force();
        assertThat(storage.loadBefore(OID, new Tid(10)))
                .as("known, but not that old")
                .isNull();
        assertThatThrownBy(() -> storage.load(OID)).isInstanceOf(PosKeyException.class);
        assertThatThrownBy(() -> storage.loadBefore(OID, Tid.MAX))
                .isInstanceOfSatisfying(
                        PosKeyException.class, e -> assertThat(e.tid()).isEqualTo(new Tid(20)));
        assertThatThrownBy(() -> storage.loadSerial(OID, new Tid(20))).isInstanceOf(PosKeyException.class);
        assertThatThrownBy(() -> storage.loadSerial(OID, new Tid(15))).isInstanceOf(PosKeyException.class);
        assertThatThrownBy(() -> storage.load(new Oid(2))).isInstanceOf(PosKeyException.class);
        assertThatThrownBy(() -> storage.loadBefore(new Oid(2), Tid.MAX)).isInstanceOf(PosKeyException.class);
        assertThat(text(storage.loadSerial(OID, new Tid(10)))).isEqualTo("1:10");
    }

    @Test
    void recordsOfAnySizeComeBack() {
        int[] sizes = {1, 8, 9, 970, 982, 983, 1024, 65_535, 65_536, 65_537, 200_000, 3_000_000};
        try (RestoreTransaction transaction = begin(storage, 10)) {
            for (int size : sizes) {
                transaction.restore(new Oid(size), new Tid(10), pattern(size), null);
            }
            transaction.vote();
            transaction.finish();
        }
        restorable(storage).force();
        for (int size : sizes) {
            assertThat(ByteBuffer.wrap(storage.load(new Oid(size)).data())).isEqualTo(pattern(size));
        }
    }

    @Test
    void conflictsAreRefused() {
        Tid first = store(storage, 1, Tid.NONE, "first");
        Tid second = store(storage, 1, first, "second");
        assertThatThrownBy(() -> store(storage, 1, first, "other"))
                .isInstanceOfSatisfying(ConflictException.class, e -> {
                    assertThat(e.committed()).isEqualTo(second);
                    assertThat(e.old()).isEqualTo(first);
                });
        assertThat(text(storage.load(OID).data())).isEqualTo("second");
        assertThat(storage.lastTransaction()).isEqualTo(second);
    }

    @Test
    void anObjectMayBeStoredTwiceAndTheLastOneCounts() {
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            transaction.store(OID, Tid.NONE, data("one"));
            transaction.store(OID, Tid.NONE, data("two"));
            transaction.vote();
            transaction.finish();
        }
        assertThat(text(storage.load(OID).data())).isEqualTo("two");
        assertThat(storage.objectCount()).isOne();
    }

    @Test
    void dataIsConsumed() {
        ByteBuffer data = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}, 1, 3);
        try (RestoreTransaction transaction = begin(storage, 10)) {
            transaction.restore(OID, new Tid(10), data, null);
            assertThat(data.hasRemaining()).isFalse();
            transaction.vote();
            transaction.finish();
        }
        restorable(storage).force();
        assertThat(storage.load(OID).data()).containsExactly(1, 2, 3);
    }

    @Test
    void anAbortedTransactionLeavesNothing() throws IOException {
        commit(storage, 10, 1);
        long size = Files.size(path);
        for (int recordSize : new int[] {10, 500_000}) {
            try (RestoreTransaction transaction = begin(storage, 20)) {
                transaction.restore(OID, new Tid(20), pattern(recordSize), null);
            }
            assertThat(Files.size(path)).isEqualTo(size);
            try (RestoreTransaction transaction = begin(storage, 20)) {
                transaction.restore(OID, new Tid(20), pattern(recordSize), null);
                transaction.vote();
            }
            assertThat(Files.size(path)).isEqualTo(size);
        }
        assertThat(text(storage.load(OID).data())).isEqualTo("1:10");
        commit(storage, 20, 2);
        assertThat(tids(storage)).containsExactly(10L, 20L);
    }

    @Test
    void anAbortedTransactionDoesNotGiveItsTidBack() {
        Tid aborted;
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            aborted = transaction.tid();
        }
        assertThat(store(storage, 1, Tid.NONE, "x")).isGreaterThan(aborted);
    }

    @Test
    void callsOutOfOrderAreRefusedAndChangeNothing() {
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            assertThatIllegalStateException().isThrownBy(transaction::finish);
            transaction.store(OID, Tid.NONE, data("x"));
            transaction.vote();
            assertThatIllegalStateException().isThrownBy(transaction::vote);
            assertThatIllegalStateException().isThrownBy(() -> transaction.store(OID, Tid.NONE, data("y")));
            transaction.finish();
            assertThatIllegalStateException().isThrownBy(transaction::finish);
        }
        assertThat(text(storage.load(OID).data())).isEqualTo("x");
    }

    @Test
    void afterAnErrorATransactionCanOnlyBeClosed() {
        try (StorageTransaction transaction = writable(storage).begin(TransactionMetadata.EMPTY)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> transaction.store(OID, Tid.NONE, ByteBuffer.allocate(0)));
            assertThatIllegalStateException().isThrownBy(transaction::vote);
        }
        assertThat(storage.lastTransaction()).isEqualTo(Tid.NONE);
    }

    @Test
    void refusesStaleTid() {
        commit(storage, 20, 1);
        finish(storage, 30, 1);
        assertThatThrownBy(() -> begin(storage, 30)).isInstanceOf(StaleTidException.class);
        assertThatThrownBy(() -> begin(storage, 5)).isInstanceOf(StaleTidException.class);
        commit(storage, 31, 1);
        assertThat(tids(storage)).containsExactly(20L, 30L, 31L);
    }

    @Test
    void refusesMetadataThatDoesNotFitWithoutLosingTheTurn() {
        Bytes tooLong = Bytes.copyOf(new byte[65_536]);
        Bytes fits = Bytes.copyOf(new byte[65_535]);
        for (TransactionMetadata metadata : List.of(
                new TransactionMetadata(tooLong, Bytes.EMPTY, Bytes.EMPTY),
                new TransactionMetadata(Bytes.EMPTY, tooLong, Bytes.EMPTY),
                new TransactionMetadata(Bytes.EMPTY, Bytes.EMPTY, tooLong))) {
            assertThatThrownBy(() -> writable(storage).begin(metadata)).isInstanceOf(MetadataTooLongException.class);
        }
        TransactionHeader header = new TransactionHeader(new Tid(10), 'p', new TransactionMetadata(fits, fits, fits));
        try (RestoreTransaction transaction = restorable(storage).beginRestore(header, PickleDialect.PYTHON3)) {
            transaction.vote();
            transaction.finish();
        }
        restorable(storage).force();
        try (var cursor = log(storage).follow(Tid.NONE)) {
            assertThat(cursor.next())
                    .isNotNull()
                    .satisfies(next -> assertThat(next.header()).isEqualTo(header));
        }
    }

    @Test
    void refusesToRestoreWhatIsNotFinished() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> restorable(storage)
                        .beginRestore(
                                new TransactionHeader(new Tid(1), 'c', TransactionMetadata.EMPTY),
                                PickleDialect.PYTHON3));
    }

    @Test
    void finishedIsNotVisibleBeforeItIsForced() {
        commit(storage, 10, 1);
        finish(storage, 20, 1, 2);
        assertThat(text(storage.load(OID).data())).isEqualTo("1:10");
        assertThatThrownBy(() -> storage.load(new Oid(2))).isInstanceOf(PosKeyException.class);
        assertThat(storage.lastTransaction()).isEqualTo(new Tid(10));
        assertThat(storage.objectCount()).isOne();
        assertThat(tids(storage)).containsExactly(10L);
        restorable(storage).force();
        assertThat(text(storage.load(OID).data())).isEqualTo("1:20");
        assertThat(storage.objectCount()).isEqualTo(2);
        assertThat(tids(storage)).containsExactly(10L, 20L);
    }

    @Test
    void listenersAreToldInOrderBeforeLastTransactionMoves() {
        List<String> told = new ArrayList<>();
        Subscription failing = storage.addCommitListener(transaction -> {
            throw new IllegalStateException("a listener's own trouble");
        });
        Subscription subscription = storage.addCommitListener(transaction -> {
            StringBuilder line = new StringBuilder(transaction.tid() + " after " + storage.lastTransaction() + ":");
            for (Oid oid : transaction.oids()) {
                line.append(' ')
                        .append(oid)
                        .append('=')
                        .append(text(storage.load(oid).data()));
            }
            told.add(line.toString());
        });
        finish(storage, 0x10, 2, 1);
        finish(storage, 0x20, 2);
        assertThat(told).isEmpty();
        restorable(storage).force();
        assertThat(told).containsExactly("0x10 after 0x00: 0x02=2:16 0x01=1:16", "0x20 after 0x10: 0x02=2:32");
        subscription.close();
        failing.close();
        commit(storage, 0x30, 1);
        assertThat(told).hasSize(2);
        assertThat(storage.lastTransaction()).isEqualTo(new Tid(0x30));
    }

    @Test
    void noOidIsGivenOutBehindTheLastOne() {
        store(storage, -2, Tid.NONE, "the last but one");
        WritableStorage writable = writable(storage);
        assertThat(writable.newOid()).isEqualTo(new Oid(-1));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(writable::newOid)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("the last oid");
        }
    }

    @Test
    void newOidsAreAboveAllThatAreThere() {
        assertThat(writable(storage).newOid()).isEqualTo(new Oid(1));
        commit(storage, 10, 100);
        assertThat(writable(storage).newOid()).isEqualTo(new Oid(101));
        assertThat(writable(storage).newOid()).isEqualTo(new Oid(102));
        storage.close();
        try (FileStorage again = open(path)) {
            assertThat(writable(again).newOid()).isEqualTo(new Oid(101));
        }
    }

    @Test
    void aNewFileGetsTheFormatOfItsFirstTransaction() throws IOException {
        assertThat(Files.size(path)).isZero();
        try (RestoreTransaction transaction = restorable(storage).beginRestore(header(1), PickleDialect.PYTHON2)) {
            transaction.vote();
            transaction.finish();
        }
        restorable(storage).force();
        assertThat(log(storage).dialect()).isEqualTo(PickleDialect.PYTHON2);
        assertThat(Files.readString(path, StandardCharsets.ISO_8859_1)).startsWith("FS21");
    }

    @Test
    void aRequiredFormatIsKept() throws IOException {
        Path other = memoryPath();
        FileStorageOptions python2 = options().withFormat(FileStorageFormat.FS21);
        try (FileStorage opened = FileStorage.open(other, python2)) {
            assertThat(log(opened).dialect()).isEqualTo(PickleDialect.PYTHON2);
            commit(opened, 1, 1);
        }
        assertThat(Files.readString(other, StandardCharsets.ISO_8859_1)).startsWith("FS21");
        assertThatThrownBy(() -> FileStorage.open(other, python2.withFormat(FileStorageFormat.FS30)))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("FS21");
    }

    @Test
    void aFailedForceEndsAllWritingButNotReading() {
        commit(storage, 10, 1);
        finish(storage, 20, 1);
        diskFails.set(true);
        assertThatThrownBy(() -> restorable(storage).force()).isInstanceOf(UncheckedIOException.class);
        diskFails.set(false);
        assertThatThrownBy(() -> restorable(storage).force()).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> begin(storage, 30)).isInstanceOf(StorageException.class);
        assertThatThrownBy(() -> writable(storage).begin(TransactionMetadata.EMPTY))
                .isInstanceOf(StorageException.class);
        assertThat(text(storage.load(OID).data())).isEqualTo("1:10");
        assertThat(storage.lastTransaction()).isEqualTo(new Tid(10));
        storage.close();
        try (FileStorage again = open(path)) {
            assertThat(again.lastTransaction()).isEqualTo(new Tid(10));
        }
    }

    @Test
    void aFailedWriteEndsItsTransactionOnly() {
        commit(storage, 10, 1);
        try (RestoreTransaction transaction = begin(storage, 20)) {
            diskFails.set(true);
            assertThatThrownBy(() -> transaction.restore(OID, new Tid(20), pattern(500_000), null))
                    .isInstanceOf(UncheckedIOException.class);
            assertThatIllegalStateException().isThrownBy(transaction::vote);
            diskFails.set(false);
        }
        commit(storage, 30, 1);
        assertThat(tids(storage)).containsExactly(10L, 30L);
    }

    @Test
    void closingEndsTheOpenTransactionAndKeepsFinishedOnes() {
        finish(storage, 10, 1);
        RestoreTransaction transaction = begin(storage, 20);
        transaction.restore(OID, new Tid(20), pattern(500_000), null);
        storage.close();
        assertThatIllegalStateException().isThrownBy(transaction::vote);
        transaction.close();
        assertThatIllegalStateException().isThrownBy(() -> storage.load(OID));
        assertThatIllegalStateException().isThrownBy(storage::lastTransaction);
        assertThatIllegalStateException().isThrownBy(() -> begin(storage, 30));
        try (FileStorage again = open(path)) {
            assertThat(tids(again)).containsExactly(10L);
        }
    }

    @Test
    void anOpenTransactionIsAnUnfinishedTailToOtherReaders() {
        commit(storage, 10, 1);
        FileStorageOptions readOnly = options().withMode(Mode.READ_ONLY);
        try (RestoreTransaction transaction = begin(storage, 20)) {
            transaction.restore(OID, new Tid(20), pattern(500_000), null);
            for (int i = 0; i < 2; i++) {
                try (FileStorage reader = FileStorage.open(path, readOnly)) {
                    assertThat(tids(reader)).containsExactly(10L);
                }
                if (i == 0) {
                    transaction.vote();
                }
            }
        }
    }

    @Test
    void readingOnlyOffersNoWritingAndSeesASnapshot() {
        commit(storage, 10, 1);
        try (FileStorage reader = FileStorage.open(path, options().withMode(Mode.READ_ONLY))) {
            commit(storage, 20, 1);
            assertThat(reader.lastTransaction()).isEqualTo(new Tid(10));
            assertThat(text(reader.load(OID).data())).isEqualTo("1:10");
            assertThat(reader.capability(WritableStorage.class)).isEmpty();
            assertThat(reader.capability(RestorableStorage.class)).isEmpty();
        }
    }

    @Test
    void modesSayWhatMustExist() {
        FileStorageOptions options = options();
        Path missing = memoryPath();
        for (Mode mode : List.of(Mode.READ_ONLY, Mode.READ_WRITE)) {
            assertThatThrownBy(() -> FileStorage.open(missing, options.withMode(mode)))
                    .isInstanceOf(StorageException.class);
            assertThat(missing).doesNotExist();
        }
        FileStorage.open(missing, options.withMode(Mode.CREATE_NEW)).close();
        assertThatThrownBy(() -> FileStorage.open(missing, options.withMode(Mode.CREATE_NEW)))
                .isInstanceOf(StorageException.class);
        FileStorage.open(missing, options.withMode(Mode.READ_WRITE)).close();
    }

    @Test
    void anInterruptedThreadDoesNoHarm() {
        commit(storage, 10, 1);
        Thread.currentThread().interrupt();
        ObjectRevision loaded = storage.load(OID);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        commit(storage, 20, 1);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(text(loaded.data())).isEqualTo("1:10");
        assertThat(text(storage.load(OID).data())).isEqualTo("1:20");
    }

    private static ByteBuffer pattern(int size) {
        ByteBuffer data = ByteBuffer.allocate(size);
        for (int i = 0; i < size; i++) {
            data.put(i, (byte) (i * 31 + size));
        }
        return data;
    }

    private final class FailingLogFile extends ObservedLogFile {
        FailingLogFile(LogFile file) {
            super(file);
        }

        @Override
        public void write(ByteBuffer source, long offset) {
            failIfAsked();
            super.write(source, offset);
        }

        @Override
        public void force() {
            failIfAsked();
            super.force();
        }

        private void failIfAsked() {
            if (diskFails.get()) {
                throw new UncheckedIOException(new IOException("no space left, as asked"));
            }
        }
    }
}
