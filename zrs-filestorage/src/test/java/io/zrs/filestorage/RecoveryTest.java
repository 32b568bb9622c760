package io.zrs.filestorage;

import static io.zrs.filestorage.TestStorage.bytes;
import static io.zrs.filestorage.TestStorage.commit;
import static io.zrs.filestorage.TestStorage.finish;
import static io.zrs.filestorage.TestStorage.memoryPath;
import static io.zrs.filestorage.TestStorage.open;
import static io.zrs.filestorage.TestStorage.options;
import static io.zrs.filestorage.TestStorage.text;
import static io.zrs.filestorage.TestStorage.tids;
import static io.zrs.filestorage.TestStorage.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.filestorage.FileStorageOptions.CutTail;
import io.zrs.filestorage.FileStorageOptions.Mode;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.Oid;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each situation in which opening can find the end of a log. */
class RecoveryTest {
    private static final int LENGTH = TransactionRecordHeader.LENGTH_OFFSET;
    private static final int STATUS = TransactionRecordHeader.STATUS_OFFSET;

    private final Path path = memoryPath();
    /** Where the transactions 10, 20, 30 begin, and where the last one ends. */
    private long[] offsets = {};

    private byte[] whole = {};

    @BeforeEach
    void threeTransactions() throws IOException {
        offsets = new long[4];
        try (FileStorage storage = open(path)) {
            for (int i = 0; i < 3; i++) {
                offsets[i] = storage.sizeInBytes();
                commit(storage, 10L * (i + 1), 1, i + 2);
            }
            offsets[3] = storage.sizeInBytes();
        }
        whole = bytes(path);
        Files.delete(IndexFile.of(path));
    }

    @Test
    void aGoodLogStaysAsItIs() {
        opensWith(3);
        assertThat(path).hasBinaryContent(whole);
    }

    @Test
    void anEmptyFileIsAnEmptyStorage() throws IOException {
        write(path, new byte[0]);
        opensWith(0);
        assertThat(Files.size(path)).isZero();
    }

    @Test
    void aFileOfNothingButMagicIsAnEmptyStorage() {
        write(path, Arrays.copyOf(whole, 4));
        opensWith(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"FS31", "PK\3\4 and so on"})
    void refusesAFileWithoutMagic(String content) {
        write(path, content.getBytes(StandardCharsets.US_ASCII));
        refuses(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"F", "FS3", "F\0\0\0", "\0\0\0\0", "\7\1\7\1", "FS\7\1", "FS3z"})
    void whatACrashLeavesOfTheMagicIsAnEmptyStorage(String content) {
        write(path, content.getBytes(StandardCharsets.US_ASCII));
        opensWith(0);
    }

    @ParameterizedTest
    @ValueSource(chars = {' ', 'p', 'u', 'c', 'x'})
    void cutsATransactionInPlaceOfWhoseHeaderACrashLeftGarbage(char status) {
        byte[] content = whole.clone();
        byte[] garbage = new byte[TransactionRecordHeader.BYTES];
        new Random(42).nextBytes(garbage);
        garbage[TransactionRecordHeader.STATUS_OFFSET] = (byte) status;
        System.arraycopy(garbage, 0, content, (int) offsets[2], garbage.length);
        write(path, content);
        opensWith(2);
    }

    /** The length is written last; what was written before it may be lost all the same. */
    @Test
    void cutsATransactionOfWhichACrashLeftTheLengthOnly() {
        byte[] content = whole.clone();
        int length = (int) offsets[2] + LENGTH;
        byte[] garbage = new byte[content.length - (int) offsets[2]];
        new Random(42).nextBytes(garbage);
        System.arraycopy(whole, length, garbage, LENGTH, Long.BYTES);
        garbage[STATUS] = 'x';
        Arrays.fill(garbage, STATUS + 1, TransactionRecordHeader.BYTES, (byte) 0);
        System.arraycopy(garbage, 0, content, (int) offsets[2], garbage.length);
        write(path, content);
        opensWith(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 22})
    void cutsAPieceOfAHeaderAndKeepsNothing(int pieceSize) {
        write(path, Arrays.copyOf(whole, (int) offsets[2] + pieceSize));
        opensWith(2);
        assertThat(path).hasBinaryContent(Arrays.copyOf(whole, (int) offsets[2]));
        assertThat(files()).noneMatch(name -> name.contains(".tr"));
    }

