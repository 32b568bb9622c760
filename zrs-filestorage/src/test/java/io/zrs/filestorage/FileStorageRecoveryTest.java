package io.zrs.filestorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.filestorage.FileStorageRecovery.Damaged;
import io.zrs.filestorage.FileStorageRecovery.Loss;
import io.zrs.filestorage.FileStorageRecovery.Summary;
import io.zrs.golden.Golden;
import io.zrs.storage.CorruptedStorageException;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog.Order;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FileStorageRecoveryTest {
    private static final String SMALL = "py3-small/Data.fs";

    private final Path damagedFile = TestStorage.memoryPath();
    private Path recoveredFile = damagedFile.resolveSibling("Recovered.fs");
    private final List<Loss> losses = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    static List<String> goldenSets() {
        return Golden.sets();
    }

    static Stream<Long> seeds() {
        return TestStorage.seeds(8);
    }

    @ParameterizedTest
    @MethodSource("goldenSets")
    void recoversAllOfASoundFile(String set) throws IOException {
        byte[] whole = Golden.bytes(set + "/Data.fs");

        Summary summary = recover(whole, Damaged.LEAVE_OUT);

        assertThat(losses).isEmpty();
        assertThat(notes).isEmpty();
        assertThat(summary.transactions())
                .isEqualTo(Golden.json(set + "/dump.json").get("transactions").size());
        assertThat(dump(recoveredFile)).isEqualTo(dump(damagedFile));
        if (!set.contains("pack")) {
            // Pointers to records before are cut by a pack, and made anew here.
            assertThat(Files.readAllBytes(recoveredFile)).isEqualTo(whole);
        }
    }

    @Test
    void losesOneTransactionOfWhichAnythingIsOverwritten() throws IOException {
        byte[] whole = Golden.bytes(SMALL);
        int[] starts = starts(whole);
        TestStorage.write(damagedFile, whole);
        Map<Tid, String> expected = dump(damagedFile);
        for (int i : new int[] {0, 1, starts.length / 2, starts.length - 1}) {
            int end = i + 1 < starts.length ? starts[i + 1] : whole.length;
            byte[] damaged = whole.clone();
            Arrays.fill(damaged, starts[i], end, (byte) 0);
            Map<Tid, String> rest = new LinkedHashMap<>(expected);
            rest.remove(tid(whole, starts[i]));

            Summary summary = recover(damaged, Damaged.LEAVE_OUT);

            assertThat(dumpRecovered()).isEqualTo(rest);
            assertThat(losses).extracting(Loss::offset, Loss::end).containsExactly(tuple(starts[i], end));
            assertThat(summary.lostBytes()).isEqualTo(end - starts[i]);
        }
    }

    /** Every byte of a transaction in the middle, one after the other. */
    @ParameterizedTest
    @ValueSource(ints = {1, 0xff})
    void keepsAllOthersWhateverByteOfATransactionIsWrong(int flip) throws IOException {
        byte[] whole = Golden.bytes("py3-doctest/Data.fs");
        int[] starts = starts(whole);
        TestStorage.write(damagedFile, whole);
        Map<Tid, String> expected = dump(damagedFile);
        int i = starts.length / 2;
        for (int at = starts[i]; at < starts[i + 1]; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) flip;

            recover(damaged, Damaged.LEAVE_OUT);

            assertOnlyTouchedDiffer(expected, List.of(tid(whole, starts[i])), "byte at " + at);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void keepsWhatLiesOutsideOfDamagedTransactions(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 15; round++) {
            List<String> sets = List.of("py3-small", "py3-variety", "py3-packed", "py2-small", "py2-variety");
            byte[] bytes = Golden.bytes(sets.get(random.nextInt(sets.size())) + "/Data.fs");
            TestStorage.write(damagedFile, bytes);
            Map<Tid, String> expected = dump(damagedFile);
            TreeMap<Integer, Tid> tids = new TreeMap<>();
            for (int start : starts(bytes)) {
                tids.put(start, tid(bytes, start));
            }
            List<Tid> touched = new ArrayList<>();
            for (int n = random.nextInt(5); n >= 0; n--) {
                int at = 4 + random.nextInt(bytes.length - 4);
                int size = random.nextInt(3) > 0 ? 1 : Math.min(bytes.length - at, 1 + random.nextInt(700));
                damage(random, bytes, at, size);
                touched.addAll(tids.subMap(tids.floorKey(at), at + size).values());
            }
            if (random.nextInt(3) == 0) {
                int size = bytes.length - random.nextInt(500);
                touched.addAll(tids.subMap(tids.floorKey(size), bytes.length).values());
                bytes = Arrays.copyOf(bytes, size);
            }
            Damaged kept = random.nextBoolean() ? Damaged.KEEP_SOUND_RECORDS : Damaged.LEAVE_OUT;

            recover(bytes, kept);

            assertOnlyTouchedDiffer(expected, touched, "seed " + seed + ", round " + round);
            assertThat(Files.readAllBytes(damagedFile)).isEqualTo(bytes);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void endsWhateverTheFileHolds(long seed) throws IOException {
        Random random = new Random(seed);
        for (int round = 0; round < 10; round++) {
            byte[] bytes = Golden.bytes(SMALL);
            for (int n = random.nextInt(30); n >= 0; n--) {
                int to = random.nextInt(bytes.length);
                int size = Math.min(random.nextInt(4000), bytes.length - to);
                System.arraycopy(bytes, random.nextInt(bytes.length - size), bytes, to, size);
            }
            for (Damaged kept : Damaged.values()) {
                Summary summary = recover(bytes, kept);

                assertThat(summary.losses()).isEqualTo(losses.size());
                assertThat(summary.transactions())
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(dumpRecovered().size());
                assertThat(verify(recoveredFile)).isEmpty();
            }
        }
    }

    @Test
    void keepsTheSoundRecordsOfADamagedTransactionIfAsked() throws IOException {
        byte[] whole = transactions(3, 3);
        int[] starts = starts(whole);
        int record = starts[1] + TransactionRecordHeader.BYTES;
        int size = (int) new DataRecordHeaderAt(whole, record).next() - record;
        whole[record + size + DataRecordHeader.TRANSACTION_OFFSET] ^= 1; // of the second of three

        recover(whole, Damaged.KEEP_SOUND_RECORDS);

        // Nobody can tell whether the first record has swallowed a part of the second one.
        assertThat(dumpRecovered().get(new Tid(2))).contains("0x03 0x02 ").doesNotContain("0x01 0x02", "0x02 0x02");
        assertThat(dumpRecovered()).hasSize(3);
        assertThat(losses)
                .extracting(Loss::offset, Loss::end, Loss::tid)
                .containsExactly(tuple(record, record + 2 * size, new Tid(2)));

        recover(whole, Damaged.LEAVE_OUT);

        assertThat(dumpRecovered()).containsOnlyKeys(new Tid(1), new Tid(3));
        assertThat(losses)
                .extracting(Loss::offset, Loss::end, Loss::tid)
                .containsExactly(tuple(starts[1], starts[2], new Tid(2)));
    }

    @Test
    void neverKeepsARecordWhoseSizeMayBeWrong() throws IOException {
        byte[] whole = transactions(3, 3);
        int record = starts(whole)[1] + TransactionRecordHeader.BYTES;
        for (int wrong : new int[] {1, 2, 4, 80, 89, 90, 91}) {
            byte[] damaged = whole.clone();
            ByteBuffer.wrap(damaged).putLong(record + DataRecordHeader.BYTES - Long.BYTES, wrong);

            recover(damaged, Damaged.KEEP_SOUND_RECORDS);

            assertThat(dumpRecovered().get(new Tid(2)))
                    .as("size %d", wrong)
                    .doesNotContain("0x01 0x02")
                    .contains("0x03 0x02");
        }
    }

    @Test
    void readsDataThroughBackPointersIntoLostTransactions() throws IOException {
        byte[] whole = undone();
        int[] starts = starts(whole);
        whole[starts[0] + TransactionRecordHeader.LENGTH_OFFSET] = 1; // the record in it is as good as ever

        recover(whole, Damaged.LEAVE_OUT);

        assertThat(dumpRecovered()).containsOnlyKeys(new Tid(2), new Tid(3));
        assertThat(dumpRecovered().get(new Tid(3))).contains(hex("old")).contains("back to null");
    }

    @Test
    void leavesOutRecordsWhoseDataIsLost() throws IOException {
        byte[] whole = undone();
        int[] starts = starts(whole);
        Arrays.fill(whole, starts[0], starts[1], (byte) 0);

        recover(whole, Damaged.LEAVE_OUT);

        assertThat(dumpRecovered()).containsOnlyKeys(new Tid(2), new Tid(3));
        assertThat(dumpRecovered().get(new Tid(3))).contains("0x02 0x03").doesNotContain("0x01 0x03");
        assertThat(losses).hasSize(2);
        assertThat(losses.get(1).oid()).isEqualTo(new Oid(1));
        assertThat(losses.get(1).tid()).isEqualTo(new Tid(3));
    }

    @Test
    void refusesATidThatItsRecordsContradict() throws IOException {
        byte[] whole = transactions(3, 1);
        int[] starts = starts(whole);
        ByteBuffer.wrap(whole).putLong(starts[1], 77);

        recover(whole, Damaged.LEAVE_OUT);

        assertThat(dumpRecovered()).containsOnlyKeys(new Tid(1), new Tid(3));
        assertThat(losses).singleElement().extracting(Loss::reason).isEqualTo("its records have the tid 0x02");
    }

    @Test
    void refusesATidWithoutRecordsThatIsLaterThanTheNext() throws IOException {
        byte[] whole = transactions(3, 0);
        ByteBuffer.wrap(whole).putLong(starts(whole)[1], 77);

        recover(whole, Damaged.LEAVE_OUT);

        assertThat(dumpRecovered()).containsOnlyKeys(new Tid(1), new Tid(3));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE + 5})
    void refusesATidThatDoesNotAdvance(long wrong) throws IOException {
        byte[] whole = transactions(3, 1);
        ByteBuffer.wrap(whole).putLong(starts(whole)[1], wrong);

        recover(whole, Damaged.LEAVE_OUT);

        assertThat(dumpRecovered()).containsOnlyKeys(new Tid(1), new Tid(3));
        assertThat(losses).singleElement().extracting(Loss::reason).asString().contains("not later");
    }

    @Test
    void takesTheRecordsWordForALengthThatIsNotRepeated() throws IOException {
        byte[] whole = transactions(3, 2);
        byte[] damaged = whole.clone();
        damaged[starts(whole)[2] - 1] ^= 1;

        recover(damaged, Damaged.LEAVE_OUT);

        assertThat(Files.readAllBytes(recoveredFile)).isEqualTo(whole);
        assertThat(losses).isEmpty();
        assertThat(notes).singleElement().asString().contains("repeats it as");
    }

    @Test
    void countsUnfinishedTransactionsOnlyIfACommittedOneFollows() throws IOException {
        byte[] whole = transactions(4, 1);
        int[] starts = starts(whole);
        byte[] damaged = whole.clone();
        damaged[starts[1] + TransactionRecordHeader.STATUS_OFFSET] = 'c';
        damaged[starts[2] + TransactionRecordHeader.STATUS_OFFSET] = 'c';

        recover(damaged, Damaged.LEAVE_OUT);

        assertThat(Files.readAllBytes(recoveredFile)).isEqualTo(whole);

        damaged[starts[3] + TransactionRecordHeader.STATUS_OFFSET] = 'c';
        recover(damaged, Damaged.LEAVE_OUT);

        assertThat(dumpRecovered()).containsOnlyKeys(new Tid(1));
        assertThat(losses).singleElement().extracting(Loss::offset, Loss::end).containsExactly((long) starts[1], (long)
                whole.length);
    }

    @Test
    void keepsTransactionsOfUnknownStatusAsCommitted() throws IOException {
        byte[] whole = transactions(2, 1);
        byte[] damaged = whole.clone();
        damaged[4 + TransactionRecordHeader.STATUS_OFFSET] = '!';

        recover(damaged, Damaged.LEAVE_OUT);

        assertThat(Files.readAllBytes(recoveredFile)).isEqualTo(whole);
        assertThat(notes).singleElement().asString().contains("status 33");
    }

    @Test
    void leavesOutWhatWasUndoneInAWayOfOld() throws IOException {
        byte[] whole = transactions(2, 1);
        whole[4 + TransactionRecordHeader.STATUS_OFFSET] = 'u';

        recover(whole, Damaged.LEAVE_OUT);

        assertThat(dumpRecovered()).containsOnlyKeys(new Tid(2));
        assertThat(notes).hasSize(1);
    }

    @Test
    void recoversFromAFileWithoutMagic() throws IOException {
        byte[] whole = transactions(2, 1);
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, 0, 4, (byte) 'x');

        recover(damaged, Damaged.LEAVE_OUT);

        assertThat(Files.readAllBytes(recoveredFile)).isEqualTo(whole);
        assertThat(losses).singleElement().extracting(Loss::offset, Loss::end).containsExactly(0L, 4L);
    }

    @Test
    void findsNothingInEmptyAndStrangeFiles() throws IOException {
        for (int size : new int[] {0, 2, 4, 9, 5000}) {
            byte[] bytes = new byte[size];
            assertThat(recover(bytes, Damaged.KEEP_SOUND_RECORDS).lostBytes()).isEqualTo(size);
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

            recover(moved, Damaged.LEAVE_OUT);

            assertThat(dumpRecovered()).containsOnlyKeys(new Tid(1));
        }
    }

    @Test
    void refusesATargetThatIsNotEmptyOrCannotRestore() throws IOException {
        TestStorage.write(damagedFile, transactions(1, 1));
        try (Storage target = FileStorage.open(recoveredFile, TestStorage.options())) {
            TestStorage.commit(target, 1, 1);
            assertThatThrownBy(() -> FileStorageRecovery.recover(damagedFile, target, Damaged.LEAVE_OUT, listener()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not empty");
        }
        FileStorageOptions readOnly = TestStorage.options().withMode(FileStorageOptions.Mode.READ_ONLY);
        try (Storage target = FileStorage.open(recoveredFile, readOnly)) {
            assertThatThrownBy(() -> FileStorageRecovery.recover(damagedFile, target, Damaged.LEAVE_OUT, listener()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void damage(Random random, byte[] bytes, int at, int size) {
        byte[] noise = new byte[size];
        if (random.nextBoolean()) {
            random.nextBytes(noise);
        }
        for (int i = 0; i < size; i++) {
            bytes[at + i] = size == 1 ? (byte) (bytes[at] ^ 1 << random.nextInt(8)) : noise[i];
        }
    }

    private void assertOnlyTouchedDiffer(Map<Tid, String> expected, List<Tid> touched, String where)
            throws IOException {
        Map<Tid, String> found = dumpRecovered();
        for (Map.Entry<Tid, String> entry : expected.entrySet()) {
            if (!touched.contains(entry.getKey())) {
                String data = found.get(entry.getKey());
                if (data == null || !isSameOrLost(entry.getKey(), entry.getValue(), data)) {
                    assertThat(data)
                            .as("%s: %s, losses %s", where, entry.getKey(), losses)
                            .isEqualTo(entry.getValue());
                }
            }
        }
        assertThat(found.keySet()).as(where).isSubsetOf(expected.keySet());
        assertThat(verify(recoveredFile)).as(where).isEmpty();
    }

    /** Records may refer to data in a damaged transaction: then they are lost, have what is there now, or repeat it. */
    private boolean isSameOrLost(Tid tid, String expected, String found) {
        List<String> expectedLines = expected.lines().toList();
        List<String> foundLines = new ArrayList<>(found.lines().toList());
        for (String line : expectedLines) {
            boolean isReferring = line.contains("back to") && !line.contains("back to null");
            String start = line.substring(0, line.indexOf(':'));
            boolean isNamed = losses.stream()
                    .anyMatch(
                            loss -> tid.equals(loss.tid()) && loss.oid() != null && start.startsWith(loss.oid() + " "));
            if (!foundLines.isEmpty() && foundLines.get(0).equals(line)) {
                foundLines.remove(0);
            } else if (isReferring && !foundLines.isEmpty() && foundLines.get(0).startsWith(start)) {
                foundLines.remove(0);
            } else if (!isReferring || !isNamed) {
                return false;
            }
        }
        return foundLines.isEmpty();
    }

    private Summary recover(byte[] bytes, Damaged kept) {
        losses.clear();
        notes.clear();
        TestStorage.write(damagedFile, bytes);
        recoveredFile = TestStorage.memoryPath();
        try (Storage target = FileStorage.open(recoveredFile, TestStorage.options())) {
            return FileStorageRecovery.recover(damagedFile, target, kept, listener());
        }
    }

    private FileStorageRecovery.Listener listener() {
        return new FileStorageRecovery.Listener() {
            @Override
            public void lost(Loss loss) {
                assertThat(loss.end()).isGreaterThan(loss.offset());
                losses.add(loss);
            }

            @Override
            public void note(long offset, String text) {
                notes.add(offset + " " + text);
            }
        };
    }

    private static List<String> verify(Path file) {
        List<String> findings = new ArrayList<>();
        FileStorageVerifier.verify(file, new FileStorageVerifier.Listener() {
            @Override
            public void finding(long offset, String text) {
                findings.add(offset + " " + text);
            }

            @Override
            public void note(long offset, String text) {}
        });
        return findings;
    }

    private Map<Tid, String> dumpRecovered() throws IOException {
        return Files.exists(recoveredFile) ? dump(recoveredFile) : Map.of();
    }

    /** A line for the header and for each record. */
    private static Map<Tid, String> dump(Path file) throws IOException {
        Map<Tid, String> dump = new LinkedHashMap<>();
        FileStorageOptions readOnly = TestStorage.options().withMode(FileStorageOptions.Mode.READ_ONLY);
        try (Storage storage = FileStorage.open(file, readOnly);
                TransactionCursor cursor = TestStorage.log(storage).iterate(Tid.NONE, Order.OLDEST_FIRST)) {
            for (LogTransaction next = cursor.next(); next != null; next = cursor.next()) {
                StringBuilder text = new StringBuilder(next.header().toString()).append(":\n");
                for (DataRecord record = next.nextRecord(); record != null; record = next.nextRecord()) {
                    text.append(record.oid())
                            .append(' ')
                            .append(record.tid())
                            .append(" : ")
                            .append(hex(record.data()))
                            .append(" back to ")
                            .append(record.dataTid())
                            .append('\n');
                }
                dump.put(next.header().tid(), text.toString());
            }
        } catch (CorruptedStorageException e) {
            throw new AssertionError(e);
        }
        return dump;
    }

    private static String hex(byte @Nullable [] data) {
        return data == null ? "nothing" : HexFormat.of().formatHex(data);
    }

    private static String hex(String data) {
        return hex(data.getBytes(StandardCharsets.UTF_8));
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

    private static int[] starts(byte[] file) {
        List<Integer> starts = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.wrap(file);
        for (int at = 4; at < file.length; at += (int) buffer.getLong(at + 8) + 8) {
            starts.add(at);
        }
        return starts.stream().mapToInt(i -> i).toArray();
    }

    private static Tid tid(byte[] file, int start) {
        return new Tid(ByteBuffer.wrap(file).getLong(start));
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
