package io.zrs.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zrs demo}: shows replication at work. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Shows a primary, a secondary, and a secondary of that at work.",
        description = {
            "",
            "Takes about ten seconds, and needs nothing: makes three storages in a temporary directory, connects them"
                    + " over TCP at ports that are free, commits transactions with objects and blobs at the primary,"
                    + " breaks the connection in the middle, and in the end compares all bytes.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {"", "Example:", "  zrs demo --keep /tmp/demo && zrs dump '/tmp/demo/its secondary/Data.fs'"})
final class DemoCommand implements Callable<Integer>, Main.HasExitCodes {
    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "Make the files in DIR, which is new or empty, and leave them.")
    private @Nullable Path kept;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final StopSignal stop;
    private final boolean isTerminal;
    private final Demo.Plan plan;

    DemoCommand(StopSignal stop, boolean isTerminal, Demo.Plan plan) {
        this.stop = stop;
        this.isTerminal = isTerminal;
        this.plan = plan;
    }

    @Override
    public ExitCode[] exitCodes() {
        return new ExitCode[] {ExitCode.OK, ExitCode.FINDINGS, ExitCode.USAGE, ExitCode.CANNOT_OPEN, ExitCode.INTERNAL};
    }

    @Override
    public Integer call() throws IOException {
        Logger log = (Logger) LoggerFactory.getLogger("io.zrs");
        Level levelBefore = log.getLevel();
        if (!log.isDebugEnabled()) {
            log.setLevel(Level.ERROR); // the table says it, and would be torn apart
        }
        stop.listen();
        try {
            boolean isProven = kept == null ? runInTemporaryDirectory() : run(emptyDirectory(kept));
            return (isProven ? ExitCode.OK : ExitCode.FINDINGS).number();
        } finally {
            log.setLevel(levelBefore);
        }
    }

    private boolean runInTemporaryDirectory() throws IOException {
        Path directory = Files.createTempDirectory("zrs-demo");
        try {
            return run(directory);
        } finally {
            MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
        }
    }

    private boolean run(Path directory) throws IOException {
        DemoTable table = new DemoTable(spec.commandLine().getOut(), isTerminal, System::nanoTime);
        return new Demo(directory, plan, table, stop).run();
    }

    private static Path emptyDirectory(Path directory) throws IOException {
        Files.createDirectories(directory);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            if (entries.iterator().hasNext()) {
                throw new CommandFailure(ExitCode.CANNOT_OPEN, directory + " is not empty");
            }
        }
        return directory;
    }
}
