package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.zrs.golden.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoverCommandTest {
    @TempDir
    private Path directory;

    private Path in;
    private Path out;

    @BeforeEach
    void nameFiles() {
        in = directory.resolve("in.fs");
        out = directory.resolve("out.fs");
    }

    @Test
    void copiesASoundFile() throws Exception {
        Golden.copy("py3-objects/Data.fs", in);
        assertThat(Commands.run("recover", in, out).expect(ExitCode.OK).out())
                .startsWith("recovered 16 transactions with 385 records to " + out)
                .endsWith("; nothing is lost\n");
        assertThat(out).hasSameBinaryContentAs(in);
    }

    @Test
    void keepsTheFormatOfPython2() throws Exception {
        Golden.copy("py2-small/Data.fs", in);
        Commands.run("recover", in, out).expect(ExitCode.OK);
        assertThat(out).hasSameBinaryContentAs(in);
    }

    @Test
    void saysWhatIsLost() throws Exception {
        Files.write(in, damaged());
        assertThat(Commands.run("recover", in, out).expect(ExitCode.FINDINGS).out())
                .contains("lost: " + in + " at 2432 up to ")
                .contains("LOST: ")
                .contains(" in 1 piece\n");
        assertThat(Commands.run("verify", out).expect(ExitCode.FINDINGS).out())
                .doesNotContain("sound: ")
                .contains("is not there, but oid "); // of an object that only the lost transaction had
    }

    @Test
    void keepsMoreIfAskedForParts() throws Exception {
        Files.write(in, damaged());
        Commands.run("recover", in, out).expect(ExitCode.FINDINGS);
        Path parts = directory.resolve("parts.fs");
        assertThat(Commands.run("recover", in, parts, "--partial")
                        .expect(ExitCode.FINDINGS)
                        .out())
                .contains("recovered 16 transactions");
        assertThat(Files.size(parts)).isGreaterThan(Files.size(out));
    }

    @Test
    void saysItInJson() throws Exception {
        Files.write(in, damaged());
        List<String> lines = Commands.run("recover", in, out, "--json")
                .expect(ExitCode.FINDINGS)
                .out()
                .lines()
                .toList();
        ObjectMapper json = new ObjectMapper();
        JsonNode lost = json.readTree(lines.get(0));
        assertThat(lost.get("kind").textValue()).isEqualTo("lost");
        assertThat(lost.get("file").textValue()).isEqualTo(in.toString());
        assertThat(lost.get("offset").longValue()).isEqualTo(2432);
        assertThat(lost.get("tid").textValue()).isEqualTo("036c6b9104444444");
        JsonNode summary = json.readTree(lines.get(1));
        assertThat(summary.get("kind").textValue()).isEqualTo("summary");
        assertThat(summary.get("transactions").intValue()).isEqualTo(15);
        assertThat(summary.get("losses").intValue()).isOne();
        assertThat(summary.get("lost_bytes").longValue())
                .isEqualTo(lost.get("end").longValue() - 2432);
        assertThat(summary.get("last_tid").textValue()).isEqualTo("036c6b9137777777");
        assertThat(lines).hasSize(2);
    }

    @Test
    void makesAFileOfTheFormatAskedForIfThatIsLost() throws Exception {
        byte[] bytes = Golden.bytes("py2-small/Data.fs");
        Arrays.fill(bytes, 0, 4, (byte) 0);
        Files.write(in, bytes);
        Commands.run("recover", in, out, "--format", "fs21").expect(ExitCode.FINDINGS);
        assertThat(out).hasBinaryContent(Golden.bytes("py2-small/Data.fs"));
    }

    @Test
    void neverWritesOverAFile() throws Exception {
        Golden.copy("py3-small/Data.fs", in);
        Files.writeString(out, "mine");
        assertThat(Commands.run("recover", in, out).expect(ExitCode.CANNOT_OPEN).err())
                .isEqualTo("zrs: " + out + " exists already\n");
        Commands.run("recover", in, in).expect(ExitCode.CANNOT_OPEN);
        assertThat(out).hasContent("mine");
        assertThat(in).hasBinaryContent(Golden.bytes("py3-small/Data.fs"));
    }

    @Test
    void makesNothingOfAFileThatIsNotThere() {
        assertThat(Commands.run("recover", in, out).expect(ExitCode.CANNOT_OPEN).err())
                .isEqualTo("zrs: " + in + " does not exist\n");
        assertThat(out).doesNotExist();
    }

    /** Objects, with a record in the middle overwritten. */
    private static byte[] damaged() {
        byte[] bytes = Golden.bytes("py3-objects/Data.fs");
        Arrays.fill(bytes, 3000, 3040, (byte) 0xee);
        return bytes;
    }
}
