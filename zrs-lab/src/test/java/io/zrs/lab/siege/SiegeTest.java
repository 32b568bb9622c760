package io.zrs.lab.siege;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The short form of {@code zrs-lab/run siege}. */
@Timeout(300)
class SiegeTest {
    @Test
    void losesNothing(@TempDir Path directory) {
        StringWriter out = new StringWriter();
        int status = new CommandLine(new Siege())
                .setOut(new PrintWriter(out))
                .execute(
                        "--minutes=0.2",
                        "--seed=" + Long.getLong("zrs.seed", 1),
                        "--directory=" + directory,
                        "--",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1", // starts faster
                        "-Dlogback.configurationFile=logback.xml", // what it logs is looked at
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.zrs.server.Main");
        assertThat(status).as(out.toString()).isZero();
        assertThat(out.toString()).contains("season 2 of 2, with packs", "promotions", "nothing lost");
    }
}
