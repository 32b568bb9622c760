package io.zrs.lab;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.zrs.database.Connection;
import io.zrs.database.Database;
import io.zrs.database.Length;
import io.zrs.pickle.PickleException;
import io.zrs.primary.Primary;
import io.zrs.primary.PrimarySettings;
import io.zrs.reactor.NioReactor;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Many committers, followers and packs at once, for a while; then everything must agree.
 *
 * <p>Run by the script {@code zrs-lab/run}: {@code zrs-lab/run soak --minutes 10}.
 */
@Command(
        name = "soak",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Commits, undoes, packs and follows for a while, all at once.",
        description = {
            "",
            "Committers change objects of their own and of all, with blobs, conflicts and undo; two secondaries follow over sockets; all three storages are packed all the time. In the end"
                    + " everything that was committed and not undone must be there, the followers must have each object that can be reached just as the primary has it, and 'zrs verify' must find no fault in"
                    + " any of the three.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all of this is so", "1:it is not", "2:the command line is wrong"})
final class Soak implements Callable<Integer> {
    private static final long CATCH_UP_SECONDS_MAX = 300;
    private static final long LOOK_NANOS = 1_000_000;

    @Option(names = "--minutes", defaultValue = "10", description = "How long. Default: ${DEFAULT-VALUE}")
    private double minutes;

    @Option(names = "--committers", defaultValue = "8", description = "How many. Default: ${DEFAULT-VALUE}")
    private int committerCount;

    @Option(names = "--seed", description = "Of what is done; printed if it is not given.")
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

    private final List<String> faults = new ArrayList<>();

    Soak() {}

    @Override
    public Integer call()
            throws IOException, InterruptedException, ExecutionException, TimeoutException, PickleException {
        ((Logger) LoggerFactory.getLogger("io.zrs")).setLevel(Level.ERROR);
        PrintWriter out = spec.commandLine().getOut();
        long seed = givenSeed == null ? new Random().nextInt(1_000_000) : givenSeed;
        Path directory =
                givenDirectory == null ? Files.createTempDirectory("soak") : Files.createDirectories(givenDirectory);
        out.println("seed " + seed + ", files in " + directory);
        out.flush();
        List<Site> sites = new ArrayList<>();
        for (String name : List.of("primary", "east", "west")) {
            sites.add(new Site(Files.createDirectory(directory.resolve(name))));
        }
        soak(sites, new SplittableRandom(seed), out);
        compare(sites, out);
        for (Site site : sites) {
            verify(site);
            faults.addAll(site.litter());
        }
        faults.forEach(fault -> out.println("FAULT: " + fault));
        out.println(faults.isEmpty() ? "everything agrees, three times verified" : faults.size() + " FAULTS");
        out.flush();
        if (faults.isEmpty() && givenDirectory == null) {
            MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
        }
        return faults.isEmpty() ? 0 : 1;
    }

