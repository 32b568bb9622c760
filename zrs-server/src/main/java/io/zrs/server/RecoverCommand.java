package io.zrs.server;

import io.zrs.filestorage.FileStorageFormat;
import io.zrs.filestorage.FileStorageRecovery;
import io.zrs.filestorage.FileStorageRecovery.Damaged;
import io.zrs.filestorage.FileStorageRecovery.Summary;
import io.zrs.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zrs recover}: copies what can be read out of a damaged file. */
@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Copies what can be read out of a damaged Data.fs.",
        description = {
            "",
            "Reads IN from front to back and writes each transaction that is whole to OUT, a new file. Behind damage it"
                    + " goes on at the next transaction that it can find. Lists what could not be had (lost), what was"
                    + " odd (notes), and ends with a summary. IN is not changed; nothing else may change it meanwhile.",
            "",
            "A Data.fs has no checksums, so wrong bytes within an object are copied as they are: look with zrs verify"
                    + " OUT afterwards. Blobs lie beside the file, and need no recovery; zrs verify OUT --blobs DIR tells"
                    + " which of them have lost their transaction.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "Fields of --json: kind (lost, note), file, offset; of what is lost also end (offset of the first byte behind",
            "it), tid and oid where they are known, reason; of notes text; and in the last line kind (summary), transactions,",
            "records, last_tid, losses, lost_bytes, notes.",
            "",
            "Example:",
            "  zrs recover damaged/Data.fs recovered/Data.fs"
        })
final class RecoverCommand implements Callable<Integer>, Main.HasExitCodes {
    @Parameters(index = "0", paramLabel = "IN", description = "The damaged Data.fs.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "The file to make; it must not exist.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Path out;

    @Option(
            names = "--partial",
            description = "Keep the sound records of transactions that are damaged, too. What belongs together may then"
                    + " be there in part.")
    private boolean partial;

    @Option(
            names = "--format",
            paramLabel = "fs21|fs30",
            description = "Format of OUT: of Python 2 or 3. Without it, that of IN, or fs30 if that is lost.")
    private @Nullable FileStorageFormat format;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final boolean isTerminal;

    RecoverCommand(boolean isTerminal) {
        this.isTerminal = isTerminal;
    }

    @Override
    public ExitCode[] exitCodes() {
        return new ExitCode[] {
            ExitCode.OK, ExitCode.FINDINGS, ExitCode.USAGE, ExitCode.CANNOT_OPEN, ExitCode.LOCKED, ExitCode.INTERNAL
        };
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.isRegularFile(in)) {
            throw new CommandFailure(ExitCode.CANNOT_OPEN, in + (Files.exists(in) ? " is no file" : " does not exist"));
        }
        CommandLine commandLine = spec.commandLine();
        Progress progress = new Progress(commandLine.getErr(), isTerminal, System::nanoTime);
        RecoveryLines lines = new RecoveryLines(commandLine.getOut(), in, progress, json);
        Summary summary;
        try (Storage target = StorageArgument.create(out, format)) {
            Damaged damaged = partial ? Damaged.KEEP_SOUND_RECORDS : Damaged.LEAVE_OUT;
            summary = FileStorageRecovery.recover(in, target, damaged, lines);
        }
        lines.finish(summary, out);
        return (summary.losses() == 0 ? ExitCode.OK : ExitCode.FINDINGS).number();
    }
}
