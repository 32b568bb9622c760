package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.golden.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DumpCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    static List<String> sets() {
        return GoldenCopy.sets();
    }

    @ParameterizedTest
    @MethodSource("sets")
    void saysInJsonWhatZodbReads(String set) throws Exception {
        GoldenCopy copy = GoldenCopy.of(set, directory);
        Commands.Result result = Commands.run("dump", copy.file(), "--blobs", copy.blobs(), "--json")
                .expect(ExitCode.OK);
        List<JsonNode> expected = new ArrayList<>();
        Golden.json(set + "/dump.json").get("transactions").forEach(expected::add);
        assertThat(transactions(result)).isEqualTo(expected);
    }

    @Test
    void leavesBlobsOutUnlessTheirDirectoryIsGiven() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-doctest", directory);
        assertThat(Commands.run("dump", copy.file(), "--json")
                        .expect(ExitCode.OK)
                        .out())
                .doesNotContain("\"blob\"");
    }

    @Test
    void saysNullOfABlobWithoutFile() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-doctest", directory);
        Path empty = Files.createDirectory(directory.resolve("no blobs"));
        assertThat(Commands.run("dump", copy.file(), "--blobs", empty, "--json")
                        .expect(ExitCode.OK)
                        .out())
                .contains("\"blob\":null")
                .doesNotContain("\"blob\":{");
    }

    @Test
    void beginsWithTheTidThatIsAskedFor() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-small", directory);
        List<JsonNode> all = transactions(Commands.run("dump", copy.file(), "--json"));
        String tid = all.get(5).get("tid").textValue();
        assertThat(transactions(Commands.run("dump", copy.file(), "--json", "--from", "0x" + tid)))
                .isEqualTo(all.subList(5, all.size()));
        assertThat(Commands.run("dump", copy.file(), "--json", "--from", "7fffffffffffffff")
                        .expect(ExitCode.OK)
                        .out())
                .isEmpty();
    }

    @Test
    void printsALineForEachTransactionAndRecord() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-variety", directory);
        String text = Commands.run("dump", copy.file(), "--blobs", copy.blobs())
                .expect(ExitCode.OK)
                .out();
        assertThat(text.lines().limit(2))
                .containsExactly(
                        "transaction 0x036c6b90f7777777  2007-03-21 20:32:58.000000  offset 4  status ' '  user ''"
                                + "  description 'initial database creation'  extension {}",
                        "  record 0x00  offset 52  64 bytes  persistent.mapping.PersistentMapping");
        assertThat(text)
                .contains("user '/ jürgen ☃'")
                .contains("extension {'i': 3}")
                .contains("  record 0x18  offset 11051  no object from here on")
                .contains(
                        "  record 0xec  offset 709254  25 bytes  ZODB.blob.Blob  as in 0x036c6b919ddddddd  blob of 70000 bytes,"
                                + " SHA-256 f00fbad864da87d95f0d691d7923c3e6cdacb8e0136da6684fb266984d91e937");
    }

    @Test
    void readsBesideAWriter() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-small", directory);
        try (FileStorage writer = FileStorage.open(copy.file(), FileStorageOptions.of(Clock.systemUTC()))) {
            assertThat(writer.objectCount()).isPositive();
            assertThat(transactions(Commands.run("dump", copy.file(), "--json").expect(ExitCode.OK)))
                    .hasSize(22);
        }
    }

    @Test
    void saysWhatItCannotOpen() throws Exception {
        Path missing = directory.resolve("missing.fs");
        assertThat(Commands.run("dump", missing).expect(ExitCode.CANNOT_OPEN).err())
                .isEqualTo("zrs: " + missing + " does not exist\n");
        GoldenCopy copy = GoldenCopy.of("py3-small", directory);
        assertThat(Commands.run("dump", copy.file(), "--blobs", missing)
                        .expect(ExitCode.CANNOT_OPEN)
                        .err())
                .isEqualTo("zrs: " + missing + " does not exist\n");
        assertThat(Commands.run("dump", copy.file(), "--blobs", copy.file())
                        .expect(ExitCode.CANNOT_OPEN)
                        .err())
                .isEqualTo("zrs: " + copy.file() + " is no directory\n");
    }

    @Test
    void saysWhereAFileIsDamaged() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-small", directory);
        byte[] bytes = Files.readAllBytes(copy.file());
        bytes[4 + 8 + 7] ^= 1; // the length of the first transaction
        Files.write(copy.file(), bytes);
        Files.delete(directory.resolve("Data.fs.index"));
        assertThat(Commands.run("dump", copy.file())
                        .expect(ExitCode.DAMAGED_FILE)
                        .err())
                .startsWith("zrs: " + copy.file() + " at offset ")
                .hasLineCount(1);
    }

    @Test
    void refusesWhatIsNoTid() {
        assertThat(Commands.run("dump", "Data.fs", "--from", "yesterday")
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("'yesterday'")
                .contains("'zrs dump --help' explains it");
    }

    private static List<JsonNode> transactions(Commands.Result result) throws Exception {
        List<JsonNode> transactions = new ArrayList<>();
        for (String line : result.out().lines().toList()) {
            transactions.add(JSON.readTree(line));
        }
        return transactions;
    }
}
