package io.zrs.benchmarks;

import io.zrs.benchmarks.Pipeline.Run;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code run catchup}: how fast a new secondary gets everything, compared with the raw pipeline. */
@Command(
        name = "catchup",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Measures how fast a secondary that has nothing catches up with its primary, in two processes over"
                    + " loopback, from connecting until all is durable; and how fast the same bytes go from a file"
                    + " through MD5, a socket and MD5 into a file, in two processes without any code of this project.",
            "The four processes live as long as the rounds of a data set, which alternate between the two; the first"
                    + " round, when everything is still to be compiled, is shown apart. Rates are those of the bytes"
                    + " on the wire: median, minimum and maximum. Where other programs disturb, the ratio of the best"
                    + " rounds says more than that of the medians. CPU seconds are those of sender and receiver."
        })
final class CatchUpCommand implements Callable<Integer> {
    private static final List<Shape> SHAPES = List.of(
            Shape.records("large", 16, 64 << 10), Shape.records("small", 10, 200), Shape.blobs("blobs", 1 << 20));
    private static final double SMALL_PART = 0.5;
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    @Option(
            names = "--size",
            paramLabel = "MIB",
            defaultValue = "1024",
            description = "Data of a set (small: half of it). Default: ${DEFAULT-VALUE}.")
    private int sizeMib;

    @Option(names = "--rounds", defaultValue = "5", description = "Rounds after the first. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--only", split = ",", description = "Some of large, small, blobs.")
    private List<String> only = List.of();

    @Mixin
    private final Surroundings surroundings = new Surroundings();

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "| data | wire MiB | ours MB/s | raw MB/s | ratio | of the best | first round | CPU s ours | CPU s raw |");
        out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        out.flush();
        for (Shape shape : SHAPES) {
            if (only.isEmpty() || only.contains(shape.name())) {
                out.println(measure(shape));
                out.flush();
            }
        }
        return 0;
    }

    private String measure(Shape shape) throws IOException {
        Path directory = surroundings.temporaryDirectory();
        StorageFiles files = new StorageFiles(directory.resolve("primary"));
        Path wire = directory.resolve("wire");
        double part = shape.name().equals("small") ? SMALL_PART : 1;
        Tid last = shape.fill(files, (long) (part * sizeMib * (1 << 20)));
        WireRecorder.record(files, wire);
        try (Pipeline ours = Pipeline.ours(files, surroundings.jvmOptions());
                Pipeline raw = Pipeline.raw(wire, surroundings.jvmOptions())) {
            for (int round = 0; round <= rounds; round++) {
                copyOurs(ours, files, last, directory.resolve("secondary"));
                copyRaw(raw, directory.resolve("raw"));
            }
            return row(shape, Files.size(wire), ours.runs(), raw.runs());
        } finally {
            Trees.delete(directory);
        }
    }

    private static void copyOurs(Pipeline pipeline, StorageFiles files, Tid last, Path target) throws IOException {
        pipeline.run(last.toHex(), target.toString());
        if (pipeline.runs().size() == 1) {
            Trees.checkSame(files, new StorageFiles(target));
        }
        Trees.delete(target);
    }

    private static void copyRaw(Pipeline pipeline, Path target) throws IOException {
        String answer = pipeline.run(target.toString());
        if (!answer.endsWith(pipeline.sender().ask("digest"))) {
            throw new IllegalStateException("the raw pipeline received something else than was sent");
        }
        Trees.delete(target);
    }

    private static String row(Shape shape, long size, List<Run> ours, List<Run> raw) {
        Spread oursRate = rate(size, ours);
        Spread rawRate = rate(size, raw);
        return String.format(
                Locale.ROOT,
                "| %s | %d | %s | %s | %.2f | %.2f | %.0f / %.0f | %s | %s |",
                shape.name(),
                size >> 20,
                oursRate,
                rawRate,
                oursRate.median() / rawRate.median(),
                oursRate.max() / rawRate.max(),
                rate(size, ours.get(0)),
                rate(size, raw.get(0)),
                cpu(ours),
                cpu(raw));
    }

    private static double rate(long size, Run run) {
        return size / MEGA / (run.nanos() / GIGA);
    }

    /** In MB/s, without the first run. */
    private static Spread rate(long size, List<Run> runs) {
        return Spread.of(runs.stream().skip(1).mapToDouble(run -> rate(size, run)));
    }

    /** Of sender and receiver. */
    private static String cpu(List<Run> runs) {
        return String.format(
                Locale.ROOT, "%.2f + %.2f", seconds(runs, Run::senderCpuNanos), seconds(runs, Run::receiverCpuNanos));
    }

    private static double seconds(List<Run> runs, ToLongFunction<Run> nanos) {
        return Spread.of(runs.stream().skip(1).mapToDouble(run -> nanos.applyAsLong(run) / GIGA))
                .median();
    }
}
