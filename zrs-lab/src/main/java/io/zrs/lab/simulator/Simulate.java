package io.zrs.lab.simulator;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Simulates sites, one seed after the other.
 *
 * <p>Run by the script {@code zrs-lab/run}: {@code zrs-lab/run simulate --runs 100000}.
 */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        header = "Simulates primaries and followers on crashing disks and a bad network.",
        description = {
            "",
            "Each seed is one run in virtual time: a site whose machines lose power, are killed and stopped, whose disks fail and fill up, whose network cuts, stalls and corrupts; secondaries are promoted, old"
                    + " primaries come back. Nothing that was committed may be lost, nothing may appear that was not, and in the end all must agree.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all of this is so", "1:it is not", "2:the command line is wrong"})
public final class Simulate implements Callable<Integer> {
    private static final int VIOLATIONS_MAX = 5;
    private static final double NANOS_PER_SECOND = 1e9;

    @Option(names = "--runs", defaultValue = "1000", description = "How many. Default: ${DEFAULT-VALUE}")
    private long runs;

    @Option(names = "--seed", defaultValue = "1", description = "The first seed. Default: ${DEFAULT-VALUE}")
    private long firstSeed;

    @Option(
            names = "--threads",
            defaultValue = "2",
            description = "How many runs go on at once. Default: ${DEFAULT-VALUE}")
    private int threads;

    @Option(names = "--trace", description = "Print what happens in each run.")
    private boolean traced;

    @Option(names = "--logs", description = "Print what the engines log.")
    private boolean logs;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final Counts counts = new Counts();
    private final List<Long> violations = new ArrayList<>();
    private final AtomicLong next = new AtomicLong();
    private final AtomicBoolean enough = new AtomicBoolean();
    private long done;

    /** The command, to be filled from a command line. */
    public Simulate() {}

    @Override
    public Integer call() throws InterruptedException {
        ((Logger) LoggerFactory.getLogger("io.zrs")).setLevel(logs ? Level.DEBUG : Level.OFF);
        long start = System.nanoTime();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Thread worker = new Thread(() -> work(start), "simulator-" + i);
            worker.start();
            workers.add(worker);
        }
        for (Thread worker : workers) {
            worker.join();
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(counts);
        out.println(progress(start) + ", seeds from " + firstSeed + ", violations at " + violations);
        out.flush();
        return violations.isEmpty() ? 0 : 1;
    }

    private void work(long start) {
        for (long i = next.getAndIncrement(); i < runs && !enough.get(); i = next.getAndIncrement()) {
            Outcome outcome = SimulatedRun.run(firstSeed + i, UnaryOperator.identity(), traced);
            note(outcome, start);
        }
    }

    private synchronized void note(Outcome outcome, long start) {
        PrintWriter out = spec.commandLine().getOut();
        counts.add(outcome.counts());
        done++;
        if (traced) {
            out.println(outcome.trace());
        }
        if (outcome.violation() != null) {
            violations.add(outcome.seed());
            out.println("VIOLATION, replay by: simulate --runs 1 --trace --seed " + outcome.seed());
            out.println(outcome.violation());
            enough.set(violations.size() >= VIOLATIONS_MAX);
        } else if (done % 1000 == 0) {
            out.println(progress(start));
        }
        out.flush();
    }

    private String progress(long start) {
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        return String.format("%,d runs in %.1f s, %.0f a second", done, seconds, done / seconds);
    }
}
