package io.zrs.filestorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.golden.Golden;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FileStorageVerifierTest {
    private static final String SMALL = "py3-small/Data.fs";
    private static final String VARIETY = "py3-variety/Data.fs";

    private FileSystem memory;
    private Path dataFile;

    /** Replay one with {@code -Dzrs.seed=N}. */
    static LongStream seeds() {
        Long seed = Long.getLong("zrs.seed");
        return seed == null ? LongStream.range(0, 10) : LongStream.of(seed);
    }

    @BeforeEach
    void nameFile() {
        memory = Jimfs.newFileSystem(Configuration.unix());
        dataFile = memory.getPath("Data.fs");
    }

    @AfterEach
    void freeFiles() throws IOException {
        memory.close();
    }

    static List<String> goldenSets() {
        return Golden.sets();
    }

    @ParameterizedTest
    @MethodSource("goldenSets")
    void goldenDataIsClean(String set) throws IOException {
        Golden.copy(set + "/Data.fs", dataFile);
        Golden.copy(set + "/Data.fs.index", IndexFile.of(dataFile));

        Findings found = verify();

        assertThat(found.findings).isEmpty();
        Set<Long> blobs = new TreeSet<>();
        long records = 0;
        Tid last = Tid.NONE;
        JsonNode transactions = Golden.json(set + "/dump.json").get("transactions");
        for (JsonNode transaction : transactions) {
            last = Tid.parse(transaction.get("tid").asText());
            for (JsonNode record : transaction.get("records")) {
                records++;
                if (record.hasNonNull("blob")) {
                    blobs.add(record.get("pos").asLong());
                }
            }
        }
        assertThat(found.summary.transactions()).isEqualTo(transactions.size());
        assertThat(found.summary.records()).isEqualTo(records);
        assertThat(found.summary.lastTransaction()).isEqualTo(last);
        assertThat(found.summary.bytes()).isEqualTo(Files.size(dataFile));
        assertThat(found.summary.objects())
                .isEqualTo(
                        Objects.requireNonNull(IndexFile.read(dataFile)).index().size());
        assertThat(found.blobs).isEqualTo(blobs);
        assertThat(found.notes).allMatch(note -> note.contains("is not two pickles"));
    }

    @Test
    void recordsThatAreNoPicklesAreNotes() {
        Golden.copy(VARIETY, dataFile);

        Findings found = verify();

        assertThat(found.findings).isEmpty();
        assertThat(found.notes).hasSize(5).allMatch(note -> note.contains("is not two pickles"));
        assertThat(found.summary.notes()).isEqualTo(found.notes.size());
    }

    @Test
    void showsEachRecordWithItsTransactionsStatus() {
        Golden.copy("py3-packed/Data.fs", dataFile);
        List<String> shown = new ArrayList<>();

        FileStorageVerifier.verify(dataFile, new Findings() {
            @Override
            public void record(long offset, Oid oid, Tid tid, char status, boolean isBlob) {
                shown.add(offset + " " + oid.toHex() + " " + tid.toHex() + " '" + status + "'");
            }
        });

        List<String> expected = new ArrayList<>();
        for (JsonNode transaction : Golden.json("py3-packed/dump.json").get("transactions")) {
            for (JsonNode record : transaction.get("records")) {
                expected.add(record.get("pos").asText() + " "
                        + record.get("oid").asText() + " " + record.get("tid").asText() + " '"
                        + transaction.get("status").asText() + "'");
            }
        }
        assertThat(shown).isEqualTo(expected);
    }

    @Test
    void changesNothing() throws IOException {
        byte[] cut = Arrays.copyOf(Golden.bytes(SMALL), 20_000);
        Files.write(dataFile, cut);

        assertThat(verify().findings).isNotEmpty();

        assertThat(Files.readAllBytes(dataFile)).isEqualTo(cut);
        try (Stream<Path> files = Files.list(dataFile.toAbsolutePath().getParent())) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void tellsItsProgress() {
        Golden.copy(VARIETY, dataFile);
        List<Long> done = new ArrayList<>();

        FileStorageVerifier.verify(dataFile, new Findings() {
            @Override
            public void progress(long bytesDone, long bytesTotal) {
                assertThat(bytesTotal).isEqualTo(Golden.bytes(VARIETY).length);
                done.add(bytesDone);
            }
        });

        assertThat(done).isSorted().endsWith((long) Golden.bytes(VARIETY).length);
    }

    @Test
    void missingFileIsAnError() {
        assertThatThrownBy(this::verify)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("Data.fs");
    }

    @Test
    void emptyFilesAreSound() throws IOException {
        Files.write(dataFile, new byte[0]);
        assertThat(verify().findings).isEmpty();

        Files.writeString(dataFile, "FS30");
        IndexFile.write(dataFile, new ObjectIndex(), 4, PickleDialect.PYTHON3);
        Findings found = verify();

        assertThat(found.findings).isEmpty();
        assertThat(found.summary).isEqualTo(new FileStorageVerifier.Summary(0, 0, 4, 0, Tid.NONE, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"F", "FS3", "XS30", "FS31"})
    void wrongMagicIsFound(String magic) throws IOException {
        Files.writeString(dataFile, magic);

        assertThat(verify().findings)
                .singleElement()
                .asString()
                .startsWith("0 ")
                .contains("FS30");
    }

    @Test
    void everyCutTailIsFound() throws IOException {
        byte[] whole = Golden.bytes(SMALL);
        int lastButOne = previous(whole, previous(whole, whole.length));
        int last = previous(whole, whole.length);
        for (int size = lastButOne; size < whole.length; size++) {
            Files.write(dataFile, Arrays.copyOf(whole, size));
            int start = size < last ? lastButOne : last;

            Findings found = verify();

            if (size == start) {
                assertThat(found.findings).isEmpty();
            } else {
                assertThat(found.findings).singleElement().asString().startsWith(start + " unfinished tail");
            }
            assertThat(found.summary.bytes()).isEqualTo(start);
        }
    }

    @Test
    void zerosBehindTheLastTransactionAreFound() throws IOException {
        byte[] whole = Golden.bytes(SMALL);
        Files.write(dataFile, Arrays.copyOf(whole, whole.length + 5000));

        assertThat(verify().findings).singleElement().asString().startsWith(whole.length + " unfinished tail of 5000");
    }

    @Test
    void transactionThatIsNotFinishedIsFound() throws IOException {
        byte[] whole = Golden.bytes(SMALL);
        int last = previous(whole, whole.length);
        whole[last + TransactionRecordHeader.STATUS_OFFSET] = 'c';
        Files.write(dataFile, whole);

        Findings found = verify();

        assertThat(found.findings)
                .singleElement()
                .asString()
                .startsWith(last + " ")
                .contains("not finished");
        assertThat(found.summary.bytes()).isEqualTo(last);

        int middle = previous(whole, last);
        whole[last + TransactionRecordHeader.STATUS_OFFSET] = ' ';
        whole[middle + TransactionRecordHeader.STATUS_OFFSET] = 'c';
        Files.write(dataFile, whole);
        assertThat(verify().findings)
                .singleElement()
                .asString()
                .startsWith(middle + " ")
                .contains("not finished");
    }

    @Test
    void transactionThatIsNeitherFinishedNorWholeIsFound() throws IOException {
        byte[] whole = Golden.bytes(SMALL);
        int last = previous(whole, whole.length);
        for (int transaction : new int[] {last, previous(whole, last)}) {
            byte[] damaged = whole.clone();
            damaged[transaction + TransactionRecordHeader.STATUS_OFFSET] = 'c';
            damaged[transaction + TransactionRecordHeader.STATUS_OFFSET + 2]++; // the size of the user
            Files.write(dataFile, damaged);

            assertThat(verify().findings)
                    .singleElement()
                    .asString()
                    .startsWith(transaction + " ")
                    .contains("neither whole nor finished");
        }
    }

    @Test
    void goesOnBehindDamage() throws IOException {
        byte[] whole = Golden.bytes(SMALL);
        int last = previous(whole, whole.length);
        int damaged = previous(whole, last);
        Arrays.fill(whole, damaged, last, (byte) 0x55);
        Files.write(dataFile, whole);

        Findings found = verify();

        assertThat(found.findings.get(0))
                .startsWith(damaged + " damage")
                .endsWith("whole ones go on " + (last - damaged) + " bytes later");
        assertThat(found.summary.transactions())
                .isEqualTo(
                        Golden.json("py3-small/dump.json").get("transactions").size() - 1);
        assertThat(found.summary.bytes()).isEqualTo(whole.length);
    }

    @Test
    void tidsThatDoNotRiseAreFound() {
        byte[] whole = Golden.bytes(SMALL);
        int last = previous(whole, whole.length);
        int lastButOne = previous(whole, last);

        Findings found = verifyDamaged(SMALL, bytes -> bytes.putLong(last, bytes.getLong(lastButOne)));

        assertThat(found.findings)
                .singleElement()
                .asString()
                .startsWith(last + " ")
                .contains("not later");
        assertThat(found.notes).allMatch(note -> note.contains("has the tid")).isNotEmpty();
    }

    @Test
    void undoneTransactionsDoNotCount() {
        int last = previous(Golden.bytes(SMALL), Golden.bytes(SMALL).length);

        Findings found =
                verifyDamaged(SMALL, bytes -> bytes.put(last + TransactionRecordHeader.STATUS_OFFSET, (byte) 'u'));

        assertThat(found.findings).isEmpty();
        assertThat(found.notes).singleElement().asString().contains("undone");
    }

    @Test
    void previousPointersThatAreWrongAreFound() {
        long record = recordWithPrevious();
        int previous = (int) record + 16;

        assertThat(verifyDamaged(SMALL, bytes -> bytes.putLong(previous, bytes.getLong(previous) + 1)).findings)
                .singleElement()
                .asString()
                .startsWith(record + " ")
                .contains("as the record before it");
        assertThat(verifyDamaged(SMALL, bytes -> bytes.putLong(previous, 0)).findings)
                .singleElement()
                .asString()
                .startsWith(record + " ");
    }

    @Test
    void previousPointersCutByPackAreNotes() {
        long record = recordWithPrevious();

        Findings found = verifyDamaged(SMALL, bytes -> {
            int end = (int) bytes.getLong((int) record + 24);
            bytes.putLong((int) record + 16, 0);
            for (int offset = 4; offset <= end; offset += (int) bytes.getLong(offset + 8) + 8) {
                bytes.put(offset + TransactionRecordHeader.STATUS_OFFSET, (byte) 'p');
            }
        });

        assertThat(found.findings).isEmpty();
        assertThat(found.notes)
                .singleElement()
                .asString()
                .startsWith(record + " ")
                .contains("cut by a pack");
    }

    @Test
    void backPointersThatLeadNowhereAreFound() {
        long record = backPointer();
        int pointer = (int) record + DataRecordHeader.BYTES;
        long target = ByteBuffer.wrap(Golden.bytes(VARIETY)).getLong(pointer);

        for (long wrong : new long[] {record, record + 100, -1, 4, 52 + 1, target + 1, target - 1, 3}) {
            assertThat(verifyDamaged(VARIETY, bytes -> bytes.putLong(pointer, wrong)).findings)
                    .as("to %d", wrong)
                    .anyMatch(finding -> finding.startsWith(record + " ") && finding.contains("points back to"));
        }
        assertThat(verifyDamaged(VARIETY, bytes -> bytes.putLong(pointer, 52)).findings)
                .anyMatch(finding -> finding.startsWith(record + " ") && finding.contains("a record of oid 0x00"));
    }

    @Test
    void everyFlippedBitInStructureIsFound() throws IOException {
        byte[] whole = Golden.bytes("py3-doctest/Data.fs");
        Golden.copy("py3-doctest/Data.fs.index", IndexFile.of(dataFile));
        for (int position : structure(whole)) {
            for (int bit : new int[] {1, 0x80}) {
                whole[position] ^= (byte) bit;
                Files.write(dataFile, whole);
                assertThat(verify().findings).as("bit %d at %d", bit, position).isNotEmpty();
                whole[position] ^= (byte) bit;
            }
        }
    }

    @Test
    void indexThatDiffersIsFound() throws IOException {
        Golden.copy(SMALL, dataFile);
        long size = Files.size(dataFile);
        Golden.copy(SMALL + ".index", IndexFile.of(dataFile));
        ObjectIndex index = Objects.requireNonNull(IndexFile.read(dataFile)).index();
        long position = index.get(3);
        index.put(3, position + 1);
        index.put(1 << 20, 77);
        IndexFile.write(dataFile, index, size, PickleDialect.PYTHON3);

        assertThat(verify().findings)
                .containsExactly(
                        position + " the saved index has oid 0x03 at " + (position + 1) + ", not " + position,
                        "77 the saved index has oid 0x100000, which is not in the file");

        IndexFile.write(dataFile, new ObjectIndex(), size, PickleDialect.PYTHON3);
        assertThat(verify().findings).hasSize(11).first().asString().contains("nothing of oid 0x00");
    }

    @Test
    void damagedIndexIsFound() throws IOException {
        Golden.copy(SMALL, dataFile);
        Files.writeString(IndexFile.of(dataFile), "no index");

        assertThat(verify().findings).singleElement().asString().contains("cannot be used");
    }

    @Test
    void indexThatIsOlderThanTheFileIsNote() throws IOException {
        byte[] whole = Golden.bytes(SMALL);
        int last = previous(whole, whole.length);
        Files.write(dataFile, Arrays.copyOf(whole, last));
        ObjectIndex index = new ObjectIndex();
        FileStorageVerifier.verify(dataFile, new Findings() {
            @Override
            public void record(long offset, Oid oid, Tid tid, char status, boolean isBlob) {
                index.put(oid.value(), offset);
            }
        });
        IndexFile.write(dataFile, index, last, PickleDialect.PYTHON3);
        Files.write(dataFile, whole);

        Findings found = verify();

        assertThat(found.findings).isEmpty();
        assertThat(found.notes).singleElement().asString().contains("older than the file");
        IndexFile.write(dataFile, index, last + 1, PickleDialect.PYTHON3);
        assertThat(verify().findings).singleElement().asString().contains("where no transaction ends");
        IndexFile.write(dataFile, index, whole.length + 1, PickleDialect.PYTHON3);
        assertThat(verify().findings).singleElement().asString().contains("where no transaction ends");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void anyFileIsVerifiedToItsEnd(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 100; i++) {
            byte[] bytes = Golden.bytes(random.nextBoolean() ? SMALL : "py3-packed/Data.fs");
            for (int n = random.nextInt(8); n >= 0; n--) {
                int at = random.nextInt(bytes.length);
                ByteBuffer.wrap(bytes).put(at, (byte) random.nextInt(256));
                if (random.nextInt(4) == 0 && at < bytes.length - 8) {
                    ByteBuffer.wrap(bytes)
                            .putLong(at, random.nextBoolean() ? random.nextLong() : random.nextInt(40_000));
                }
            }
            Files.write(dataFile, bytes);

            Findings found = verify();

            assertThat(found.summary.bytes()).isBetween(0L, (long) bytes.length);
        }
    }

    private Findings verify() {
        Findings findings = new Findings();
        findings.summary = FileStorageVerifier.verify(dataFile, findings);
        assertThat(findings.summary.findings()).isEqualTo(findings.findings.size());
        return findings;
    }

    private Findings verifyDamaged(String golden, Consumer<ByteBuffer> damage) {
        try {
            byte[] bytes = Golden.bytes(golden);
            damage.accept(ByteBuffer.wrap(bytes));
            Files.write(dataFile, bytes);
            return verify();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int previous(byte[] file, int offset) {
        return offset - 8 - (int) ByteBuffer.wrap(file).getLong(offset - 8);
    }

    private static long recordWithPrevious() {
        ByteBuffer bytes = ByteBuffer.wrap(Golden.bytes(SMALL));
        return positions("py3-small")
                .filter(position -> bytes.getLong((int) position + 16) != 0)
                .findFirst()
                .orElseThrow();
    }

    private static long backPointer() {
        ByteBuffer bytes = ByteBuffer.wrap(Golden.bytes(VARIETY));
        return positions("py3-variety")
                .filter(position -> bytes.getLong((int) position + 34) == 0)
                .filter(position -> bytes.getLong((int) position + DataRecordHeader.BYTES) != 0)
                .findFirst()
                .orElseThrow();
    }

    private static LongStream positions(String set) {
        List<Long> positions = new ArrayList<>();
        for (JsonNode transaction : Golden.json(set + "/dump.json").get("transactions")) {
            for (JsonNode record : transaction.get("records")) {
                positions.add(record.get("pos").asLong());
            }
        }
        return positions.stream().mapToLong(Long::longValue);
    }

    /** Offsets of all bytes that are magic, length, status, size or pointer, or an oid. */
    private static List<Integer> structure(byte[] file) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        List<Integer> found = new ArrayList<>();
        add(found, 0, 4);
        for (int offset = 4; offset < file.length; ) {
            add(found, offset + 8, 15);
            int end = offset + (int) bytes.getLong(offset + 8);
            int record = offset
                    + 23
                    + bytes.getShort(offset + 17)
                    + bytes.getShort(offset + 19)
                    + bytes.getShort(offset + 21);
            while (record < end) {
                add(found, record, 8);
                add(found, record + 16, 26);
                record += 42 + (int) Math.max(bytes.getLong(record + 34), 8);
            }
            add(found, end, 8);
            offset = end + 8;
        }
        return found;
    }

    private static void add(List<Integer> found, int offset, int count) {
        for (int i = 0; i < count; i++) {
            found.add(offset + i);
        }
    }

    /** Collects what it is told as {@code offset text}. */
    private static class Findings implements FileStorageVerifier.Listener {
        final List<String> findings = new ArrayList<>();
        final List<String> notes = new ArrayList<>();
        final Set<Long> blobs = new TreeSet<>();
        FileStorageVerifier.Summary summary = new FileStorageVerifier.Summary(0, 0, 0, 0, Tid.NONE, 0, 0);

        @Override
        public void finding(long offset, String text) {
            findings.add(offset + " " + text);
        }

        @Override
        public void note(long offset, String text) {
            notes.add(offset + " " + text);
        }

        @Override
        public void record(long offset, Oid oid, Tid tid, char status, boolean isBlob) {
            if (isBlob) {
                blobs.add(offset);
            }
        }
    }
}
