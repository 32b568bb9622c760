package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.storage.StorageTransaction;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.WritableStorage;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is expected of golden files was printed by {@code fstail} of ZODB 6.3. */
class TailCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void tellsWhatZodbTells() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-variety", directory);
        assertThat(Commands.run("tail", copy.file(), "-n", 3)
                        .expect(ExitCode.OK)
                        .out())
                .isEqualTo("""
                        tid 0x036c6b91a6666666 (2007-03-21 20:33:39.000000)  73 bytes at offset 709231 (+23)  user ''  description ''  \
                        status ' '  SHA-1 32d3e4c10db6edb819709f7b227442c2d68bef33
                        tid 0x036c6b91a2222222 (2007-03-21 20:33:38.000000)  103 bytes at offset 709120 (+36)  user 'blob'  \
                        description 'change m1'  status ' '  SHA-1 eefe44a8300e650e3bc428591f54fe089d34486b
                        tid 0x036c6b919ddddddd (2007-03-21 20:33:37.000000)  619 bytes at offset 708493 (+45)  user 'blob'  \
                        description 'two blobs in a txn'  status ' '  SHA-1 7858e6a174dd399047ad9af26995b67786e20474
                        """);
    }

    @Test
    void saysTheSameInJson() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-variety", directory);
        String out = Commands.run("tail", copy.file(), "--json", "-n", 1)
                .expect(ExitCode.OK)
                .out();
        assertThat(JSON.readTree(out)).isEqualTo(JSON.readTree("""
                                {"tid": "036c6b91a6666666", "time": "2007-03-21T20:33:39.000000Z", "size": 73, "user": "",
                                 "description": "", "status": " ", "pos": 709231, "records_pos": 709254,
                                 "sha1": "32d3e4c10db6edb819709f7b227442c2d68bef33"}
                                """));
    }

    @Test
    void endsWithTheFirstTransaction() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-packed", directory);
        List<JsonNode> all = json("tail", copy.file(), "--json");
        assertThat(all)
                .hasSize(9)
                .allSatisfy(line -> assertThat(line.get("status").textValue()).isEqualTo("p"));
        assertThat(all.get(8).get("pos").longValue()).isEqualTo(4);
    }

    @Test
    void knowsTransactionsWithoutRecords() throws Exception {
        Path file = directory.resolve("Data.fs");
        try (FileStorage storage = FileStorage.open(file, FileStorageOptions.of(Clock.systemUTC()));
                StorageTransaction transaction = storage.capability(WritableStorage.class)
                        .orElseThrow()
                        .begin(TransactionMetadata.of("a", ""))) {
            transaction.vote();
            transaction.finish();
        }
        JsonNode empty = json("tail", file, "--json").get(0);
        assertThat(empty.get("size").longValue()).isEqualTo(24);
        assertThat(empty.get("records_pos").longValue()).isEqualTo(4 + 24);
        assertThat(empty.get("sha1").textValue()).isEqualTo("da39a3ee5e6b4b0d3255bfef95601890afd80709"); // of no bytes
    }

    @Test
    void readsBesideAWriter() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-small", directory);
        try (FileStorage writer = FileStorage.open(copy.file(), FileStorageOptions.of(Clock.systemUTC()))) {
            assertThat(json("tail", copy.file(), "--json")).hasSize(10);
            assertThat(writer.lastTransaction()).isNotEqualTo(Tid.NONE);
        }
    }

    @Test
    void noticesThatTheFileWasReplaced() throws Exception {
        GoldenCopy copy = GoldenCopy.of("py3-small", directory);
        try (RecordDigests digests = RecordDigests.open(copy.file())) {
            assertThatThrownBy(() -> digests.sha1(new Tid(1), 4, 27, 40))
                    .isInstanceOf(CommandFailure.class)
                    .hasMessage(copy.file() + " has just been replaced; try again");
        }
    }

    @Test
    void refusesToPrintNothing() {
        assertThat(Commands.run("tail", "Data.fs", "-n", 0)
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("'0' is no number from 1 to 2147483647");
    }

    private static List<JsonNode> json(Object... arguments) throws Exception {
        List<JsonNode> lines = new ArrayList<>();
        for (String line :
                Commands.run(arguments).expect(ExitCode.OK).out().lines().toList()) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
