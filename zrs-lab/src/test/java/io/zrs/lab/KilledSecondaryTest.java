package io.zrs.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code zrs-lab/run killed-secondary}. */
@Timeout(120)
class KilledSecondaryTest {
    @Test
    void endsIdenticalWhateverWasKilled(@TempDir Path directory) {
        StringWriter out = new StringWriter();
        int status = LabMain.commandLine()
                .setOut(new PrintWriter(out))
                .execute(
                        "killed-secondary",
                        "--kills=2",
                        "--transactions=200",
                        "--seed=" + Long.getLong("zrs.seed", 3),
                        "--directory=" + directory,
                        "--",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // starts faster
                        "-Dlogback.configurationFile=logback.xml", // it looks for what the program logs
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.zrs.server.Main");
        assertThat(status).as(out.toString()).isZero();
        assertThat(out.toString()).contains("2 kills at", "identical, and no litter");
    }
}
