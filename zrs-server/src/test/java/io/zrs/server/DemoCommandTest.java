package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
    private static final Pattern DIRECTORY = Pattern.compile("files in (\\S+)");

    @TempDir
    private Path directory;

    @Test
    void provesThatAllThreeAreIdentical() {
        Commands.Result result = Commands.run("demo").expect(ExitCode.OK);
        assertThat(result.out())
                .containsSubsequence(
                        "the connection between primary and secondary breaks",
                        "the connection can be made again",
                        "the workload ends after 60 transactions",
                        "All three are identical.")
                .doesNotContain("\033");
        assertThat(directoryIn(result)).doesNotExist();
    }

    @Test
    void writesATableOverOnATerminal() {
        assertThat(Commands.run(StopSignal.byRequest(), new Main.Terminals(true, true), "demo")
                        .expect(ExitCode.OK)
                        .out())
                .contains("behind by")
                .contains("All three are identical.");
    }

    @Test
    void leavesSoundStorages() throws Exception {
        Path kept = directory.resolve("kept");
        Commands.run("demo", "--keep", kept).expect(ExitCode.OK);
        for (String name : new String[] {"primary", "secondary", "its secondary"}) {
            Path storage = kept.resolve(name);
            Commands.run("verify", storage.resolve("Data.fs"), "--blobs", storage.resolve("blobs"))
                    .expect(ExitCode.OK);
        }
        assertThat(Commands.run("dump", kept.resolve("primary/Data.fs")).out())
                .contains("persistent.mapping.PersistentMapping")
                .contains("ZODB.blob.Blob");
    }

    @Test
    void touchesNoDirectoryWithSomethingInIt() throws Exception {
        Path file = Files.createFile(directory.resolve("mine"));
        assertThat(Commands.run("demo", "--keep", directory)
                        .expect(ExitCode.CANNOT_OPEN)
                        .err())
                .isEqualTo("zrs: " + directory + " is not empty\n");
        assertThat(file).exists();
    }

    @Test
    void leavesNothingBehindWhenItIsStopped() {
        StopSignal stop = StopSignal.byRequest();
        stop.request();
        Commands.Result result = Commands.run(stop, Main.Terminals.NONE, "demo").expect(ExitCode.FINDINGS);
        assertThat(result.out()).contains("stopped").doesNotContain("identical.");
        assertThat(directoryIn(result)).doesNotExist();
    }

    private static Path directoryIn(Commands.Result result) {
        Matcher matcher = DIRECTORY.matcher(result.out());
        assertThat(matcher.find()).isTrue();
        return Path.of(matcher.group(1));
    }
}
