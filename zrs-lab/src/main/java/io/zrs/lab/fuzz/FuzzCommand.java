package io.zrs.lab.fuzz;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fuzzes for a while: {@code zrs-lab/run fuzz pickle --minutes 20}. */
@Command(
        name = "fuzz",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Gives bytes from anywhere to whatever reads bytes.",
        description = {
            "",
            "Jazzer mutates inputs that are cut out of the golden data, and keeps those that reach something new in our code. What is thrown and not documented, what contradicts itself, takes 20 seconds or"
                    + " does not fit into 512 MiB is a finding. Its input is left in the directory of findings; copied to src/test/resources/io/zrs/lab/fuzz/TARGET it is a test.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:nothing found", "1:something found", "2:the command line is wrong"})
public final class FuzzCommand implements Callable<Integer> {
    private static final String ALL = "all";

    @Parameters(
            paramLabel = "TARGET",
            description = "pickle, record, merge, message, stream, secondary-bytes, log, index, blobs; or all,"
                    + " one after the other.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String target;

    @Option(
            names = "--minutes",
            defaultValue = "20",
            description = "For each target; may be a fraction. Default: ${DEFAULT-VALUE}")
    private double minutes;

    @Option(names = "--seed", description = "Of the mutations; printed if it is not given.")
    private @Nullable Integer givenSeed;

    @Option(
            names = "--corpus",
            description = "Where to keep inputs, in a directory for each target; a temporary one if it is not given.")
    private @Nullable Path givenCorpus;

    @Option(
            names = "--findings",
            description =
                    "Where to leave findings, in a directory for each target; a temporary one if it is not given.")
    private @Nullable Path givenFindings;

    @Option(names = "--verbose", description = "Print what Jazzer prints.")
    private boolean verbose;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /** For picocli. */
    public FuzzCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Fuzzed> targets = targets();
        PrintWriter out = spec.commandLine().getOut();
        int seed = givenSeed == null ? 1 + new Random().nextInt(1_000_000) : givenSeed;
        Path corpus = givenCorpus == null ? Files.createTempDirectory("fuzz-corpus") : givenCorpus;
        Path findings = givenFindings == null ? Files.createTempDirectory("fuzz-findings") : givenFindings;
        out.println("seed " + seed + ", findings in " + findings);
        out.flush();
        List<FuzzReport> reports = new ArrayList<>();
        for (Fuzzed each : targets) {
            FuzzRun run = new FuzzRun(
                    each,
                    Duration.ofSeconds(Math.round(60 * minutes)),
                    corpus.resolve(each.id()),
                    findings.resolve(each.id()),
                    seed);
            reports.add(run.run(line -> {
                if (verbose) {
                    out.println(line);
                    out.flush();
                }
            }));
            print(out, reports.get(reports.size() - 1));
        }
        if (givenCorpus == null) {
            MoreFiles.deleteRecursively(corpus, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        boolean good = reports.stream()
                .allMatch(report -> report.complete() && report.findings().isEmpty());
        return good ? 0 : 1;
    }

    private List<Fuzzed> targets() {
        if (target.equals(ALL)) {
            return List.of(Fuzzed.values());
        }
        return List.of(Arrays.stream(Fuzzed.values())
                .filter(each -> each.id().equals(target))
                .findFirst()
                .orElseThrow(() -> new ParameterException(spec.commandLine(), "There is no target " + target)));
    }

    private static void print(PrintWriter out, FuzzReport report) {
        out.println(report.text());
        report.symptoms().forEach(symptom -> out.println("  FINDING: " + symptom));
        report.findings().forEach(file -> out.println("  input: " + file));
        if (!report.complete()) {
            out.println("  FAILED: Jazzer did not run to its end; --verbose shows what it says");
        }
        out.flush();
    }
}
