package io.zrs.lab;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.zrs.lab.Site.Content;
import io.zrs.storage.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Kills a secondary again and again while it catches up, and looks whether it comes to hold what its primary holds.
 *
 * <p>Run by the script {@code zrs-lab/run}: {@code zrs-lab/run killed-secondary --kills 50}.
 */
@Command(
        name = "killed-secondary",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Kills a secondary by SIGKILL at random moments of its catching up.",
        description = {
            "",
            "Makes a database with blobs, serves it by 'zrs primary', follows it by 'zrs secondary', kills that, starts"
                    + " it again, and so on. After each kill its Data.fs must begin as the primary's and hold no less"
                    + " than before; each restart must continue where the last one ended; in the end all must be there,"
                    + " the same in each byte, and nothing else.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all of this is so", "1:it is not", "2:the command line is wrong"})
final class KilledSecondary implements Callable<Integer> {
    private static final Pattern LISTENING = Pattern.compile("(?m)^listening on (\\S+)$");

    @Option(names = "--kills", defaultValue = "50", description = "How many. Default: ${DEFAULT-VALUE}")
    private int kills;

    @Option(
            names = "--transactions",
            defaultValue = "8000",
            description = "Size of the database, 90 kB for each on average. Default: ${DEFAULT-VALUE}")
    private int transactions;

    @Option(names = "--seed", description = "Of database and moments; printed if it is not given.")
    private @Nullable Long givenSeed;

    @Option(names = "--directory", description = "Where to put all files, empty; a temporary one if it is not given.")
    private @Nullable Path givenDirectory;

    @Parameters(
            paramLabel = "ZRS",
            arity = "1..*",
            defaultValue = "${sys:zrs}",
            description = "The command that runs zrs.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private List<String> zrs;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    KilledSecondary() {}

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        // It looks into files that are expected to end in pieces.
        ((Logger) LoggerFactory.getLogger("io.zrs")).setLevel(Level.ERROR);
        PrintWriter out = spec.commandLine().getOut();
        long seed = givenSeed == null ? new Random().nextInt(1_000_000) : givenSeed;
        Path directory = givenDirectory == null
                ? Files.createTempDirectory("killed-secondary")
                : Files.createDirectories(givenDirectory);
        out.println("seed " + seed + ", files in " + directory);
        Site original = generate(Files.createDirectory(directory.resolve("primary")), seed);
        Site copy = new Site(Files.createDirectory(directory.resolve("secondary")));
        KillReport report = new KillReport(out, original.content());
        try (ZrsProcess primary = startPrimary(original, directory.resolve("primary.log"))) {
            FollowerRuns runs = new FollowerRuns(zrs, primary.awaitLine(LISTENING), original, copy, report);
            killAll(runs, new SplittableRandom(seed), report);
            runs.finish();
            if (primary.stop() != 0) {
                report.fault("the primary did not end in order, see " + directory.resolve("primary.log"));
            }
        }
        copy.faults(original).forEach(report::fault);
        boolean isGood = report.print(transactions, original, copy);
        if (isGood && givenDirectory == null) {
            MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        return isGood ? 0 : 1;
    }

    private Site generate(Path directory, long seed) throws IOException {
        Site site = new Site(directory);
        try (Storage storage = site.open()) {
            Workload workload = new Workload(storage, new SplittableRandom(seed));
            for (int i = 0; i < transactions; i++) {
                workload.commit();
            }
        }
        return site;
    }

    private ZrsProcess startPrimary(Site site, Path log) throws IOException {
        return ZrsProcess.start(
                zrs,
                log,
                "primary",
                site.file().toString(),
                "--blobs",
                site.blobs().toString(),
                "--listen",
                "127.0.0.1:0");
    }

    private void killAll(FollowerRuns runs, SplittableRandom random, KillReport report)
            throws IOException, InterruptedException, TimeoutException {
        for (int i = 0; i < kills; i++) {
            Content before = runs.content();
            runs.runAndKill(KillMoment.random(random, before.size(), report.end(), kills - i));
        }
    }
}
