package io.zrs.benchmarks;

import io.zrs.storage.Tid;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code run memory}: how much memory a primary and a secondary need for large things. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Has a primary and a secondary, two processes with -Xmx64m, replicate a blob of 2 GiB, a transaction of"
                        + " 1 GiB in records of 4 KiB, and 1 GiB of small transactions to a secondary that has the 64 MiB before;"
                        + " shows the most memory that each process ever had, and checks that the files are the same.")
final class MemoryCommand implements Callable<Integer> {
    private static final long GIB = 1L << 30;
    private static final double MIB = 1 << 20;
    private static final double KIB = 1 << 10;
    private static final double GIGA = 1e9;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "64m",
            description = "The most heap of each process. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String heap;

    @Option(names = "--scale", defaultValue = "1", description = "Factor of all sizes, to try this out.")
    private double scale;

    @Mixin
    private final Surroundings surroundings = new Surroundings();

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println("| replicated with -Xmx" + heap + " | MiB | s | primary's peak MiB | secondary's peak MiB |");
        out.println("| --- | ---: | ---: | ---: | ---: |");
        show(out, Shape.blobs("one blob", (long) (scale * 2 * GIB)), 0);
        show(out, Shape.records("one transaction", (int) (scale * GIB / 4096), 4096), 0);
        show(out, Shape.records("backlog", 16, 4096), (long) (scale * GIB / 16));
        return 0;
    }

    /** Replicates what comes after the first {@code before} bytes. */
    private void show(PrintWriter out, Shape shape, long before) throws IOException {
        Path directory = surroundings.temporaryDirectory();
        StorageFiles files = new StorageFiles(directory.resolve("primary"));
        StorageFiles target = new StorageFiles(directory.resolve("secondary"));
        if (before > 0) {
            shape.fill(files, before);
            Trees.copy(files.directory(), target.directory());
        }
        long size = before == 0 ? shape.transactionSize() : (long) (scale * GIB);
        Tid last = shape.fill(files, size);
        List<String> options = new ArrayList<>(surroundings.jvmOptions());
        options.add("-Xmx" + heap);
        try (Pipeline pipeline = Pipeline.ours(files, options)) {
            pipeline.run(last.toHex(), target.directory().toString());
            Trees.checkSame(files, target);
            out.printf(
                    Locale.ROOT,
                    "| %s | %.0f | %.1f | %.0f | %.0f |%n",
                    shape.name(),
                    size / MIB,
                    pipeline.runs().get(0).nanos() / GIGA,
                    pipeline.sender().usage().residentPeakKib() / KIB,
                    pipeline.receiver().usage().residentPeakKib() / KIB);
            out.flush();
        } finally {
            Trees.delete(directory);
        }
    }
}
