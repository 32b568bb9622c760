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

/** {@code run walk}: how long it takes, and how much memory, to walk over a large tree. */
@Command(
        name = "walk",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Has a process with little memory walk over an OOBTree of a million text keys and integers, several times:"
                        + " all entries in order, all backwards, and as many keys looked up at random as there are buckets.")
final class WalkCommand implements Callable<Integer> {
    private static final double KIB = 1 << 10;
    private static final double GIGA = 1e9;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "128m",
            description = "The most heap of the process. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String heap;

    @Option(names = "--keys", defaultValue = "1000000", description = "Keys in the tree. Default: ${DEFAULT-VALUE}.")
    private int keyCount;

    @Option(names = "--rounds", defaultValue = "3", description = "How often. Default: ${DEFAULT-VALUE}.")
    private int roundCount;

    @Mixin
    private final Surroundings surroundings = new Surroundings();

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, PickleException {
        PrintWriter out = spec.commandLine().getOut();
        Path directory = surroundings.temporaryDirectory();
        StorageFiles files = new StorageFiles(directory);
        try (Storage storage = files.open()) {
            SampleTree.fill(storage, keyCount);
        }
        out.printf("%d keys, %d bytes of Data.fs%n%n", keyCount, Files.size(files.data()));
        out.println("| with -Xmx" + heap + " | s | keys/s |");
        out.println("| --- | ---: | ---: |");
        List<String> options = new ArrayList<>(surroundings.jvmOptions());
        options.add("-Xmx" + heap);
        try (ActorProcess walker = ActorProcess.start(options, "walker", directory.toString())) {
            for (int round = 0; round < roundCount; round++) {
                for (String way : List.of("forward", "backward", "random")) {
                    String[] answer = walker.ask(way, String.valueOf(keyCount)).split(" ", -1);
                    double seconds = Long.parseLong(answer[1]) / GIGA;
                    out.printf(
                            Locale.ROOT, "| %s | %.2f | %.0f |%n", way, seconds, Long.parseLong(answer[0]) / seconds);
                    out.flush();
                }
            }
            out.printf(
                    Locale.ROOT,
                    "%npeak memory of the process: %.0f MiB%n",
                    walker.usage().residentPeakKib() / KIB);
        }
        return 0;
    }
}
