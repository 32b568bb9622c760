package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void copyObjects() throws Exception {
        file = GoldenCopy.of("py3-objects", directory).file();
    }

    @Test
    void listsTheNewestRevisionsFirst() {
        assertThat(run("history", file, "0x0171", "--count", 3))
                .containsExactly(
                        "tid 0x036c6b9137777777 (2007-03-21 20:33:13.000000)  no data of its own  user ''  description ''",
                        "tid 0x036c6b9133333333 (2007-03-21 20:33:12.000000)  75 bytes  user ''  description 'hist 5'",
                        "tid 0x036c6b912eeeeeee (2007-03-21 20:33:11.000000)  75 bytes  user ''  description 'hist 4'",
                        "… older ones: with a larger --count");
    }

    @Test
    void endsWithTheFirstOne() {
        assertThat(run("history", file, "0171", "--count", 7))
                .hasSize(7)
                .last()
                .asString()
                .startsWith("tid 0x036c6b911ddddddd ")
                .endsWith("description 'hist 0'");
    }

    @Test
    void saysTheSameInJson() throws Exception {
        List<String> lines = run("history", file, "0x0171", "--count", 2, "--json");
        assertThat(lines).hasSize(2);
        assertThat(JSON.readTree(lines.get(1))).isEqualTo(JSON.readTree("""
                                {"oid": "0000000000000171", "tid": "036c6b9133333333", "time": "2007-03-21T20:33:12.000000Z", "size": 75,
                                 "user": "", "description": "hist 5"}
                                """));
    }

    @Test
    void saysThatThereIsNoSuchObject() {
        assertThat(Commands.run("history", file, "0x9999")
                        .expect(ExitCode.NOT_FOUND)
                        .err())
                .contains("oid 0x9999")
                .hasLineCount(1);
        assertThat(Commands.run("history", file, "person")
                        .expect(ExitCode.USAGE)
                        .err())
                .contains("'person'");
    }

    private static List<String> run(Object... arguments) {
        return Commands.run(arguments).expect(ExitCode.OK).out().lines().toList();
    }
}
