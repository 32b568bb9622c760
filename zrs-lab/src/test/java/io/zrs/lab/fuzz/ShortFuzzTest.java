package io.zrs.lab.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Fuzzes each target for a moment: that it can be done, and that what is easily found is found. */
class ShortFuzzTest {
    private static final int SEED = 1;

    private final ExecutorService twoAtATime = Executors.newFixedThreadPool(2);
    private final List<String> output = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    private Path directory;

    @AfterEach
    void stop() {
        twoAtATime.shutdownNow();
    }

    @TestFactory
    Stream<DynamicTest> findsNothing() {
        Map<Fuzzed, Future<FuzzReport>> reports = new EnumMap<>(Fuzzed.class);
        for (Fuzzed target : Fuzzed.values()) {
            reports.put(target, twoAtATime.submit(() -> fuzz(target)));
        }
        return reports.entrySet().stream()
                .map(report -> dynamicTest(
                        report.getKey().id(), () -> check(report.getValue().get())));
    }

    private FuzzReport fuzz(Fuzzed target) throws IOException, InterruptedException {
        Path of = directory.resolve(target.id());
        return new FuzzRun(target, Duration.ofSeconds(2), of.resolve("corpus"), of.resolve("findings"), SEED)
                .run(output::add);
    }

    private void check(FuzzReport report) {
        assumeFalse(
                output.stream().anyMatch(line -> line.contains("UnsatisfiedLinkError")),
                "Jazzer has no native part for this platform");
        assertThat(report.symptoms())
                .as("target %s, seed %s", report.target(), SEED)
                .isEmpty();
        assertThat(report.complete()).as(report.text()).isTrue();
        assertThat(report.executions()).as(report.text()).isGreaterThan(10);
        assertThat(report.edges()).as(report.text()).isGreaterThan(100);
    }
}
