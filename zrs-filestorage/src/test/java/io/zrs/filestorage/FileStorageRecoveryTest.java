package io.zrs.filestorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.filestorage.FileStorageRecovery.Damaged;
import io.zrs.filestorage.FileStorageRecovery.Loss;
import io.zrs.filestorage.FileStorageRecovery.Summary;
import io.zrs.golden.Golden;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FileStorageRecoveryTest {
    private static final String SMALL = "py3-small/Data.fs";

    private final RecoveryAttempt attempt = new RecoveryAttempt();

    static List<String> goldenSets() {
        return Golden.sets();
    }

    @ParameterizedTest
    @MethodSource("goldenSets")
    void recoversAllOfASoundFile(String set) throws IOException {
        byte[] whole = Golden.bytes(set + "/Data.fs");

        Summary summary = attempt.recover(whole, Damaged.LEAVE_OUT);

        assertThat(attempt.losses).isEmpty();
        assertThat(attempt.notes).isEmpty();
        assertThat(summary.transactions())
                .isEqualTo(Golden.json(set + "/dump.json").get("transactions").size());
        assertThat(RecoveryAttempt.dump(attempt.recoveredFile)).isEqualTo(RecoveryAttempt.dump(attempt.damagedFile));
        if (!set.contains("pack")) {
            // Pointers to records before are cut by a pack, and made anew here.
            assertThat(Files.readAllBytes(attempt.recoveredFile)).isEqualTo(whole);
        }
    }

    @Test
    void losesOneTransactionOfWhichAnythingIsOverwritten() throws IOException {
        byte[] whole = Golden.bytes(SMALL);
        int[] starts = RecoveryAttempt.starts(whole);
        TestStorage.write(attempt.damagedFile, whole);
        Map<Tid, String> expected = RecoveryAttempt.dump(attempt.damagedFile);
        for (int i : new int[] {0, 1, starts.length / 2, starts.length - 1}) {
            int end = i + 1 < starts.length ? starts[i + 1] : whole.length;
            byte[] damaged = whole.clone();
            Arrays.fill(damaged, starts[i], end, (byte) 0);
            Map<Tid, String> rest = new LinkedHashMap<>(expected);
            rest.remove(RecoveryAttempt.tid(whole, starts[i]));

            Summary summary = attempt.recover(damaged, Damaged.LEAVE_OUT);

            assertThat(attempt.dumpRecovered()).isEqualTo(rest);
            assertThat(attempt.losses).extracting(Loss::offset, Loss::end).containsExactly(tuple(starts[i], end));
            assertThat(summary.lostBytes()).isEqualTo(end - starts[i]);
        }
    }

    @Test
    void keepsTheSoundRecordsOfADamagedTransactionIfAsked() throws IOException {
        byte[] whole = transactions(3, 3);
        int[] starts = RecoveryAttempt.starts(whole);
        int record = starts[1] + TransactionRecordHeader.BYTES;
        int size = (int) new DataRecordHeaderAt(whole, record).next() - record;
        whole[record + size + DataRecordHeader.TRANSACTION_OFFSET] ^= 1; // of the second of three

        attempt.recover(whole, Damaged.KEEP_SOUND_RECORDS);

        // Nobody can tell whether the first record has swallowed a part of the second one.
        assertThat(attempt.dumpRecovered().get(new Tid(2)))
                .contains("0x03 0x02 ")
                .doesNotContain("0x01 0x02", "0x02 0x02");
        assertThat(attempt.dumpRecovered()).hasSize(3);
        assertThat(attempt.losses)
                .extracting(Loss::offset, Loss::end, Loss::tid)
                .containsExactly(tuple(record, record + 2 * size, new Tid(2)));

        attempt.recover(whole, Damaged.LEAVE_OUT);

        assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(1), new Tid(3));
        assertThat(attempt.losses)
                .extracting(Loss::offset, Loss::end, Loss::tid)
                .containsExactly(tuple(starts[1], starts[2], new Tid(2)));
    }

    @Test
    void neverKeepsARecordWhoseSizeMayBeWrong() throws IOException {
        byte[] whole = transactions(3, 3);
        int record = RecoveryAttempt.starts(whole)[1] + TransactionRecordHeader.BYTES;
        for (int wrong : new int[] {1, 2, 4, 80, 89, 90, 91}) {
            byte[] damaged = whole.clone();
            ByteBuffer.wrap(damaged).putLong(record + DataRecordHeader.BYTES - Long.BYTES, wrong);

            attempt.recover(damaged, Damaged.KEEP_SOUND_RECORDS);

            assertThat(attempt.dumpRecovered().get(new Tid(2)))
                    .as("size %d", wrong)
                    .doesNotContain("0x01 0x02")
                    .contains("0x03 0x02");
        }
    }

    @Test
    void readsDataThroughBackPointersIntoLostTransactions() throws IOException {
        byte[] whole = undone();
        int[] starts = RecoveryAttempt.starts(whole);
        whole[starts[0] + TransactionRecordHeader.LENGTH_OFFSET] = 1; // the record in it is as good as ever

        attempt.recover(whole, Damaged.LEAVE_OUT);

        assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(2), new Tid(3));
        assertThat(attempt.dumpRecovered().get(new Tid(3)))
                .contains(RecoveryAttempt.hex("old"))
                .contains("back to null");
    }

    @Test
    void leavesOutRecordsWhoseDataIsLost() throws IOException {
        byte[] whole = undone();
        int[] starts = RecoveryAttempt.starts(whole);
        Arrays.fill(whole, starts[0], starts[1], (byte) 0);

        attempt.recover(whole, Damaged.LEAVE_OUT);

        assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(2), new Tid(3));
        assertThat(attempt.dumpRecovered().get(new Tid(3)))
                .contains("0x02 0x03")
                .doesNotContain("0x01 0x03");
        assertThat(attempt.losses).hasSize(2);
        assertThat(attempt.losses.get(1).oid()).isEqualTo(new Oid(1));
        assertThat(attempt.losses.get(1).tid()).isEqualTo(new Tid(3));
    }

    @Test
    void refusesATidThatItsRecordsContradict() throws IOException {
        byte[] whole = transactions(3, 1);
        int[] starts = RecoveryAttempt.starts(whole);
        ByteBuffer.wrap(whole).putLong(starts[1], 77);

        attempt.recover(whole, Damaged.LEAVE_OUT);

        assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(1), new Tid(3));
        assertThat(attempt.losses).singleElement().extracting(Loss::reason).isEqualTo("its records have the tid 0x02");
    }

    @Test
    void refusesATidWithoutRecordsThatIsLaterThanTheNext() throws IOException {
        byte[] whole = transactions(3, 0);
        ByteBuffer.wrap(whole).putLong(RecoveryAttempt.starts(whole)[1], 77);

        attempt.recover(whole, Damaged.LEAVE_OUT);

        assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(1), new Tid(3));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE + 5})
    void refusesATidThatDoesNotAdvance(long wrong) throws IOException {
        byte[] whole = transactions(3, 1);
        ByteBuffer.wrap(whole).putLong(RecoveryAttempt.starts(whole)[1], wrong);

        attempt.recover(whole, Damaged.LEAVE_OUT);

        assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(1), new Tid(3));
        assertThat(attempt.losses)
                .singleElement()
                .extracting(Loss::reason)
                .asString()
                .contains("not later");
    }

    @Test
    void refusesARecordOfATidThatIsStillToCome() throws IOException {
        byte[] whole = transactions(3, 2);
        int record = RecoveryAttempt.starts(whole)[1] + TransactionRecordHeader.BYTES;
        whole[record + DataRecordHeader.TID_OFFSET] = (byte) 0x80;

        attempt.recover(whole, Damaged.LEAVE_OUT);

        assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(1), new Tid(3));
        assertThat(attempt.losses)
                .singleElement()
                .extracting(Loss::reason)
                .asString()
                .contains("later than its transaction's");

        attempt.recover(whole, Damaged.KEEP_SOUND_RECORDS);

        assertThat(attempt.dumpRecovered().get(new Tid(2)))
                .contains("0x02 0x02 ")
                .doesNotContain("0x01 ");
        assertThat(attempt.losses).hasSize(1);
    }

    @Test
    void refusesAnOidThatTheRecordsBeforeContradict() throws IOException {
        byte[] whole = transactions(4, 1);
        int[] starts = RecoveryAttempt.starts(whole);
        whole[starts[2] + TransactionRecordHeader.BYTES] = 0x70; // of the third of four revisions

        attempt.recover(whole, Damaged.LEAVE_OUT);

        assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(1), new Tid(2), new Tid(4));
        assertThat(attempt.losses)
                .singleElement()
                .extracting(Loss::reason)
                .asString()
                .contains("points to records of oid 0x01");
        assertThat(attempt.notes).isEmpty();
    }

    @Test
    void notesAnOidThatTheRecordBeforeContradicts() throws IOException {
        byte[] whole = transactions(2, 1);
        whole[RecoveryAttempt.starts(whole)[0] + TransactionRecordHeader.BYTES + 7] =
                5; // the one or the other is wrong

        attempt.recover(whole, Damaged.LEAVE_OUT);

        assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(1), new Tid(2));
        assertThat(attempt.notes).singleElement().asString().contains("one of the two is wrong");
    }

    @Test
    void takesTheRecordsWordForALengthThatIsNotRepeated() throws IOException {
        byte[] whole = transactions(3, 2);
        byte[] damaged = whole.clone();
        damaged[RecoveryAttempt.starts(whole)[2] - 1] ^= 1;

        attempt.recover(damaged, Damaged.LEAVE_OUT);

        assertThat(Files.readAllBytes(attempt.recoveredFile)).isEqualTo(whole);
        assertThat(attempt.losses).isEmpty();
        assertThat(attempt.notes).singleElement().asString().contains("repeats it as");
    }

    @Test
    void countsUnfinishedTransactionsOnlyIfACommittedOneFollows() throws IOException {
        byte[] whole = transactions(4, 1);
        int[] starts = RecoveryAttempt.starts(whole);
        byte[] damaged = whole.clone();
        damaged[starts[1] + TransactionRecordHeader.STATUS_OFFSET] = 'c';
        damaged[starts[2] + TransactionRecordHeader.STATUS_OFFSET] = 'c';

        attempt.recover(damaged, Damaged.LEAVE_OUT);

        assertThat(Files.readAllBytes(attempt.recoveredFile)).isEqualTo(whole);

        damaged[starts[3] + TransactionRecordHeader.STATUS_OFFSET] = 'c';
        attempt.recover(damaged, Damaged.LEAVE_OUT);

        assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(1));
        assertThat(attempt.losses)
                .singleElement()
                .extracting(Loss::offset, Loss::end)
                .containsExactly((long) starts[1], (long) whole.length);
    }

    @Test
    void countsUnfinishedTransactionsAlsoIfALengthIsNotRepeated() throws IOException {
        byte[] whole = transactions(3, 1);
        int[] starts = RecoveryAttempt.starts(whole);
        byte[] damaged = whole.clone();
        damaged[starts[1] + TransactionRecordHeader.STATUS_OFFSET] = 'c';
        damaged[starts[2] - 1] ^= 1;

        attempt.recover(damaged, Damaged.LEAVE_OUT);

        assertThat(Files.readAllBytes(attempt.recoveredFile)).isEqualTo(whole);

        damaged[starts[2] + TransactionRecordHeader.STATUS_OFFSET] = 'c';
        attempt.recover(damaged, Damaged.LEAVE_OUT);

        assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(1));
        assertThat(attempt.losses)
                .singleElement()
                .extracting(Loss::offset, Loss::end)
                .containsExactly((long) starts[1], (long) whole.length);
    }

    @Test
    void keepsTransactionsOfUnknownStatusAsCommitted() throws IOException {
        byte[] whole = transactions(2, 1);
        byte[] damaged = whole.clone();
        damaged[4 + TransactionRecordHeader.STATUS_OFFSET] = '!';

        attempt.recover(damaged, Damaged.LEAVE_OUT);

        assertThat(Files.readAllBytes(attempt.recoveredFile)).isEqualTo(whole);
        assertThat(attempt.notes).singleElement().asString().contains("status 33");
    }

    @Test
    void leavesOutWhatWasUndoneInAWayOfOld() throws IOException {
        byte[] whole = transactions(2, 1);
        whole[4 + TransactionRecordHeader.STATUS_OFFSET] = 'u';

        attempt.recover(whole, Damaged.LEAVE_OUT);

        assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(2));
        assertThat(attempt.notes).hasSize(1);
    }

    @Test
    void recoversFromAFileWithoutMagic() throws IOException {
        byte[] whole = transactions(2, 1);
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, 0, 4, (byte) 'x');

        attempt.recover(damaged, Damaged.LEAVE_OUT);

        assertThat(Files.readAllBytes(attempt.recoveredFile)).isEqualTo(whole);
        assertThat(attempt.losses)
                .singleElement()
                .extracting(Loss::offset, Loss::end)
                .containsExactly(0L, 4L);
    }

    @Test
    void findsNothingInEmptyAndStrangeFiles() throws IOException {
        for (int size : new int[] {0, 2, 4, 9, 5000}) {
            byte[] bytes = new byte[size];
            assertThat(attempt.recover(bytes, Damaged.KEEP_SOUND_RECORDS).lostBytes())
                    .isEqualTo(size);
        }
    }

    @Test
    void findsATransactionBehindAnyNumberOfBytes() throws IOException {
        byte[] whole = transactions(1, 1);
        for (int size : new int[] {1, 22, 23, 31, 1_100_000}) {
            // Offsets are in the records, so the transaction is made for its place.
            byte[] moved = new byte[whole.length + size];
            System.arraycopy(whole, 0, moved, 0, 4);
            System.arraycopy(whole, 4, moved, 4 + size, whole.length - 4);
            ByteBuffer.wrap(moved)
                    .putLong(4 + size + TransactionRecordHeader.BYTES + DataRecordHeader.TRANSACTION_OFFSET, 4L + size);

            attempt.recover(moved, Damaged.LEAVE_OUT);

            assertThat(attempt.dumpRecovered()).containsOnlyKeys(new Tid(1));
        }
    }

    @Test
    void refusesATargetThatIsNotEmptyOrCannotRestore() throws IOException {
        TestStorage.write(attempt.damagedFile, transactions(1, 1));
        try (Storage target = FileStorage.open(attempt.recoveredFile, TestStorage.options())) {
            TestStorage.commit(target, 1, 1);
            assertThatThrownBy(() -> FileStorageRecovery.recover(
                            attempt.damagedFile, target, Damaged.LEAVE_OUT, attempt.listener()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not empty");
        }
        FileStorageOptions readOnly = TestStorage.options().withMode(FileStorageOptions.Mode.READ_ONLY);
        try (Storage target = FileStorage.open(attempt.recoveredFile, readOnly)) {
            assertThatThrownBy(() -> FileStorageRecovery.recover(
                            attempt.damagedFile, target, Damaged.LEAVE_OUT, attempt.listener()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    /** A file of transactions 1, 2, …, each with a record of each of the objects 1, 2, …. */
    private static byte[] transactions(int count, int recordCount) {
        Path file = TestStorage.memoryPath();
        try (Storage storage = TestStorage.open(file)) {
            for (int tid = 1; tid <= count; tid++) {
                long[] oids = new long[recordCount];
                Arrays.setAll(oids, i -> i + 1);
                TestStorage.commit(storage, tid, oids);
            }
        }
        return TestStorage.bytes(file);
    }

    /** Transaction 3 takes object 1 back to what it was in 1, and writes object 2. */
    private static byte[] undone() {
        Path file = TestStorage.memoryPath();
        try (Storage storage = TestStorage.open(file)) {
            restore(storage, 1, 1, "old", null);
            restore(storage, 2, 1, "new", null);
            try (var transaction = TestStorage.begin(storage, 3)) {
                transaction.restore(new Oid(1), new Tid(3), TestStorage.data("old"), new Tid(1));
                transaction.restore(new Oid(2), new Tid(3), TestStorage.data("two"), null);
                transaction.vote();
                transaction.finish();
            }
        }
        return TestStorage.bytes(file);
    }

    private static void restore(Storage storage, long tid, long oid, String data, @Nullable Tid dataTid) {
        try (var transaction = TestStorage.begin(storage, tid)) {
            transaction.restore(new Oid(oid), new Tid(tid), TestStorage.data(data), dataTid);
            transaction.vote();
            transaction.finish();
        }
    }

    private static Tuple tuple(long offset, long end, Object... more) {
        List<Object> all = new ArrayList<>(List.of(offset, end));
        all.addAll(Arrays.asList(more));
        return new Tuple(all.toArray());
    }

    private record DataRecordHeaderAt(int offset, DataRecordHeader header) {
        DataRecordHeaderAt(byte[] file, int offset) {
            this(offset, DataRecordHeader.read(ByteBuffer.wrap(file).position(offset)));
        }

        long next() {
            return header.next(offset);
        }
    }
}