    private void soak(List<Site> sites, SplittableRandom random, PrintWriter out)
            throws IOException, InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newCachedThreadPool();
        try (NioReactor reactor = NioReactor.start();
                Database database = Database.open(sites.get(0).open(Clock.systemUTC()))) {
            Primary primary =
                    Primary.start(database.storage(), anyPort(), reactor, threads, PrimarySettings.defaults());
            try (Secondary east = follow(primary, sites.get(1), reactor, threads);
                    Secondary west = follow(primary, sites.get(2), reactor, threads)) {
                work(database, List.of(east, west), threads, random, out);
                for (Secondary follower : List.of(east, west)) {
                    awaitCatchUp(follower, database.storage().lastTransaction());
                }
            }
            primary.close(Duration.ZERO).get();
        } finally {
            threads.shutdown();
            threads.awaitTermination(1, TimeUnit.MINUTES);
        }
    }

    private void work(
            Database database,
            List<Storage> followers,
            ExecutorService threads,
            SplittableRandom random,
            PrintWriter out)
            throws IOException, InterruptedException, ExecutionException {
        try (Connection connection = database.open()) {
            SoakCommitter.create(connection, committerCount);
            connection.commit();
            long start = System.nanoTime();
            long nanos = (long) (minutes * TimeUnit.MINUTES.toNanos(1));
            BooleanSupplier goesOn = () -> System.nanoTime() - start < nanos;
            Future<SoakPacks> packs =
                    threads.submit(new SoakPacks(database.storage(), followers, random.split(), goesOn));
            List<Future<SoakCommitter>> running = new ArrayList<>();
            for (int key = 0; key < committerCount; key++) {
                running.add(threads.submit(new SoakCommitter(database, key, random.split(), goesOn)));
            }
            List<SoakCommitter> committers = new ArrayList<>();
            for (Future<SoakCommitter> each : running) {
                committers.add(each.get());
            }
            out.printf(
                    Locale.ROOT,
                    "%,d commits, %,d conflicts, %,d undos and %,d refused, %,d packs%n",
                    committers.stream().mapToLong(SoakCommitter::commits).sum(),
                    committers.stream().mapToLong(SoakCommitter::conflicts).sum(),
                    committers.stream().mapToLong(SoakCommitter::undos).sum(),
                    committers.stream().mapToLong(SoakCommitter::refusedUndos).sum(),
                    packs.get().packs());
            connection.sync();
            check(connection, committers);
        }
    }

    private void check(Connection connection, List<SoakCommitter> committers) throws IOException {
        long expected = committers.stream().mapToLong(SoakCommitter::counted).sum();
        long found = connection.root().get(SoakCommitter.COUNTER, Length.class).get();
        if (found != expected) {
            faults.add("the counter is " + found + ", not " + expected);
        }
        for (SoakCommitter committer : committers) {
            faults.addAll(committer.faults(connection));
        }
    }

    /** Of what was closed and opened again. */
    private void compare(List<Site> sites, PrintWriter out) throws IOException, PickleException {
        try (Storage primary = sites.get(0).open(Clock.systemUTC());
                Storage east = sites.get(1).open(Clock.systemUTC());
                Storage west = sites.get(2).open(Clock.systemUTC())) {
            Reachable reachable = Reachable.of(primary);
            for (Storage follower : List.of(east, west)) {
                if (!follower.lastTransaction().equals(primary.lastTransaction())) {
                    faults.add(follower.name() + " ends with " + follower.lastTransaction() + ", not "
                            + primary.lastTransaction());
                }
                reachable.compare(follower, faults);
            }
            out.printf(
                    Locale.ROOT,
                    "%,d objects to be reached of %,d, %,d and %,d; Data.fs %,d, %,d and %,d bytes%n",
                    reachable.size(),
                    primary.objectCount(),
                    east.objectCount(),
                    west.objectCount(),
                    primary.sizeInBytes(),
                    east.sizeInBytes(),
                    west.sizeInBytes());
        }
    }

    private void verify(Site site) throws IOException, InterruptedException, TimeoutException {
        Path log = site.directory().resolveSibling(site.directory().getFileName() + "-verify.log");
        try (ZrsProcess process = ZrsProcess.start(
                zrs,
                log,
                "verify",
                site.file().toString(),
                "--blobs",
                site.blobs().toString())) {
            int status = process.awaitEnd();
            if (status != 0) {
                faults.add("'zrs verify' ended with status " + status + ", see " + log);
            }
        }
    }

    private static Secondary follow(Primary primary, Site site, NioReactor reactor, ExecutorService threads) {
        return Secondary.start(
                site.open(Clock.systemUTC()),
                primary.address(),
                reactor,
                threads,
                SecondarySettings.standard(new Random()));
    }

    private void awaitCatchUp(Secondary follower, Tid last) {
        long start = System.nanoTime();
        while (follower.lastTransaction().compareTo(last) < 0) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(CATCH_UP_SECONDS_MAX)) {
                faults.add(follower.name() + " does not catch up: " + follower.status());
                return;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
