package io.zrs.filestorage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.zrs.golden.Golden;
import io.zrs.storage.PickleDialect;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IndexFileTest {
    @TempDir
    Path directory;

    private Path dataFile;
    private Path indexFile;

    /** Replay one with {@code -Dzrs.seed=N}. */
    static LongStream seeds() {
        Long seed = Long.getLong("zrs.seed");
        return seed == null ? LongStream.range(0, 10) : LongStream.of(seed);
    }

    static List<String> goldenSets() {
        return Golden.sets();
    }

    @BeforeEach
    void nameFiles() {
        dataFile = directory.resolve("Data.fs");
        indexFile = directory.resolve("Data.fs.index");
    }

    @ParameterizedTest
    @MethodSource("goldenSets")
    void writesWhatPythonWrote(String set) throws Exception {
        Golden.copy(set + "/Data.fs.index", indexFile);
        IndexFile.Loaded loaded = read();
        Files.delete(indexFile);

        boolean python2 = set.startsWith("py2");
        IndexFile.write(
                dataFile, loaded.index(), loaded.position(), python2 ? PickleDialect.PYTHON2 : PickleDialect.PYTHON3);

        byte[] golden = Golden.bytes(set + "/Data.fs.index");
        if (python2 && golden[0] == 'M') {
            // The one thing that is not kept: Python 2 has an int, not a long, for the position right after a pack.
            byte[] position = ("L" + loaded.position() + "L\n").getBytes(StandardCharsets.US_ASCII);
            golden = concat(position, Arrays.copyOfRange(golden, 3, golden.length));
        }
        assertThat(Files.readAllBytes(indexFile)).isEqualTo(golden);
        assertThat(directory).isDirectoryNotContaining("glob:**tmp");
    }

    @ParameterizedTest
    @MethodSource("goldenSets")
    void findsEachObjectInGoldenData(String set) throws Exception {
        Golden.copy(set + "/Data.fs.index", indexFile);
        byte[] data = Golden.bytes(set + "/Data.fs");

        IndexFile.Loaded loaded = read();

        assertThat(loaded.position()).isEqualTo(data.length);
        assertThat(loaded.index().size()).isPositive();
        ObjectIndex.Cursor cursor = loaded.index().from(0);
        while (cursor.next()) {
            assertThat(ByteBuffer.wrap(data).getLong((int) cursor.position())).isEqualTo(cursor.oid());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "4, 4b04",
        "255, 4bff",
        "256, 4d0001",
        "65535, 4dffff",
        "65536, 4a00000100",
        "2147483647, 4affffff7f",
        "2147483648, 8a050000008000",
        "549755813887, 8a05ffffffff7f",
        "549755813888, 8a06000000008000",
        "140737488355327, 8a06ffffffffff7f",
        "140737488355328, 8a0700000000008000",
        "281474976710655, 8a07ffffffffffff00"
    })
    void writesPositionsInTheShortestFormOfPython3(long position, String opcodes) throws Exception {
        IndexFile.write(dataFile, new ObjectIndex(), position, PickleDialect.PYTHON3);

        assertThat(Files.readAllBytes(indexFile)).isEqualTo(hex("8003" + opcodes + "2e" + "80034e2e"));
        assertThat(read().position()).isEqualTo(position);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // ZODB 4.4 and 5.2 on Python 2: an int; ZODB 5.4 on Python 2: protocol 3 with byte strings
                "4d2c012e 28 5506000000000000 5510 00000001 00000000001b 000000000064 742e 4e2e",
                "80034d2c012e 8003 5506000000000000 5510 00000001 00000000001b 000000000064 862e 80034e2e",
                // text forms, memo, text instead of bytes, an integer as the end
                "49333030 0a2e 28 53275c7830305c7830305c7830305c7830305c7830305c783030270a 70300a"
                        + " 58 10000000 00000001 00000000001b 000000000064 71 01 742e 4b002e",
                // before ZODB 3.10: a dictionary
                "7d7101285505696e64657871027d7103285508000000000000000071044b1b550800000000000000017105"
                        + "4b64755503706f7371064d2c01752e",
                // fsIndex without and with version, Python 2; with version, Python 3
                "7d7101285505696e646578710263636f70795f7265670a5f7265636f6e7374727563746f720a710328635a4f44422e6673496e"
                        + "6465780a6673496e6465780a7104635f5f6275696c74696e5f5f0a6f626a6563740a71054e745271067d710755055f"
                        + "6461746171087d71095506000000000000710a7d710b2855020000710c550600000000001b710d55020001710e5506"
                        + "000000000064710f757373625503706f7371104c3330304c0a752e",
                "7d7101285505696e646578710263636f70795f7265670a5f7265636f6e7374727563746f720a710328635a4f44422e6673496e"
                        + "6465780a6673496e6465780a7104635f5f6275696c74696e5f5f0a6f626a6563740a71054e745271067d7107285505"
                        + "5f6461746171085d7109285506000000000000710a55100000000100000000001b000000000064710b74710c61550d"
                        + "73746174655f76657273696f6e710d4b0175625503706f73710e4c3330304c0a752e",
                "80037d7100285803000000706f7371014d2c015805000000696e6465787102635a4f44422e6673496e6465780a6673496e6465"
                        + "780a7103298171047d710528580d00000073746174655f76657273696f6e71064b0158050000005f6461746171075d"
                        + "71084306000000000000710943100000000100000000001b000000000064710a86710b617562752e"
            })
    void readsFormsOfOtherVersions(String opcodes) throws Exception {
        Files.write(indexFile, hex(opcodes));

        IndexFile.Loaded loaded = read();

        assertThat(loaded.position()).isEqualTo(300);
        assertThat(contents(loaded.index())).isEqualTo(Map.of(0L, 27L, 1L, 100L));
    }

    @ParameterizedTest
    @CsvSource({
        "'', truncated",
        "4d2c012e, truncated",
        "4e2e, is no position",
        "4b032e, is no position",
        "4affffffff2e, is no position",
        "8a07000000000000012e, is no position",
        "4d2c012e 4b052e, a bucket is no pair",
        "4d2c012e 5506000000000000 5508 0000 00000000001b 742e, no mark",
        "4d2c012e 28 55050000000000 5508 0000 00000000001b 742e, expected 6 bytes",
        "4d2c012e 28 5506000000000000 5507 0000 000000001b 742e, a bucket has 7 bytes",
        "4d2c012e 28 5506000000000000 5508 0000 000000000003 742e, is at 3",
        "4d2c012e 28 5506000000000000 5508 0000 00000000012c 742e, is at 300",
        "4d2c012e 28 5506000000000000 4b01 742e, expected bytes",
        "7d2e, there is no 'pos'",
        "7d 5503706f73 4d2c01 732e, there is no 'index'",
        "7d 28 5503706f73 4d2c01 5505696e646578 4e 752e, neither a dictionary nor an fsIndex",
        "7d 28 5503706f73 4d2c01 5505696e646578 7d 5501 00 4b1b 73 752e, expected 8 bytes",
        "ff, opcode"
    })
    void refusesDamage(String opcodes, String reason) throws IOException {
        Files.write(indexFile, hex(opcodes));

        assertThatThrownBy(() -> IndexFile.readOrThrow(dataFile))
                .isInstanceOf(UnusableIndexException.class)
                .hasMessageContaining(reason);
        assertThat(IndexFile.read(dataFile)).isNull();
    }

    @Test
    void refusesPicklesLongerThanAnyBucket() throws IOException {
        byte[] file = new byte[5_000_000];
        Arrays.fill(file, (byte) '(');
        Files.write(indexFile, file);
        assertThatThrownBy(() -> IndexFile.readOrThrow(dataFile)).isInstanceOf(UnusableIndexException.class);

        // A line without end.
        Arrays.fill(file, (byte) 'S');
        Files.write(indexFile, file);
        assertThatThrownBy(() -> IndexFile.readOrThrow(dataFile))
                .isInstanceOf(UnusableIndexException.class)
                .hasMessageContaining("more than 4194304 bytes");
    }

    @Test
    void hasNothingWhereThereIsNoFile() throws Exception {
        assertThat(IndexFile.readOrThrow(dataFile)).isNull();
        assertThat(IndexFile.read(dataFile)).isNull();
        Files.createDirectory(indexFile);
        assertThatThrownBy(() -> IndexFile.readOrThrow(dataFile)).isInstanceOf(UnusableIndexException.class);
        assertThat(IndexFile.read(dataFile)).isNull();
    }

    @Test
    void replacesTheOldFileOnlyByAWholeOne() throws IOException {
        Files.writeString(indexFile, "old");
        Files.createDirectory(directory.resolve("Data.fs.index.index_tmp"));

        assertThatThrownBy(() -> IndexFile.write(dataFile, new ObjectIndex(), 4, PickleDialect.PYTHON3))
                .isInstanceOf(IOException.class);

        assertThat(indexFile).hasContent("old");
    }

    @Test
    void deletesWhatACrashLeft() throws IOException {
        Path leftover = Files.writeString(directory.resolve("Data.fs.index.index_tmp"), "half");
        Files.writeString(indexFile, "old");

        IndexFile.deleteLeftover(dataFile);
        IndexFile.deleteLeftover(dataFile);

        assertThat(leftover).doesNotExist();
        assertThat(indexFile).hasContent("old");
    }

    @Test
    void worksOnFileSystemsInMemory() throws IOException {
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = memory.getPath("Data.fs");
            ObjectIndex index = new ObjectIndex();
            index.put(7, 99);
            IndexFile.write(file, index, 200, PickleDialect.PYTHON3);
            IndexFile.write(file, index, 300, PickleDialect.PYTHON3);

            IndexFile.Loaded loaded = Objects.requireNonNull(IndexFile.read(file));

            assertThat(loaded.position()).isEqualTo(300);
            assertThat(contents(loaded.index())).isEqualTo(Map.of(7L, 99L));
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void readsBackWhatItWrote(long seed) throws Exception {
        Random random = new Random(seed);
        ObjectIndex index = new ObjectIndex();
        int count = random.nextInt(150_000);
        long spread = 1L << random.nextInt(64);
        for (int i = 0; i < count; i++) {
            index.put(random.nextInt(30) == 0 ? random.nextLong() * spread : i, 4 + (random.nextLong() >>> 20));
        }
        for (PickleDialect dialect : PickleDialect.values()) {
            IndexFile.write(dataFile, index, 1L << 45, dialect);

            IndexFile.Loaded loaded = read();

            assertThat(loaded.position()).isEqualTo(1L << 45);
            assertThat(loaded.index().highestOid()).isEqualTo(index.highestOid());
            assertThat(contents(loaded.index())).isEqualTo(contents(index));
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void anyFileIsReadOrRefused(long seed) throws IOException {
        Random random = new Random(seed);
        List<byte[]> samples = samples();
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = memory.getPath("Data.fs");
            for (int i = 0; i < 300; i++) {
                byte[] bytes = mutated(samples.get(random.nextInt(samples.size())), random);
                Files.write(IndexFile.of(file), bytes);
                assertThatCode(() -> {
                            try {
                                IndexFile.readOrThrow(file);
                            } catch (UnusableIndexException e) {
                                assertThat(e).hasMessageMatching("(?s).{10,1000}");
                            }
                        })
                        .as("%s", HexFormat.of().formatHex(bytes))
                        .doesNotThrowAnyException();
            }
        }
    }

    @Test
    void anIndexCutShortIsRefused() throws IOException {
        for (byte[] whole : samples()) {
            for (int size = 0; size < whole.length; size++) {
                Files.write(indexFile, Arrays.copyOf(whole, size));
                assertThatThrownBy(() -> IndexFile.readOrThrow(dataFile)).isInstanceOf(UnusableIndexException.class);
            }
        }
    }

    private static List<byte[]> samples() {
        return Stream.of("py2-doctest", "py3-doctest", "py2-packed", "py3-small")
                .map(set -> Golden.bytes(set + "/Data.fs.index"))
                .toList();
    }

    private static byte[] mutated(byte[] sample, Random random) {
        byte[] bytes = Arrays.copyOf(sample, random.nextInt(4) == 0 ? random.nextInt(sample.length) : sample.length);
        // Mostly at the front: the rest is content.
        for (int n = random.nextInt(4); n >= 0 && bytes.length > 0; n--) {
            int at = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 24) : bytes.length);
            bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : bytes[at] ^ 1 << random.nextInt(8));
        }
        return bytes;
    }

    private IndexFile.Loaded read() throws Exception {
        return Objects.requireNonNull(IndexFile.readOrThrow(dataFile));
    }

    private static Map<Long, Long> contents(ObjectIndex index) {
        Map<Long, Long> contents = new TreeMap<>();
        ObjectIndex.Cursor cursor = index.from(0);
        while (cursor.next()) {
            contents.put(cursor.oid(), cursor.position());
        }
        return contents;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }
}
