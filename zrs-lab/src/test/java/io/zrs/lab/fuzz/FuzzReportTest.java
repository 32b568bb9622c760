package io.zrs.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class FuzzReportTest {
    @Test
    void countsWhatJazzerPrints() {
        FuzzReport report = FuzzReport.parse(
                Fuzzed.PICKLE,
                List.of(
                        "#2\tINITED cov: 20 ft: 30 corp: 1/1b exec/s: 0 rss: 90Mb",
                        "#17042\tNEW    cov: 1405 ft: 6866 corp: 743/92Kb lim: 131 exec/s: 7843 rss: 456Mb L: 7/9 MS: 1",
                        "Done 196523 runs in 12 second(s)",
                        "stat::number_of_executed_units: 196523"),
                List.of());
        assertThat(report)
                .isEqualTo(new FuzzReport(Fuzzed.PICKLE, 196_523, 1_405, 6_866, 743, List.of(), List.of(), true));
    }

    @Test
    void tellsWhatIsWrong() {
        List<Path> findings = List.of(Path.of("crash-0"));
        FuzzReport report = FuzzReport.parse(
                Fuzzed.LOG,
                List.of(
                        "== Java Exception: java.lang.AssertionError: lost",
                        "\tat io.zrs.lab.fuzz.Check.that(Check.java:15)",
                        "== Java Exception: java.lang.AssertionError: lost",
                        "==7== ERROR: libFuzzer: timeout after 21 seconds"),
                findings);
        assertThat(report.symptoms())
                .containsExactly(
                        "== Java Exception: java.lang.AssertionError: lost",
                        "==7== ERROR: libFuzzer: timeout after 21 seconds");
        assertThat(report.complete()).isTrue();
    }

    @Test
    void noticesThatJazzerDidNotRun() {
        assertThat(FuzzReport.parse(Fuzzed.LOG, List.of("Error: Could not find or load main class"), List.of())
                        .complete())
                .isFalse();
    }
}