    @Test
    void goesOnWhereTidsGoBack() {
        putLong(offsets[1], 5);
        try (FileStorage storage = open(path)) {
            assertThat(tids(storage)).containsExactly(10L, 5L, 30L);
        }
    }

    @Test
    void cutsAndKeepsATransactionThatEndsBehindTheFile() {
        byte[] cut = Arrays.copyOf(whole, whole.length - 1);
        write(path, cut);
        opensWith(2);
        assertThat(path).hasBinaryContent(Arrays.copyOf(whole, (int) offsets[2]));
        assertThat(path.resolveSibling("Data.fs.tr0"))
                .hasBinaryContent(Arrays.copyOfRange(cut, (int) offsets[2], cut.length));
    }

    @Test
    void cutsAndKeepsUnfinishedTransactions() {
        putStatus(offsets[1], 'c');
        putStatus(offsets[2], 'c');
        byte[] unfinished = bytes(path);
        opensWith(1);
        assertThat(path).hasBinaryContent(Arrays.copyOf(whole, (int) offsets[1]));
        assertThat(path.resolveSibling("Data.fs.tr0"))
                .hasBinaryContent(Arrays.copyOfRange(unfinished, (int) offsets[1], unfinished.length));
    }

    @Test
    void keepsWhatWasCutBeforeUnderItsOwnNumber() {
        for (int i = 0; i < 2; i++) {
            write(path, whole);
            putStatus(offsets[2], 'c');
            opensWith(2);
        }
        assertThat(files()).contains("Data.fs.tr0", "Data.fs.tr1").doesNotContain("Data.fs.tr2");
    }

