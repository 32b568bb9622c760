package io.zrs.server;

import io.zrs.blob.BlobDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zrs verify}: checks a storage. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Checks a whole Data.fs, its index, its references, and its blobs.",
        description = {
            "",
            "Reads FILE from front to back and checks what its format demands: lengths, statuses, the order of"
                    + " transactions, pointers between records, the saved index; with --blobs also that each blob has"
                    + " a file that can be read, and each file its transaction. Then follows the references from the"
                    + " root through the current objects, and looks for objects that are not there. Lists what is wrong"
                    + " (findings) and what is unusual (notes), and ends with a summary. Nothing is changed.",
            "",
            "Records that are no pickles are notes: a storage may hold any bytes. So are objects that cannot be reached:"
                    + " they stay until a pack. A transaction that somebody is just writing is a finding.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "Fields of --json: kind (finding, note), file, offset, text; and in the last line kind (summary), findings,",
            "notes, transactions, records, objects, blobs, missing_blobs (blobs without a file), orphaned_blobs (files of no",
            "transaction), dangling (objects that are referred to, but not there), unreachable and unreachable_bytes",
            "(objects that nothing refers to, in the end, and their current records), bytes, last_tid.",
            "",
            "Example:",
            "  zrs verify /srv/zodb/Data.fs --blobs /srv/zodb/blobs && echo sound"
        })
final class VerifyCommand implements Callable<Integer>, Main.HasExitCodes {
    @Mixin
    private final StorageFiles files = new StorageFiles();

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final boolean isTerminal;

    VerifyCommand(boolean isTerminal) {
        this.isTerminal = isTerminal;
    }

    @Override
    public ExitCode[] exitCodes() {
        return new ExitCode[] {ExitCode.OK, ExitCode.FINDINGS, ExitCode.USAGE, ExitCode.CANNOT_OPEN, ExitCode.INTERNAL};
    }

    @Override
    public Integer call() throws IOException {
        files.checkBlobDirectory();
        CommandLine commandLine = spec.commandLine();
        Progress progress = new Progress(commandLine.getErr(), isTerminal, System::nanoTime);
        Findings findings = new Findings(commandLine.getOut(), progress, json);
        Path blobs = files.blobs();
        BlobDirectory directory = blobs == null ? null : BlobDirectory.open(blobs);
        long count = new Verification(files.file(), directory, findings, progress).run();
        return (count == 0 ? ExitCode.OK : ExitCode.FINDINGS).number();
    }
}
