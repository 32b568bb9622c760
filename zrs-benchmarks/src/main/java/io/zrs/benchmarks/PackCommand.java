package io.zrs.benchmarks;

import io.zrs.pickle.PickleException;
import io.zrs.storage.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
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

/** {@code run pack}: how long a pack takes, and how much memory. */
@Command(
        name = "pack",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Makes a file of many mappings, of which some were changed and some are garbage, and has a process pack it"
                        + " up to its last transaction; then another program, which must come to the same file.")
final class PackCommand implements Callable<Integer> {
    private static final double MIB = 1 << 20;
    private static final double KIB = 1 << 10;
    private static final double GIGA = 1e9;

    @Option(names = "--objects", defaultValue = "5000000", description = "Mappings in it. Default: ${DEFAULT-VALUE}.")
    private int objectCount;

    @Option(names = "--payload", defaultValue = "250", description = "Bytes in each. Default: ${DEFAULT-VALUE}.")
    private int payload;

    @Option(
            names = "--other",
            paramLabel = "WORD",
            description =
                    "A word of the command that packs a second copy, the name of which is added; as often as needed.")
    private List<String> other = List.of();

    @Mixin
    private final Surroundings surroundings = new Surroundings();

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, PickleException {
        PrintWriter out = spec.commandLine().getOut();
        Path directory = surroundings.temporaryDirectory();
        StorageFiles ours = new StorageFiles(directory.resolve("ours"));
        StorageFiles theirs = new StorageFiles(directory.resolve("theirs"));
        try (Storage storage = ours.open()) {
            PackedSample.fill(storage, objectCount, payload);
            out.printf("%d objects, %.0f MiB of Data.fs%n%n", storage.objectCount(), storage.sizeInBytes() / MIB);
        }
        if (!other.isEmpty()) {
            Trees.copy(ours.directory(), theirs.directory());
        }
        out.println("| packed by | s | peak MiB | MiB left |");
        out.println("| --- | ---: | ---: | ---: |");
        show(out, "ours", command(), ours.data());
        if (!other.isEmpty()) {
            show(out, "the other", other, theirs.data());
            long mismatch = Files.mismatch(ours.data(), theirs.data());
            if (mismatch >= 0) {
                throw new IOException("the files differ at byte " + mismatch);
            }
            out.println("\nThe files are the same.");
        }
        return 0;
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(surroundings.jvmOptions());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Packer.class.getName()));
        return command;
    }

    private static void show(PrintWriter out, String name, List<String> command, Path file) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.add(file.toString());
        MeasuredProcess run = MeasuredProcess.run(words);
        out.printf(
                Locale.ROOT,
                "| %s | %.1f | %.0f | %.0f |%n",
                name,
                run.nanos() / GIGA,
                run.residentPeakKib() / KIB,
                Files.size(file) / MIB);
        out.flush();
    }
}
