package io.zrs.lab.fuzz;

import com.google.common.hash.Hashing;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Jazzer on one target, in a process of its own.
 *
 * <p>Not only what a target throws is a finding: so are an input that takes 20 seconds, and one for which the heap is not large enough.
 *
 * @param target what is fuzzed
 * @param duration how long, not counting the start
 * @param corpus directory of inputs to begin with, which gets those that reach something new
 * @param findings directory for inputs that something is wrong with
 * @param seed of the mutations
 */
record FuzzRun(Fuzzed target, Duration duration, Path corpus, Path findings, int seed) {
    private static final String HEAP = "-Xmx512m";
    private static final int INPUT_SECONDS_MAX = 20;
    private static final int RSS_MEBIBYTES_MAX = 2_048;
    private static final int FINDINGS_MAX = 5;

    /**
     * Runs it.
     *
     * @param output gets each line that Jazzer prints
     */
    FuzzReport run(Consumer<String> output) throws IOException, InterruptedException {
        Files.createDirectories(corpus);
        Files.createDirectories(findings);
        addSeeds();
        Process process = new ProcessBuilder(command())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                output.accept(line);
            }
            process.waitFor();
        } finally {
            process.destroyForcibly();
        }
        return FuzzReport.parse(target, lines, found());
    }

    private List<Path> found() throws IOException {
        try (Stream<Path> files = Files.list(findings)) {
            return files.filter(file ->
                            file.getFileName().toString().matches("(crash|timeout|oom|leak|slow-unit)-[0-9a-f]{40}"))
                    .sorted()
                    .toList();
        }
    }

    private void addSeeds() throws IOException {
        for (byte[] input : target.seeds()) {
            // By name as Jazzer does it, so that there is nothing twice.
            @SuppressWarnings("deprecation")
            String name = Hashing.sha1().hashBytes(input).toString();
            Files.write(corpus.resolve(name), input);
        }
    }

    private List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-XX:-OmitStackTraceInFastThrow",
                "-Djdk.attach.allowAttachSelf=true", // or it starts another process to attach its agent
                "-XX:+EnableDynamicAgentLoading",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + JazzerEntry.class.getName(),
                "--target_args=" + target.name(),
                "--instrumentation_includes=io.zrs.**",
                "--instrumentation_excludes=io.zrs.golden.**:io.zrs.testing.**",
                "--custom_hook_includes=io.zrs.**",
                "--keep_going=" + FINDINGS_MAX,
                "--reproducer_path=" + findings.toAbsolutePath(),
                "-artifact_prefix=" + findings.toAbsolutePath() + "/",
                "-max_total_time=" + duration.toSeconds(),
                "-max_len=" + target.sizeMax(),
                "-timeout=" + INPUT_SECONDS_MAX,
                "-rss_limit_mb=" + RSS_MEBIBYTES_MAX,
                "-seed=" + seed,
                "-print_final_stats=1",
                corpus.toAbsolutePath().toString());
    }
}