    @Test
    void dropsATailIfAskedTo() {
        putStatus(offsets[2], 'c');
        try (FileStorage storage = FileStorage.open(path, options().withCutTail(CutTail.DROP))) {
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(20));
        }
        assertThat(path).hasBinaryContent(Arrays.copyOf(whole, (int) offsets[2]));
        assertThat(files()).noneMatch(name -> name.contains(".tr"));
    }

    @Test
    void cutsZeros() {
        write(path, Arrays.copyOf(whole, whole.length + 100));
        opensWith(3);
        assertThat(path).hasBinaryContent(whole);
        assertThat(path.resolveSibling("Data.fs.tr0")).hasBinaryContent(new byte[100]);
    }

    @ParameterizedTest
    @ValueSource(ints = {TransactionRecordHeader.BYTES, 100})
    void cutsATransactionWhoseFirstBytesNeverReachedTheDisk(int lostSize) {
        byte[] torn = whole.clone();
        Arrays.fill(torn, (int) offsets[2], (int) offsets[2] + lostSize, (byte) 0);
        write(path, torn);
        opensWith(2);
    }

    @Test
    void cutsATransactionWhoseHeaderReachedTheDiskAsFarAsTheTid() {
        byte[] torn = whole.clone();
        Arrays.fill(torn, (int) offsets[2] + LENGTH, (int) offsets[2] + 100, (byte) 0);
        write(path, torn);
        opensWith(2);
    }

    @Test
    void cutsATransactionOfWhichOnlyTidAndLengthReachedTheDisk() {
        byte[] torn = whole.clone();
        Arrays.fill(torn, (int) offsets[2] + STATUS, torn.length, (byte) 0);
        write(path, torn);
        opensWith(2);
    }

    @Test
    void cutsAnUnfinishedTransactionThatKnowsItsLengthAtTheEndOnly() {
        putStatus(offsets[2], 'c');
        putLong(offsets[2] + LENGTH, TransactionRecordHeader.LENGTH_UNKNOWN);
        opensWith(2);
    }

    @Test
    void keepsTransactionsOfUnknownStatus() {
        putStatus(offsets[1], 'x');
        opensWith(3);
        try (FileStorage storage = open(path)) {
            assertThat(text(storage.loadSerial(new Oid(3), new Tid(20)))).isEqualTo("3:20");
        }
    }

    @Test
    void passesOverUndoneTransactions() {
        putStatus(offsets[1], 'u');
        putStatus(offsets[2], 'u');
        try (FileStorage storage = open(path)) {
            assertThat(tids(storage)).containsExactly(10L);
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(30));
            assertThat(storage.objectCount()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 22, 1_000_000, Long.MAX_VALUE, -1})
    void refusesADamagedLengthBeforeCommittedTransactions(long length) {
        putLong(offsets[0] + LENGTH, length);
        refuses(offsets[0]);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 22, 1_000_000, Long.MAX_VALUE, -1})
    void refusesADamagedLengthOfTheLastTransactionIfItHasBeenWrittenToItsEnd(long length) {
        putLong(offsets[2] + LENGTH, length);
        refuses(offsets[2]);
    }

    @Test
    void refusesAnUnfinishedLengthBeforeCommittedTransactions() {
        putStatus(offsets[1], 'c');
        putLong(offsets[1] + LENGTH, 1_000_000);
        refuses(offsets[1]);
    }

    @Test
    void refusesAShortTransactionIfTheFileEndsLikeOne() {
        putLong(offsets[2] + LENGTH, 5);
        putStatus(offsets[2], 'x');
        refuses(offsets[2]);
    }

    @Test
    void refusesARecordOfAnotherTransaction() {
        putLong(records(1) + 24, 4);
        refuses(records(1));
    }

    @Test
    void refusesARecordThatExceedsItsTransaction() {
        putLong(records(1) + 34, 1000);
        refuses(records(1));
    }

    @Test
    void refusesRecordsThatDoNotAddUp() {
        // The second record of two, both of 46 bytes, now ends one byte early.
        putLong(records(1) + 46 + 34, 3);
        refuses(records(1) + 2 * 46 - 1);
    }

    @Test
    void refusesARecordOfAVersion() {
        byte[] changed = bytes(path);
        changed[(int) records(1) + 33] = 1;
        write(path, changed);
        refuses(records(1));
    }

    @Test
    void refusesARepeatedLengthThatDiffers() {
        putLong(offsets[3] - 8, 7);
        refuses(offsets[3] - 8);
    }

    @Test
    void completesFinishedTransactionsThatLackTheirStatus() {
        putStatus(offsets[0], 'c');
        putStatus(offsets[1], 'c');
        opensWith(3);
        assertThat(path).hasBinaryContent(whole);
    }

    @Test
    void completesFinishedTransactionsAsPackedBeforeAPackedOne() {
        putStatus(offsets[1], 'c');
        putStatus(offsets[2], 'p');
        opensWith(3);
        assertThat(bytes(path)[(int) offsets[1] + STATUS]).isEqualTo((byte) 'p');
    }

    @Test
    void completesFinishedTransactionsThoughTheRestIsUnfinished() {
        putStatus(offsets[0], 'c');
        putStatus(offsets[2], 'c');
        write(path, Arrays.copyOf(bytes(path), whole.length - 3));
        opensWith(2);
        assertThat(path).hasBinaryContent(Arrays.copyOf(whole, (int) offsets[2]));
    }

    @Test
    void completesNothingIfThereIsDamageBehind() {
        putStatus(offsets[0], 'c');
        putLong(records(2) + 24, 4);
        refuses(records(2), Mode.READ_WRITE);
    }

    @Test
    void doesNotTakeDataThatLooksLikeALogForTheLog() throws IOException {
        Path other = memoryPath();
        try (FileStorage storage = open(other)) {
            commit(storage, 10, 1);
            try (var transaction = TestStorage.begin(storage, 20)) {
                transaction.restore(new Oid(2), new Tid(20), ByteBuffer.wrap(whole), null);
                transaction.vote();
                transaction.finish();
            }
        }
        byte[] bytes = bytes(other);
        write(other, Arrays.copyOf(bytes, bytes.length - 8));
        Files.delete(IndexFile.of(other));
        try (FileStorage storage = open(other)) {
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(10));
        }
    }

    @Test
    void lastTransactionIsOneThatIsThere() {
        putStatus(offsets[2], 'c');
        try (FileStorage storage = open(path)) {
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(20));
            commit(storage, 30, 1);
            assertThat(tids(storage)).containsExactly(10L, 20L, 30L);
        }
    }

    @Test
    void readingOnlyChangesNothing() {
        putStatus(offsets[2], 'c');
        byte[] before = bytes(path);
        List<String> filesBefore = files();
        try (FileStorage storage = FileStorage.open(path, options().withMode(Mode.READ_ONLY))) {
            assertThat(tids(storage)).containsExactly(10L, 20L);
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(20));
            assertThat(storage.sizeInBytes()).isEqualTo(offsets[2]);
        }
        assertThat(path).hasBinaryContent(before);
        assertThat(files()).isEqualTo(filesBefore);
    }

    @Test
    void scansFromWhereTheIndexEnds() throws IOException {
        open(path).close();
        byte[] index = bytes(IndexFile.of(path));
        try (FileStorage storage = open(path)) {
            finish(storage, 40, 9);
        }
        write(IndexFile.of(path), index);
        try (FileStorage storage = open(path)) {
            assertThat(storage.objectCount()).isEqualTo(5);
            assertThat(text(storage.load(new Oid(9)).data())).isEqualTo("9:40");
        }
        assertThat(bytes(IndexFile.of(path))).isNotEqualTo(index);
    }

    @Test
    void ignoresTheIndexOfALongerLog() {
        open(path).close();
        write(path, Arrays.copyOf(whole, (int) offsets[2]));
        try (FileStorage storage = open(path)) {
            assertThat(storage.objectCount()).isEqualTo(3);
            assertThat(text(storage.load(new Oid(1)).data())).isEqualTo("1:20");
        }
    }

    @Test
    void ignoresTheIndexOfAnotherLog() throws IOException {
        Path other = memoryPath();
        try (FileStorage storage = open(other)) {
            commit(storage, 10, 5, 6);
            commit(storage, 20, 5, 6);
            commit(storage, 30, 5, 6);
        }
        Files.write(IndexFile.of(path), bytes(IndexFile.of(other)));
        opensWith(3);
        assertThat(bytes(IndexFile.of(path))).isNotEqualTo(bytes(IndexFile.of(other)));
    }

    @Test
    void usesAnIndexThoughAnObjectStandsTwiceInTheLastTransaction() throws IOException {
        try (FileStorage storage = open(path)) {
            commit(storage, 40, 1, 1, 7, 1);
        }
        byte[] index = bytes(IndexFile.of(path));
        Files.setLastModifiedTime(IndexFile.of(path), FileTime.fromMillis(0));
        try (FileStorage storage = open(path)) {
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(40));
        }
        assertThat(IndexFile.of(path)).hasBinaryContent(index);
        assertThat(Files.getLastModifiedTime(IndexFile.of(path)).toMillis()).isZero();
    }

    @Test
    void opensALogOfEmptyTransactionsOnly() {
        Path other = memoryPath();
        for (long tid = 10; tid < 100; tid += 10) {
            try (FileStorage storage = open(other)) {
                commit(storage, tid);
            }
        }
        try (FileStorage storage = open(other)) {
            assertThat(tids(storage)).hasSize(9);
        }
        assertThat(IndexFile.of(other)).as("one that makes Python fail").doesNotExist();
    }

    private void opensWith(int transactionCount) {
        List<Long> expected = List.of(10L, 20L, 30L).subList(0, transactionCount);
        try (FileStorage storage = open(path)) {
            assertThat(tids(storage)).isEqualTo(expected);
            assertThat(storage.lastTransaction()).isEqualTo(new Tid(10L * transactionCount));
            for (long tid : expected) {
                assertThat(text(storage.loadSerial(new Oid(1), new Tid(tid)))).isEqualTo("1:" + tid);
            }
        }
        try (FileStorage storage = open(path)) {
            assertThat(tids(storage)).as("opened again").isEqualTo(expected);
        }
    }

    private void refuses(long offset) {
        refuses(offset, Mode.READ_WRITE, Mode.READ_ONLY);
    }

    private void refuses(long offset, Mode... modes) {
        byte[] before = bytes(path);
        List<String> filesBefore = files();
        for (Mode mode : modes) {
            assertThatThrownBy(() -> FileStorage.open(path, options().withMode(mode)))
                    .isInstanceOfSatisfying(CorruptedStorageException.class, e -> {
                        assertThat(e.offset()).isEqualTo(offset);
                        assertThat(e.file()).isEqualTo(path.toString());
                    });
        }
        assertThat(path).hasBinaryContent(before);
        assertThat(files()).isEqualTo(filesBefore);
    }

    private long records(int transaction) {
        return offsets[transaction] + TransactionRecordHeader.BYTES;
    }

    private void putLong(long offset, long value) {
        byte[] changed = bytes(path);
        ByteBuffer.wrap(changed).putLong((int) offset, value);
        write(path, changed);
    }

    private void putStatus(long transaction, char status) {
        byte[] changed = bytes(path);
        changed[(int) transaction + STATUS] = (byte) status;
        write(path, changed);
    }

    private List<String> files() {
        try (Stream<Path> files = Files.list(Objects.requireNonNull(path.getParent()))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
