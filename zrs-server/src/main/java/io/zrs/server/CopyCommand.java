package io.zrs.server;

import io.zrs.storage.Storage;
import io.zrs.storage.StorageCopy;
import io.zrs.storage.StorageCopy.Result;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zrs copy}: copies the transactions of a storage to another one. */
@Command(
        name = "copy",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Copies the transactions of a storage to another one.",
        description = {
            "",
            "Copies each transaction of SOURCE to TARGET, oldest first, as it is, and blobs with it if SOURCE has them."
                    + " A TARGET that has transactions already is continued if they are the first ones of SOURCE, else"
                    + " left as it is. So a copy that was broken off can be taken up, and one that is old brought up to"
                    + " date, by the same command. What is committed in SOURCE when it is started is copied; a running"
                    + " writer neither minds nor matters.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "SOURCE and TARGET are URIs, or paths of a Data.fs without blobs.",
            "",
            "Fields of --json: kind (summary), transactions, records, blobs, bytes (what was copied; of records and blobs),",
            "continued_after (the last tid that was there already, or null), last_tid.",
            "",
            "Example:",
            "  zrs copy 'file:///srv/zodb/Data.fs?blobstorage_dir=/srv/zodb/blobs' \\",
            "      'file:///backup/Data.fs?blobstorage_dir=/backup/blobs&blobstorage_layout=bushy'"
        })
final class CopyCommand implements Callable<Integer>, Main.HasExitCodes, StorageCopy.Listener {
    @Parameters(index = "0", paramLabel = "SOURCE", description = "The storage to read.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String source;

    @Parameters(index = "1", paramLabel = "TARGET", description = "The storage to write; made if it is not there.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String target;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final boolean isTerminal;
    private Tid continuedAfter = Tid.NONE;
    private long sourceBytes;

    @SuppressWarnings("NullAway.Init") // before anything is copied
    private Progress progress;

    CopyCommand(boolean isTerminal) {
        this.isTerminal = isTerminal;
    }

    @Override
    public ExitCode[] exitCodes() {
        return new ExitCode[] {
            ExitCode.OK,
            ExitCode.FINDINGS,
            ExitCode.USAGE,
            ExitCode.CANNOT_OPEN,
            ExitCode.LOCKED,
            ExitCode.DAMAGED_FILE,
            ExitCode.INTERNAL
        };
    }

    @Override
    public Integer call() throws IOException {
        CommandLine commandLine = spec.commandLine();
        progress = new Progress(commandLine.getErr(), isTerminal, System::nanoTime);
        Result result;
        Tid last;
        try (Storage from = new StorageArgument(source, null).openReadOnly();
                Storage to = new StorageArgument(target, null).openTarget()) {
            sourceBytes = from.sizeInBytes();
            result = StorageCopy.copy(from, to, this);
            last = to.lastTransaction();
        } finally {
            progress.clear();
        }
        PrintWriter out = commandLine.getOut();
        print(result, last, LineOutput.of(out, json));
        out.flush();
        return ExitCode.OK.number();
    }

    @Override
    public void continues(Tid last) {
        continuedAfter = last;
    }

    @Override
    public void copied(TransactionHeader header, long offset) {
        progress.show("copying " + source, offset, sourceBytes);
    }

    private void print(Result result, Tid last, LineOutput lines) {
        boolean isContinued = !continuedAfter.equals(Tid.NONE);
        String text = "copied " + Quantities.count(result.transactions(), "transaction") + ", "
                + Quantities.count(result.records(), "record") + ", " + Quantities.count(result.blobs(), "blob")
                + ", " + Quantities.bytes(result.bytes())
                + (isContinued ? ", behind " + Quantities.tid(continuedAfter) : "")
                + "; the last transaction of " + target + " is " + Quantities.tid(last);
        lines.line(text, fields -> {
            fields.writeStringField("kind", "summary");
            fields.writeNumberField("transactions", result.transactions());
            fields.writeNumberField("records", result.records());
            fields.writeNumberField("blobs", result.blobs());
            fields.writeNumberField("bytes", result.bytes());
            fields.writeStringField("continued_after", isContinued ? continuedAfter.toHex() : null);
            fields.writeStringField("last_tid", last.toHex());
        });
    }
}
