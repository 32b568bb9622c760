package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.golden.Golden;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VerifyCommandTest {
    @TempDir
    private Path directory;

    static List<String> sets() {
        return GoldenCopy.sets();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void findsNothingInWhatZodbWrote(String set) throws Exception {
        GoldenCopy copy = GoldenCopy.of(set, directory);
        assertThat(Commands.run("verify", copy.file(), "--blobs", copy.blobs())
                        .expect(ExitCode.OK)
                        .out())
                .contains("sound: 0 findings and ");
    }

    @Test
    void changesNothing() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-variety", directory);
        List<Path> before = tree();
        Commands.run("verify", copy.file(), "--blobs", copy.blobs()).expect(ExitCode.OK);
        assertThat(tree()).isEqualTo(before);
    }

    @Test
    void notesRecordsThatAreNoPickles() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-variety", directory);
        assertThat(Commands.run("verify", copy.file(), "--blobs", copy.blobs())
                        .expect(ExitCode.OK)
                        .out())
                .contains("note: " + copy.file() + " at ")
                .contains("is not two pickles");
    }

    @Test
    void findsDamageInTheFile() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-small", directory);
        try (FileChannel channel = FileChannel.open(copy.file(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 214 + 24); // where a record says that its transaction begins
        }
        Commands.Result result = Commands.run("verify", copy.file()).expect(ExitCode.FINDINGS);
        assertThat(result.out())
                .contains("finding: " + copy.file() + " at 214: ")
                .contains("NOT SOUND: ");
    }

    @Test
    void findsAnUnfinishedTail() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-small", directory);
        try (FileChannel channel = FileChannel.open(copy.file(), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
        assertThat(Commands.run("verify", copy.file()).expect(ExitCode.FINDINGS).out())
                .contains("unfinished tail");
    }

    @Test
    void findsABlobWithoutFile() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-doctest", directory);
        Path blob = anyBlob(copy);
        Files.delete(blob);
        assertThat(Commands.run("verify", copy.file(), "--blobs", copy.blobs())
                        .expect(ExitCode.FINDINGS)
                        .out())
                .contains("the blob " + blob + " is not there")
                .contains("NOT SOUND: 1 finding and 0 notes in ");
    }

    @Test
    void findsABlobFileOfNoTransaction() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-doctest", directory);
        Path stray = Files.createFile(anyBlob(copy).resolveSibling("0x03ffffffffffffff.blob"));
        assertThat(Commands.run("verify", copy.file(), "--blobs", copy.blobs())
                        .expect(ExitCode.FINDINGS)
                        .out())
                .contains("finding: " + stray + ": a blob of no transaction");
    }

    @Test
    void findsABlobThatIsNoFile() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-doctest", directory);
        Path blob = anyBlob(copy);
        Files.delete(blob);
        Files.createDirectory(blob);
        assertThat(Commands.run("verify", copy.file(), "--blobs", copy.blobs())
                        .expect(ExitCode.FINDINGS)
                        .out())
                .contains("finding: " + blob + ": the blob is no regular file");
    }

    @Test
    void findsReferencesToWhatIsNotThere() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-objects", directory);
        change(copy, transaction -> transaction.deleteObject(new Oid(3), Tid.parse("0x036c6b9104444444")));

        assertThat(Commands.run("verify", copy.file()).expect(ExitCode.FINDINGS).out())
                .contains("finding: " + copy.file() + ": oid 0x03 is not there, but oid 0x")
                .contains("(persistent.")
                .contains("NOT SOUND: 1 finding and ");
    }

    @Test
    void namesTheFirstHundredThatAreNotThere() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-objects", directory);
        Tid btrees = Tid.parse("0x036c6b9108888888");
        change(copy, transaction -> {
            for (long oid = 0xc3; oid <= 0x126; oid++) {
                transaction.deleteObject(new Oid(oid), btrees);
            }
            for (long oid = 0x128; oid <= 0x12c; oid++) {
                transaction.deleteObject(new Oid(oid), btrees);
            }
        });

        String out =
                Commands.run("verify", copy.file()).expect(ExitCode.FINDINGS).out();
        long dangling =
                out.lines().filter(line -> line.contains(" is not there, but ")).count();

        assertThat(dangling).isEqualTo(100);
        assertThat(out).containsPattern("[1-9][0-9]* more objects? (is|are) referred to, but not there");
    }

    @Test
    void notesObjectsThatCannotBeReached() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-small", directory);
        byte[] data = Golden.bytes("py3-small/Data.fs");
        // As the root was first: it refers to nothing.
        byte[] root = Arrays.copyOfRange(data, 52 + 42, 52 + 42 + 64);
        change(copy, transaction -> {
            transaction.store(new Oid(0x9999), Tid.NONE, ByteBuffer.wrap(root));
            transaction.store(new Oid(0x9998), Tid.NONE, ByteBuffer.wrap(root));
        });

        assertThat(Commands.run("verify", copy.file()).expect(ExitCode.OK).out())
                .contains("note: " + copy.file()
                        + ": 2 objects, 128 B without older revisions, cannot be reached from the root");
        List<String> lines = Commands.run("verify", copy.file(), "--json")
                .expect(ExitCode.OK)
                .out()
                .lines()
                .toList();
        JsonNode summary = new ObjectMapper().readTree(lines.get(lines.size() - 1));
        assertThat(summary.get("unreachable").longValue()).isEqualTo(2);
        assertThat(summary.get("unreachable_bytes").longValue()).isEqualTo(128);
        assertThat(summary.get("dangling").longValue()).isZero();
    }

    @Test
    void notesThatThereIsNoRoot() throws Exception {
        Path file = directory.resolve("Data.fs");
        try (Storage storage = FileStorage.open(file, FileStorageOptions.of(Clock.systemUTC()))) {
            change(
                    storage,
                    transaction ->
                            transaction.store(new Oid(1), Tid.NONE, ByteBuffer.wrap(new byte[] {'N', '.', 'N', '.'})));
        }

        assertThat(Commands.run("verify", file).expect(ExitCode.OK).out())
                .contains("there is no root object, oid 0x00, so references were not looked at");
    }

    @Test
    void notesThatReferencesInADamagedFileWereNotLookedAt() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-small", directory);
        Files.delete(copy.file().resolveSibling("Data.fs.index"));
        try (FileChannel channel = FileChannel.open(copy.file(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {1}), 214 + 24); // where a record says that its transaction begins
        }
        assertThat(Commands.run("verify", copy.file()).expect(ExitCode.FINDINGS).out())
                .contains("note: " + copy.file() + ": references were not looked at, as the file is damaged: ");
    }

    @Test
    void notesTemporaryFiles() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-doctest", directory);
        Path left = Files.createFile(
                Files.createDirectories(copy.blobs().resolve("tmp")).resolve("BUC123.tmp"));
        assertThat(Commands.run("verify", copy.file(), "--blobs", copy.blobs())
                        .expect(ExitCode.OK)
                        .out())
                .contains("note: " + left + ": a temporary file, in use or left over");
    }

    @Test
    void notesThatNobodyHasLookedForBlobs() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-doctest", directory);
        assertThat(Commands.run("verify", copy.file()).expect(ExitCode.OK).out())
                .contains("--blobs was not given");
    }

    @Test
    void saysItInJson() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-doctest", directory);
        Files.delete(anyBlob(copy));
        Commands.Result result = Commands.run("verify", copy.file(), "--blobs", copy.blobs(), "--json")
                .expect(ExitCode.FINDINGS);
        ObjectMapper json = new ObjectMapper();
        List<String> lines = result.out().lines().toList();
        JsonNode finding = json.readTree(lines.get(0));
        assertThat(finding.get("kind").textValue()).isEqualTo("finding");
        assertThat(finding.get("file").textValue()).isEqualTo(copy.file().toString());
        assertThat(finding.get("offset").longValue()).isPositive();
        JsonNode summary = json.readTree(lines.get(1));
        assertThat(summary.get("kind").textValue()).isEqualTo("summary");
        assertThat(summary.get("findings").longValue()).isOne();
        assertThat(summary.get("missing_blobs").longValue()).isOne();
        assertThat(summary.get("orphaned_blobs").longValue()).isZero();
        assertThat(summary.get("notes").longValue()).isZero();
        assertThat(summary.get("transactions").longValue()).isEqualTo(10);
        assertThat(summary.get("blobs").longValue()).isEqualTo(8);
        assertThat(lines).hasSize(2);
    }

    @Test
    void saysWhatItCannotRead() {
        Path missing = directory.resolve("missing.fs");
        assertThat(Commands.run("verify", missing).expect(ExitCode.CANNOT_OPEN).err())
                .isEqualTo("zrs: " + missing + " does not exist\n");
    }

    private static void change(GoldenCopy copy, Consumer<StorageTransaction> change) {
        try (Storage storage = FileStorage.open(copy.file(), FileStorageOptions.of(Clock.systemUTC()))) {
            change(storage, change);
        }
    }

    private static void change(Storage storage, Consumer<StorageTransaction> change) {
        try (StorageTransaction transaction =
                storage.capability(WritableStorage.class).orElseThrow().begin(TransactionMetadata.EMPTY)) {
            change.accept(transaction);
            transaction.vote();
            transaction.finish();
        }
    }

    private Path anyBlob(GoldenCopy copy) throws Exception {
        try (Stream<Path> files = Files.walk(copy.blobs())) {
            return files.filter(file -> file.toString().endsWith(".blob"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }

    private List<Path> tree() throws Exception {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.sorted().toList();
        }
    }
}
