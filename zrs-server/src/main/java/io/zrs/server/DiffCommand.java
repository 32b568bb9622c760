package io.zrs.server;

import com.fasterxml.jackson.core.JsonGenerator;
import io.zrs.storage.BlobCapable;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageComparison;
import io.zrs.storage.StorageComparison.Result;
import io.zrs.storage.StorageDifference;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zrs diff}: tells where two storages differ first. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Tells where two storages differ first.",
        description = {
            "",
            "Compares two storages transaction by transaction: headers, records in their order, what they refer back to,"
                    + " and the bytes of blobs if both have them. Stops at the first difference. Both are taken as they"
                    + " are when it is started.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "A and B are paths of a Data.fs, or URIs: file:///srv/Data.fs?blobstorage_dir=/srv/blobs.",
            "",
            "Fields of --json: kind (same, difference), transactions, records, blobs (numbers of those that are the same);",
            "of a difference also tid, record (number in the transaction, from 0; null in its header), oid, field, a, b.",
            "",
            "Example:",
            "  zrs diff /srv/zodb/Data.fs /backup/Data.fs --blobs-a /srv/zodb/blobs --blobs-b /backup/blobs"
        })
final class DiffCommand implements Callable<Integer>, Main.HasExitCodes {
    @Parameters(index = "0", paramLabel = "A", description = "One storage.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String first;

    @Parameters(index = "1", paramLabel = "B", description = "The other one.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String second;

    @Option(names = "--blobs-a", paramLabel = "DIR", description = "The directory with the blobs of A.")
    private @Nullable Path firstBlobs;

    @Option(names = "--blobs-b", paramLabel = "DIR", description = "The directory with the blobs of B.")
    private @Nullable Path secondBlobs;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final boolean isTerminal;

    DiffCommand(boolean isTerminal) {
        this.isTerminal = isTerminal;
    }

    @Override
    public ExitCode[] exitCodes() {
        return new ExitCode[] {
            ExitCode.OK,
            ExitCode.FINDINGS,
            ExitCode.USAGE,
            ExitCode.CANNOT_OPEN,
            ExitCode.DAMAGED_FILE,
            ExitCode.INTERNAL
        };
    }

    @Override
    public Integer call() throws IOException {
        CommandLine commandLine = spec.commandLine();
        Progress progress = new Progress(commandLine.getErr(), isTerminal, System::nanoTime);
        Result result;
        try (Storage a = new StorageArgument(first, firstBlobs).openReadOnly();
                Storage b = new StorageArgument(second, secondBlobs).openReadOnly()) {
            checkBlobs(a, b);
            long total = a.sizeInBytes();
            result = StorageComparison.compare(
                    a, b, (tid, offset) -> progress.show("comparing " + first, offset, total));
        } finally {
            progress.clear();
        }
        PrintWriter out = commandLine.getOut();
        print(result, LineOutput.of(out, json));
        out.flush();
        return (result.difference() == null ? ExitCode.OK : ExitCode.FINDINGS).number();
    }

    /** Else nobody would look at the blobs of the one, and nobody would say so. */
    private void checkBlobs(Storage a, Storage b) {
        boolean inFirst = a.capability(BlobCapable.class).isPresent();
        if (inFirst != b.capability(BlobCapable.class).isPresent()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "A blob directory is given for " + (inFirst ? "A" : "B") + " only; give both, or none");
        }
    }

    private static void print(Result result, LineOutput lines) {
        StorageDifference difference = result.difference();
        String same = Quantities.count(result.transactions(), "transaction") + ", "
                + Quantities.count(result.records(), "record") + ", " + Quantities.count(result.blobs(), "blob");
        String text =
                difference == null ? "same: " + same : "DIFFERENT: " + difference + "; the same before that: " + same;
        lines.line(text, fields -> {
            fields.writeStringField("kind", difference == null ? "same" : "difference");
            fields.writeNumberField("transactions", result.transactions());
            fields.writeNumberField("records", result.records());
            fields.writeNumberField("blobs", result.blobs());
            if (difference != null) {
                write(difference, fields);
            }
        });
    }

    private static void write(StorageDifference difference, JsonGenerator fields) throws IOException {
        fields.writeStringField("tid", difference.tid().toHex());
        if (difference.record().isPresent()) {
            fields.writeNumberField("record", difference.record().getAsLong());
        } else {
            fields.writeNullField("record");
        }
        fields.writeStringField(
                "oid", difference.oid() == null ? null : difference.oid().toHex());
        fields.writeStringField("field", difference.field().words());
        fields.writeStringField("a", difference.first());
        fields.writeStringField("b", difference.second());
    }
}
