package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zrs.filestorage.FileStorage;
import io.zrs.filestorage.FileStorageOptions;
import io.zrs.storage.Undoable;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is expected of golden files was said by {@code undoLog} of ZODB 6.3. */
class UndoLogCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    @Test
    void listsTheNewestFirst() throws Exception {
        Path file = GoldenCopy.of("py3-variety", directory).file();
        assertThat(run("undo-log", file, "--count", 2))
                .containsExactly(
                        "tid 0x036c6b91a6666666 (2007-03-21 20:33:39.000000)  73 bytes  user ''  description ''",
                        "tid 0x036c6b91a2222222 (2007-03-21 20:33:38.000000)  103 bytes  user 'blob'  description 'change m1'",
                        "… older ones: --first 2");
    }

    @Test
    void goesOnWhereItEnded() throws Exception {
        Path file = GoldenCopy.of("py3-variety", directory).file();
        assertThat(run("undo-log", file, "--first", 41))
                .containsExactly("tid 0x036c6b90f7777777 (2007-03-21 20:32:58.000000)  154 bytes  user ''"
                        + "  description 'initial database creation'");
        assertThat(run("undo-log", file, "--first", 42)).containsExactly("none");
        assertThat(run("undo-log", file, "--count", 42)).hasSize(42).noneMatch(line -> line.contains("older"));
    }

    @Test
    void saysInJsonWhatZodbCallsATransaction() throws Exception {
        Path file = GoldenCopy.of("py3-variety", directory).file();
        List<String> lines = run("undo-log", file, "--count", 2, "--json");
        assertThat(lines).hasSize(2);
        assertThat(JSON.readTree(lines.get(1))).isEqualTo(JSON.readTree("""
                                {"id": "A2xrkaIiIiI=", "tid": "036c6b91a2222222", "time": "2007-03-21T20:33:38.000000Z", "size": 103,
                                 "user": "blob", "description": "change m1"}
                                """));
    }

    @Test
    void findsByUserAndDescription() throws Exception {
        Path file = GoldenCopy.of("py3-variety", directory).file();
        assertThat(run("undo-log", file, "--user", "lob", "--description", "change"))
                .singleElement()
                .asString()
                .contains("user 'blob'  description 'change m1'");
        assertThat(run("undo-log", file, "--user", "blob", "--description", "seed"))
                .containsExactly("none");
    }

    @Test
    void endsBeforeWhatWasPacked() throws Exception {
        Path file = GoldenCopy.of("py3-packed", directory).file();
        assertThat(run("undo-log", file)).containsExactly("none");
        assertThat(run("undo-log", file, "--json")).isEmpty();
    }

    @Test
    void listsWhatAStorageWouldUndo() throws Exception {
        Path file = GoldenCopy.of("py3-variety", directory).file();
        List<String> expected;
        try (FileStorage storage = FileStorage.open(file, FileStorageOptions.of(Clock.systemUTC()))) {
            Undoable undoable = storage.capability(Undoable.class).orElseThrow();
            expected = undoable.undoLog(0, Integer.MAX_VALUE).stream()
                    .map(each -> each.tid().toHex() + " " + each.size())
                    .toList();
        }
        List<String> listed = new ArrayList<>();
        for (String line : run("undo-log", file, "--count", Integer.MAX_VALUE, "--json")) {
            JsonNode json = JSON.readTree(line);
            listed.add(json.get("tid").textValue() + " " + json.get("size").longValue());
        }
        assertThat(listed).hasSize(42).isEqualTo(expected);
    }

    @Test
    void refusesWhatIsNoCount() {
        assertThat(Commands.run("undo-log", "Data.fs", "--first", -1)
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("--first must be at least 0");
        assertThat(Commands.run("undo-log", "Data.fs", "--count", "few")
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("'few' is no number");
    }

    private static List<String> run(Object... arguments) {
        return Commands.run(arguments).expect(ExitCode.OK).out().lines().toList();
    }
}
