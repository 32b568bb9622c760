package io.zrs.server;

import io.zrs.filestorage.FileStorageFormat;
import io.zrs.secondary.Secondary;
import io.zrs.secondary.SecondarySettings;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zrs secondary}: follows a primary, and may be followed. */
@Command(
        name = "secondary",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Follows a primary into a Data.fs, and its blobs.",
        description = {
            "",
            "Copies what the primary has, Java's or Python's, then what is committed there, into FILE, which is made"
                    + " if it does not exist. An unfinished transaction at the end of FILE is dropped, for it comes"
                    + " again. When the connection is lost it is made again, at once and then after longer and longer"
                    + " delays, up to a minute. With --listen it is itself served to others.",
            "",
            "Give --blobs if the primary has blobs. While this runs, others can read FILE, and nobody can write to it."
                    + " Standard error is the log, with a line of status once a minute and at each change.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "Examples:",
            "  zrs secondary copy/Data.fs --blobs copy/blobs --from db1:8100",
            "  zrs secondary copy/Data.fs --from db1:8100 --listen :8100       (a chain)",
            "  zrs secondary copy/Data.fs --from db1:8100 --exit-when-idle 10 && backup copy"
        })
final class SecondaryCommand implements Callable<Integer>, Main.HasExitCodes {
    private static final Logger log = LoggerFactory.getLogger(SecondaryCommand.class);

    @Mixin
    private final StorageFiles files = new StorageFiles();

    @Option(
            names = "--from",
            paramLabel = "ADDRESS",
            required = true,
            converter = Address.Connecting.class,
            description = "The primary.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private SocketAddress from;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            converter = Address.Listening.class,
            description = "Where to serve others; prints a line 'listening on ADDRESS' to standard output.")
    private @Nullable SocketAddress listen;

    @Option(
            names = "--format",
            paramLabel = "fs21|fs30",
            description = "Format of a new FILE: of Python 2 or 3. Without it, the primary's.")
    private @Nullable FileStorageFormat format;

    @Option(
            names = "--keep-alive",
            paramLabel = "SECONDS",
            defaultValue = "0",
            description = "How often to send a sign of life, for what drops silent connections; 0 for never, which is"
                    + " the default: TCP's own is always on.")
    private int keepAliveSeconds;

    @Option(
            names = "--exit-when-idle",
            paramLabel = "SECONDS",
            description = "End when nothing new has come for so long: with 0 if all is on disk, with 7 if no connection"
                    + " has come about. If the connection ends before, this ends with 8, 9, 10 or 11; started again it"
                    + " goes on where it was.")
    private @Nullable Integer idleSeconds;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final StopSignal stop;

    SecondaryCommand(StopSignal stop) {
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
            ExitCode.NEVER_CONNECTED,
            ExitCode.CLOSED_BY_PRIMARY,
            ExitCode.DAMAGED_STREAM,
            ExitCode.REFUSED,
            ExitCode.CANNOT_STORE,
            ExitCode.INTERNAL
        };
    }

    @Override
    public Integer call() {
        check("--keep-alive", keepAliveSeconds, 0);
        check("--exit-when-idle", idleSeconds == null ? 1 : idleSeconds, 1);
        stop.listen();
        SecondarySettings settings = SecondarySettings.standard(new SplittableRandom())
                .withKeepAliveInterval(Duration.ofSeconds(keepAliveSeconds));
        Node.Following following = new Node.Following(from, settings);
        try (Node node = Node.start(files.openFollower(format), following, listen);
                Service service = Service.start(node, spec.commandLine().getOut())) {
            return run(service, node.secondary().orElseThrow()).number();
        }
    }

    private ExitCode run(Service service, Secondary secondary) {
        if (idleSeconds == null) {
            service.runUntil(stop);
            return ExitCode.OK;
        }
        IdleWatch watch = new IdleWatch(Duration.ofSeconds(idleSeconds), System.nanoTime());
        Optional<ExitCode> end = service.runUntil(stop, () -> watch.observe(secondary.status(), System.nanoTime()));
        end.ifPresent(code -> log.info("ending: {}", code));
        return end.orElse(ExitCode.OK);
    }

    private void check(String option, int value, int min) {
        if (value < min) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for option '" + option + "': " + value + " is less than " + min);
        }
    }
}
