package io.zrs.server;

import java.net.SocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zrs primary}: serves a storage. */
@Command(
        name = "primary",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Serves a Data.fs, and its blobs, to secondaries.",
        description = {
            "",
            "Opens FILE, which must exist, for writing, so that nobody else writes to it; serves its transactions to"
                    + " any number of secondaries, Java's and Python's; runs until SIGTERM or SIGINT, then sends them"
                    + " what they do not have yet.",
            "",
            "Prints a line 'listening on ADDRESS' to standard output when secondaries can connect. Standard error is"
                    + " the log, with a line of status once a minute and at each change.",
            "",
            "A secondary that is ahead of this primary, or has another history, is refused; the log says so.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "Examples:",
            "  zrs primary /srv/zodb/Data.fs --blobs /srv/zodb/blobs --listen :8100",
            "  zrs primary Data.fs --listen 127.0.0.1:0       (a port that is free)",
            "  zrs primary Data.fs --listen /run/zrs.sock     (a Unix socket)"
        })
final class PrimaryCommand implements Callable<Integer>, Main.HasExitCodes {
    @Mixin
    private final StorageFiles files = new StorageFiles();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            required = true,
            converter = Address.Listening.class,
            description = "Where to serve; with port 0 one that is free.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private SocketAddress listen;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final StopSignal stop;

    PrimaryCommand(StopSignal stop) {
        this.stop = stop;
    }

    @Override
    public ExitCode[] exitCodes() {
        return new ExitCode[] {
            ExitCode.OK,
            ExitCode.USAGE,
            ExitCode.CANNOT_OPEN,
            ExitCode.LOCKED,
            ExitCode.DAMAGED_FILE,
            ExitCode.CANNOT_LISTEN,
            ExitCode.INTERNAL
        };
    }

    @Override
    public Integer call() {
        stop.listen();
        try (Node node = Node.start(files.openExisting(), null, listen);
                Service service = Service.start(node, spec.commandLine().getOut())) {
            service.runUntil(stop);
        }
        return ExitCode.OK.number();
    }
}
