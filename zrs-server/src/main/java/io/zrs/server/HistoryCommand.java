package io.zrs.server;

import io.zrs.storage.HistoryCapable;
import io.zrs.storage.HistoryEntry;
import io.zrs.storage.Oid;
import io.zrs.storage.PosKeyException;
import io.zrs.storage.Storage;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zrs history}: lists the revisions of an object. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Lists the revisions of an object, newest first.",
        description = {
            "",
            "Prints a line for each revision that FILE still has: tid, time, size of the data stored with it, user and"
                    + " description of the transaction. A revision without data of its own refers to that of an earlier"
                    + " one, as after an undo, or says that the object does not exist any more. A running writer neither"
                    + " minds nor matters. (zrs show --history finds the object by its path.)",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "Fields of --json: oid, tid, time, size (bytes), user, description.",
            "",
            "Examples:",
            "  zrs history Data.fs 0x01",
            "  zrs history Data.fs 0x016b --count 1 --json | jq -r .time"
        })
final class HistoryCommand implements Callable<Integer>, Main.HasExitCodes {
    @Mixin
    private final StorageFiles files = new StorageFiles();

    @Parameters(
            index = "1",
            paramLabel = "OID",
            converter = OidConverter.class,
            description = "The object: hexadecimal, with or without 0x.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Oid oid;

    @Option(
            names = "--count",
            paramLabel = "COUNT",
            defaultValue = "20",
            converter = ListedCount.class,
            description = "List at most COUNT; default ${DEFAULT-VALUE}.")
    private int count;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public ExitCode[] exitCodes() {
        return new ExitCode[] {
            ExitCode.OK,
            ExitCode.USAGE,
            ExitCode.CANNOT_OPEN,
            ExitCode.DAMAGED_FILE,
            ExitCode.NOT_FOUND,
            ExitCode.INTERNAL
        };
    }

    @Override
    public Integer call() throws IOException {
        LineOutput lines = LineOutput.of(spec.commandLine().getOut(), json);
        try (Storage storage = files.openReadOnly()) {
            List<HistoryEntry> history =
                    history(storage.capability(HistoryCapable.class).orElseThrow());
            for (HistoryEntry entry : history.subList(0, Math.min(count, history.size()))) {
                write(lines, entry);
            }
            if (history.size() > count) {
                lines.remark("… older ones: with a larger --count");
            }
        }
        return ExitCode.OK.number();
    }

    /** One more than is asked for, to know whether there are more. */
    private List<HistoryEntry> history(HistoryCapable storage) {
        try {
            return storage.history(oid, count == Integer.MAX_VALUE ? count : count + 1);
        } catch (PosKeyException e) {
            throw new CommandFailure(ExitCode.NOT_FOUND, FailureReport.text(e), e);
        }
    }

    private void write(LineOutput lines, HistoryEntry entry) throws IOException {
        CommitLine line = new CommitLine(entry.tid(), entry.size(), entry.metadata());
        String size = entry.size() == 0 ? "no data of its own" : Quantities.count(entry.size(), "byte");
        lines.line(line.text(size), fields -> {
            fields.writeStringField("oid", oid.toHex());
            line.write(fields);
        });
    }
}
