package io.zrs.lab;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.zrs.database.Connection;
import io.zrs.database.Database;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Kills a process that commits, undoes and packs, again and again, and looks whether its storage is still good.
 *
 * <p>Run by the script {@code zrs-lab/run}: {@code zrs-lab/run killed-packer --kills 100}.
 */
@Command(
        name = "killed-packer",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Kills a storage by SIGKILL at random moments of packing and undoing.",
        description = {
            "",
            "A process commits and undoes objects with blobs and packs meanwhile, all without end, until it is killed. After each kill the storage is opened: each commit that it was told of must be there, each blob"
                    + " must be the one of its record, and no file may lie about that nobody needs. Then comes the next process.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all of this is so", "1:it is not", "2:the command line is wrong"})
final class KilledPacker implements Callable<Integer> {
    private static final long DELAY_NANOS_MAX = 1_000_000_000;

    @Option(names = "--kills", defaultValue = "100", description = "How many. Default: ${DEFAULT-VALUE}")
    private int kills;

    @Option(names = "--seed", description = "Of what is written, and of moments; printed if it is not given.")
    private @Nullable Long givenSeed;

    @Option(names = "--directory", description = "Where to put all files, empty; a temporary one if it is not given.")
    private @Nullable Path givenDirectory;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final List<String> faults = new ArrayList<>();
    private final long[] values = new long[Journal.ENTRY_COUNT];
    private int commits;
    private int undos;
    private int packs;
    private int killsInPack;
    private int killsInCommit;
    private int killsWithNewFile;
    private int killsWithRemovedBlobs;

    KilledPacker() {}

    @Override
    public Integer call() throws IOException, InterruptedException, TimeoutException {
        // Damage is looked for here, and not what is usual after a crash.
        ((Logger) LoggerFactory.getLogger("io.zrs")).setLevel(Level.ERROR);
        PrintWriter out = spec.commandLine().getOut();
        long seed = givenSeed == null ? new Random().nextInt(1_000_000) : givenSeed;
        Path directory = givenDirectory == null
                ? Files.createTempDirectory("killed-packer")
                : Files.createDirectories(givenDirectory);
        out.println("seed " + seed + ", files in " + directory);
        Site site = new Site(Files.createDirectory(directory.resolve("site")));
        create(site);
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 1; i <= kills && faults.isEmpty(); i++) {
            Path log = directory.resolve("writer-" + i + ".log");
            runAndKill(site, log, random);
            Journal journal = Journal.read(log);
            judge(site, journal);
            for (String fault : faults) {
                out.println("FAULT after kill " + i + ": " + fault + ", see " + log);
            }
            out.flush();
        }
        print(out, site);
        if (faults.isEmpty() && givenDirectory == null) {
            MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        return faults.isEmpty() ? 0 : 1;
    }

    private static void create(Site site) throws IOException {
        try (Database database = Database.open(site.open(Clock.systemUTC()));
                Connection connection = database.open()) {
            Entries.create(connection, Journal.ENTRY_COUNT);
            connection.commit();
        }
    }

    private void runAndKill(Site site, Path log, SplittableRandom random)
            throws IOException, InterruptedException, TimeoutException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = List.of(
                java,
                "-XX:TieredStopAtLevel=1", // starts faster
                "-Dlogback.statusListenerClass=ch.qos.logback.core.status.NopStatusListener",
                "-cp",
                System.getProperty("java.class.path"),
                PackedWriter.class.getName());
        String seed = String.valueOf(random.nextLong(Long.MAX_VALUE));
        try (ZrsProcess process =
                ZrsProcess.start(command, log, site.directory().toString(), seed)) {
            process.awaitLine(Journal.FIRST_PACK);
            long start = System.nanoTime();
            long delay = random.nextLong(DELAY_NANOS_MAX);
            process.await(() -> System.nanoTime() - start >= delay);
            if (!process.kill()) {
                faults.add("the process ended by itself");
            }
        }
    }

    private void judge(Site site, Journal journal) throws IOException {
        commits += journal.commits();
        undos += journal.undos();
        packs += journal.packs();
        killsInPack += journal.isPacking() ? 1 : 0;
        killsInCommit += journal.isCommitting() ? 1 : 0;
        killsWithNewFile += Files.exists(site.directory().resolve("Data.fs.pack")) ? 1 : 0;
        killsWithRemovedBlobs += Files.exists(site.blobs().resolve(".removed")) ? 1 : 0;
        if (!journal.faults().isEmpty()) {
            faults.add("the process said " + journal.faults());
        }
        try (Database database = Database.open(site.open(Clock.systemUTC()));
                Connection connection = database.open()) {
            for (int key = 0; key < Journal.ENTRY_COUNT; key++) {
                long value = Entries.read(connection, key);
                Set<Long> allowed = journal.allowed(key, values[key]);
                if (!allowed.contains(value)) {
                    faults.add("entry " + key + " has the value " + value + ", none of " + allowed);
                }
                values[key] = value;
            }
        } catch (RuntimeException e) {
            faults.add("it cannot be read any more: " + e);
            return;
        }
        faults.addAll(site.litter());
    }

    private void print(PrintWriter out, Site site) throws IOException {
        out.printf(
                Locale.ROOT,
                "%d kills, %d of them in a pack, %d in a commit or undo, %d left a new file, %d a list of removed blobs%n",
                kills,
                killsInPack,
                killsInCommit,
                killsWithNewFile,
                killsWithRemovedBlobs);
        out.printf(
                Locale.ROOT,
                "%,d commits, %,d of them undos, %,d packs that ended; Data.fs %,d bytes%n",
                commits,
                undos,
                packs,
                site.size());
        out.println(faults.isEmpty() ? "nothing lost, and no litter" : faults.size() + " FAULTS");
        out.flush();
    }
}
