package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.golden.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private GoldenCopy copy;
    private byte[] before;
    private List<String> blobsBefore;

    @BeforeEach
    void copyWhatIsToBePacked() throws Exception {
        copy = GoldenCopy.of("py3-pack/before", directory);
        before = Files.readAllBytes(copy.file());
        blobsBefore = blobFiles(copy.blobs());
    }

    @ParameterizedTest
    @CsvSource({"middle, gc", "middle, nogc", "end, gc", "end, nogc"})
    void packsAsZodbDoes(String time, String garbage) throws Exception {
        String golden = "py3-pack/pack-" + time + "-" + garbage;
        String seconds =
                Golden.json("py3-pack/times.json").get(time).decimalValue().toPlainString();
        List<Object> arguments =
                new ArrayList<>(List.of("pack", copy.file(), "--blobs", copy.blobs(), "--before", seconds));
        if (garbage.equals("nogc")) {
            arguments.add("--no-gc");
        }
        List<String> lines = Commands.run(arguments.toArray())
                .expect(ExitCode.OK)
                .out()
                .lines()
                .toList();
        byte[] packed = Golden.bytes(golden + "/Data.fs");
        assertThat(copy.file()).hasBinaryContent(packed);
        assertThat(blobFiles(copy.blobs()))
                .isEqualTo(blobFiles(Golden.path(golden).resolve("blobs")));
        assertThat(lines.get(0)).startsWith("packed to 0x036c6b91").contains("(2007-03-21 20:33:");
        assertThat(lines.get(1))
                .isEqualTo("bytes: " + Quantities.count(before.length) + " before, " + Quantities.count(packed.length)
                        + " after");
        assertThat(lines.get(2)).matches("objects: [0-9]+ before, [0-9]+ after");
        assertThat(lines.get(3))
                .isEqualTo("blobs removed: "
                        + (blobsBefore.size() - blobFiles(copy.blobs()).size()));
        assertThat(lines).hasSize(4);
    }

    @Test
    void packsToNowUnlessToldOtherwise() throws Exception {
        JsonNode done = json("pack", copy.file(), "--blobs", copy.blobs(), "--json");
        assertThat(copy.file()).hasBinaryContent(Golden.bytes("py3-pack/pack-end-gc/Data.fs"));
        assertThat(done.get("packed").booleanValue()).isTrue();
        assertThat(done.get("time").textValue()).isGreaterThan("2026");
        assertThat(done.get("bytes_before").intValue()).isEqualTo(before.length);
        assertThat(done.get("bytes_after").longValue()).isEqualTo(Files.size(copy.file()));
        assertThat(done.get("objects_before").intValue())
                .isGreaterThan(done.get("objects_after").intValue());
        assertThat(done.get("blobs_removed").intValue())
                .isEqualTo(blobsBefore.size() - blobFiles(copy.blobs()).size());
    }

    @Test
    void saysThatThereIsNothingToDo() throws Exception {
        Commands.run("pack", copy.file(), "--blobs", copy.blobs()).expect(ExitCode.OK);
        byte[] packed = Files.readAllBytes(copy.file());
        assertThat(Commands.run("pack", copy.file(), "--blobs", copy.blobs())
                        .expect(ExitCode.OK)
                        .out())
                .startsWith("nothing to remove up to 0x")
                .contains("blobs removed: 0\n");
        assertThat(json("pack", copy.file(), "--blobs", copy.blobs(), "--json")
                        .get("packed")
                        .booleanValue())
                .isFalse();
        assertThat(copy.file()).hasBinaryContent(packed);
    }

    @Test
    void asksForTheFilesOfBlobs() throws Exception {
        assertThat(Commands.run("pack", copy.file()).expect(ExitCode.USAGE).err())
                .startsWith("zrs: " + copy.file() + " is as it was: the pack would remove ")
                .hasLineCount(1);
        assertUnchanged();
    }

    @Test
    void stopsWhenItIsToStop() throws Exception {
        StopSignal stop = StopSignal.byRequest();
        stop.request();
        Commands.Result result = Commands.run(stop, Main.Terminals.NONE, "pack", copy.file(), "--blobs", copy.blobs());
        assertThat(result.expect(ExitCode.STOPPED).err()).isEqualTo("zrs: stopped; " + copy.file() + " is as it was\n");
        assertUnchanged();
    }

    @Test
    void refusesAFutureThatNoTransactionHasReached() throws Exception {
        assertThat(Commands.run("pack", copy.file(), "--before", "9000-01-01")
                        .expect(ExitCode.USAGE)
                        .err())
                .startsWith("zrs: --before 0x")
                .contains(" (9000-01-01 00:00:00.000000) lies in the future\n");
        assertUnchanged();
    }

    @Test
    void keepsOutOfTheWayOfAWriter() throws Exception {
        try (FileStorage writer = FileStorage.open(copy.file(), FileStorageOptions.of(Clock.systemUTC()))) {
            assertThat(Commands.run("pack", copy.file(), "--blobs", copy.blobs())
                            .expect(ExitCode.LOCKED)
                            .err())
                    .startsWith("zrs: " + copy.file())
                    .hasLineCount(1);
            assertThat(writer.sizeInBytes()).isEqualTo(before.length);
        }
        assertUnchanged();
    }

    @Test
    void refusesWhatIsNotToBeUnderstood() {
        assertThat(Commands.run("pack", copy.file(), "--before", "yesterday")
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("'yesterday' is no TIME");
        Path missing = directory.resolve("missing.fs");
        assertThat(Commands.run("pack", missing).expect(ExitCode.CANNOT_OPEN).err())
                .isEqualTo("zrs: " + missing + " does not exist\n");
    }

    private void assertUnchanged() throws IOException {
        assertThat(copy.file()).hasBinaryContent(before);
        assertThat(blobFiles(copy.blobs())).isEqualTo(blobsBefore);
        assertThat(directory.resolve("Data.fs.pack")).doesNotExist();
    }

    private static JsonNode json(Object... arguments) throws IOException {
        return JSON.readTree(Commands.run(arguments).expect(ExitCode.OK).out());
    }

    private static List<String> blobFiles(Path blobs) throws IOException {
        try (Stream<Path> files = Files.walk(blobs)) {
            return files.filter(file -> file.toString().endsWith(".blob"))
                    .map(file -> blobs.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }
}
