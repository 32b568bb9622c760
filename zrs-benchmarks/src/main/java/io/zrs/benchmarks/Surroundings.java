package io.zrs.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Where to measure: options that all commands have. */
final class Surroundings {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "Where to make and delete a directory with the data. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Path parent;

    @Option(
            names = "--jvm",
            paramLabel = "OPTION",
            description = "An option of the JVMs that are measured; as often as needed.")
    private List<String> jvmOptions = List.of();

    /** A new directory, which does not outlive this process. */
    Path temporaryDirectory() throws IOException {
        return Trees.temporary(parent);
    }

    List<String> jvmOptions() {
        return jvmOptions;
    }
}
