package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
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
    void notesABlobWithoutFile() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-doctest", directory);
        Path blob = anyBlob(copy);
        Files.delete(blob);
        assertThat(Commands.run("verify", copy.file(), "--blobs", copy.blobs())
                        .expect(ExitCode.OK)
                        .out())
                .contains("the blob " + blob + " is not there: it was never written, or is lost")
                .contains("sound: 0 findings and 1 note in ");
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
                .expect(ExitCode.OK);
        ObjectMapper json = new ObjectMapper();
        List<String> lines = result.out().lines().toList();
        JsonNode note = json.readTree(lines.get(0));
        assertThat(note.get("kind").textValue()).isEqualTo("note");
        assertThat(note.get("file").textValue()).isEqualTo(copy.file().toString());
        assertThat(note.get("offset").longValue()).isPositive();
        JsonNode summary = json.readTree(lines.get(1));
        assertThat(summary.get("kind").textValue()).isEqualTo("summary");
        assertThat(summary.get("findings").longValue()).isZero();
        assertThat(summary.get("notes").longValue()).isOne();
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
