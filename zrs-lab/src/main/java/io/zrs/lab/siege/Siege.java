package io.zrs.lab.siege;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.google.common.base.Splitter;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Lets everything happen to a primary and its secondaries, as processes, and looks whether something is lost.
 *
 * <p>Run by the script {@code zrs-lab/run}: {@code zrs-lab/run siege --minutes 15}.
 */
@Command(
        name = "siege",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Kills, cuts off, promotes and fills the disks of a primary and its secondaries.",
        description = {
            "",
            "A process commits and serves what it commits; several 'zrs secondary' follow it, one through another one and one on a small disk that"
                    + " fills, and a Python secondary if there is one. All connections go through proxies that reset, close, stall, silence, delay, split and corrupt them;"
                    + " all processes are killed, suspended, ended and started again; now and then a secondary succeeds the primary. Whenever a process has ended its storage must be"
                    + " a prefix of what was committed, with each blob, and have all that it had before. In the end of each season all must agree, byte by byte unless the primary was packed,"
                    + " and 'zrs verify' must find nothing.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all of this is so", "1:it is not", "2:the command line is wrong"})
public final class Siege implements Callable<Integer> {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(Siege.class);
    private static final double SEASON_SECONDS_MAX = 120;
    private static final int SECONDS_PER_MINUTE = 60;

    @Option(
            names = "--minutes",
            defaultValue = "15",
            description =
                    "How long, in seasons of two minutes at most: without packs, with packs, by a Python primary, and again. Default:"
                            + " ${DEFAULT-VALUE}")
    private double minutes;

    @Option(names = "--seed", description = "Of what is done, as far as processes let it; printed if it is not given.")
    private @Nullable Long givenSeed;

    @Option(names = "--directory", description = "Where to put all files, empty; a temporary one if it is not given.")
    private @Nullable Path givenDirectory;

    @Option(
            names = "--python",
            paramLabel = "COMMAND",
            description = "A Python that has zc.zrs. Default: python3, if it has.")
    private @Nullable String givenPython;

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

    private final Tally tally = new Tally();

    /** For picocli. */
    public Siege() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        // It looks into files that are expected to end in pieces.
        ((Logger) LoggerFactory.getLogger("io.zrs")).setLevel(Level.ERROR);
        PrintWriter out = spec.commandLine().getOut();
        long seed = givenSeed == null ? new Random().nextInt(1_000_000) : givenSeed;
        Path directory =
                givenDirectory == null ? Files.createTempDirectory("siege") : Files.createDirectories(givenDirectory);
        for (String script : List.of(Commands.FOLLOWER, Commands.PRIMARY)) {
            Resources.asByteSource(Resources.getResource(Siege.class, script))
                    .copyTo(MoreFiles.asByteSink(directory.resolve(script)));
        }
        List<String> python = python(directory.resolve(Commands.FOLLOWER));
        out.println("seed " + seed + ", files in " + directory + ", "
                + (python.isEmpty() ? "no Python that has zc.zrs" : "with Python"));
        boolean isGood;
        try (Minutes written = Minutes.take(out, directory.resolve("minutes.log"))) {
            besiege(directory, new Commands(zrs, python, directory), new SplittableRandom(seed), written);
            tally.print(out);
            isGood = written.faultCount() == 0;
            out.println(isGood ? "nothing lost" : written.faultCount() + " FAULTS, files left in " + directory);
            out.flush();
        }
        if (isGood && givenDirectory == null) {
            MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        return isGood ? 0 : 1;
    }

    private void besiege(Path directory, Commands commands, SplittableRandom random, Minutes written)
            throws IOException, InterruptedException {
        double seconds = minutes * SECONDS_PER_MINUTE;
        List<Regime> regimes = commands.python().isEmpty()
                ? List.of(Regime.KEEPING, Regime.PACKING)
                : List.of(Regime.KEEPING, Regime.PACKING, Regime.PYTHON);
        int seasons = Math.max(regimes.size(), (int) Math.ceil(seconds / SEASON_SECONDS_MAX));
        try (Guard guard = Guard.start()) {
            for (int i = 0; i < seasons && written.faultCount() == 0; i++) {
                Regime regime = regimes.get(i % regimes.size());
                Path place = Files.createDirectory(directory.resolve("season-" + (i + 1)));
                written.announce("season " + (i + 1) + " of " + seasons + ", with " + regime);
                SplittableRandom own = random.split();
                try (Company company = Gathering.in(place, guard, commands, regime, own, written, tally)) {
                    endure(new Season(company, own, Math.round(seconds / seasons)), new Truce(company, place), written);
                    if (written.faultCount() > 0) {
                        company.rescue();
                    }
                }
            }
        }
    }

    /** What nobody has thought of is a fault too. */
    private static void endure(Season season, Truce truce, Minutes written) throws IOException, InterruptedException {
        try {
            season.run();
            if (written.faultCount() == 0) {
                truce.make();
            }
        } catch (RuntimeException | TimeoutException e) {
            LOG.error("it cannot go on", e);
            written.fault("it cannot go on: " + e);
        }
    }

    /** The command, if it can run the script; else nothing. */
    private List<String> python(Path script) throws InterruptedException {
        List<String> command = Splitter.on(' ').splitToList(givenPython == null ? "python3" : givenPython);
        List<String> attempt = new ArrayList<>(command);
        attempt.add(script.toString());
        try {
            int status = new ProcessBuilder(attempt)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (status == 0) {
                return command;
            }
        } catch (IOException e) {
            // It is not there.
        }
        if (givenPython != null) {
            throw new ParameterException(spec.commandLine(), "'" + givenPython + "' has no zc.zrs");
        }
        return List.of();
    }
}
