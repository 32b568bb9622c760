package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final StringWriter written = new StringWriter();
    private long nanos;

    @Test
    void writesALineOverOnATerminal() {
        Progress progress = new Progress(new PrintWriter(written), true, () -> nanos);
        progress.show("work", 1, 4000);
        assertThat(written.toString()).isEmpty();
        nanos = 300_000_000;
        progress.show("work", 1000, 4000);
        assertThat(written.toString()).isEqualTo("\r\033[Kwork: 25 % of 4.0 KB");
        progress.clear();
        assertThat(written.toString()).endsWith("KB\r\033[K");
    }

    @Test
    void writesAPlainLineNowAndThen() {
        Progress progress = new Progress(new PrintWriter(written), false, () -> nanos);
        for (int second = 0; second < 25; second++) {
            nanos = second * 1_000_000_000L;
            progress.show("work", second, 25);
        }
        progress.clear();
        assertThat(written.toString()).isEqualTo("work: 40 % of 25 B\nwork: 80 % of 25 B\n");
    }
}
