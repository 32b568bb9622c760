package io.zrs.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code zrs-lab/run soak}. */
@Timeout(120)
class SoakTest {
    @Test
    void agreesInTheEnd(@TempDir Path directory) {
        StringWriter out = new StringWriter();
        int status = LabMain.commandLine()
                .setOut(new PrintWriter(out))
                .execute(
                        "soak",
                        "--minutes=0.05",
                        "--seed=" + Long.getLong("zrs.seed", 1),
                        "--directory=" + directory,
                        "--",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // starts faster
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.zrs.server.Main");
        assertThat(status).as(out.toString()).isZero();
        assertThat(out.toString()).contains("everything agrees, three times verified");
    }
}
