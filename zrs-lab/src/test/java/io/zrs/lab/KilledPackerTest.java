package io.zrs.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code zrs-lab/run killed-packer}. */
@Timeout(120)
class KilledPackerTest {
    @Test
    void losesNothingWheneverItIsKilled(@TempDir Path directory) {
        StringWriter out = new StringWriter();
        int status = LabMain.commandLine()
                .setOut(new PrintWriter(out))
                .execute(
                        "killed-packer",
                        "--kills=3",
                        "--seed=" + Long.getLong("zrs.seed", 1),
                        "--directory=" + directory);
        assertThat(status).as(out.toString()).isZero();
        assertThat(out.toString()).contains("3 kills", "nothing lost, and no litter");
    }
}
