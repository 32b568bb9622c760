package io.zrs.server;

import com.google.common.primitives.Longs;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.util.Base64;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zrs undo-log}: lists the transactions that can be undone. It looks into the log, so that it needs no lock. */
@Command(
        name = "undo-log",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Lists the transactions that can be undone, newest first.",
        description = {
            "",
            "Prints a line for each transaction that was committed after the last pack: tid, time, size in FILE, user and"
                    + " description. Whether one can be undone without undoing later ones as well shows when it is tried. A"
                    + " running writer neither minds nor matters.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "Fields of --json: tid, id (as ZODB's undoLog has it), time, size (bytes), user, description.",
            "",
            "Examples:",
            "  zrs undo-log Data.fs",
            "  zrs undo-log Data.fs --user admin --count 5",
            "  zrs undo Data.fs --blobs blobs $(zrs undo-log Data.fs --count 1 --json | jq -r .tid)"
        })
final class UndoLogCommand implements Callable<Integer>, Main.HasExitCodes {
    @Mixin
    private final StorageFiles files = new StorageFiles();

    @Option(
            names = "--first",
            paramLabel = "COUNT",
            defaultValue = "0",
            description = "Leave out the newest COUNT of them.")
    private long first;

    @Option(
            names = "--count",
            paramLabel = "COUNT",
            defaultValue = "20",
            converter = ListedCount.class,
            description = "List at most COUNT; default ${DEFAULT-VALUE}.")
    private int count;

    @Option(names = "--user", paramLabel = "TEXT", description = "Those only with TEXT in their user.")
    private @Nullable String user;

    @Option(names = "--description", paramLabel = "TEXT", description = "Those only with TEXT in their description.")
    private @Nullable String description;

    @Option(names = "--json", description = "One JSON object a line.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Override
    public ExitCode[] exitCodes() {
        return new ExitCode[] {
            ExitCode.OK, ExitCode.USAGE, ExitCode.CANNOT_OPEN, ExitCode.DAMAGED_FILE, ExitCode.INTERNAL
        };
    }

    @Override
    public Integer call() throws IOException {
        if (first < 0) {
            throw new ParameterException(spec.commandLine(), "--first must be at least 0");
        }
        LineOutput lines = LineOutput.of(spec.commandLine().getOut(), json);
        try (Storage storage = files.openReadOnly()) {
            list(storage.capability(TransactionLog.class).orElseThrow(), lines);
        }
        return ExitCode.OK.number();
    }

    private void list(TransactionLog log, LineOutput lines) throws IOException {
        long found = 0;
        try (TransactionCursor cursor = log.iterate(new Tid(-1), Order.NEWEST_FIRST)) {
            LogTransaction transaction = cursor.next();
            // What lies before a packed transaction is packed too.
            while (transaction != null
                    && transaction.header().status() != TransactionHeader.PACKED
                    && !lines.isClosed()) {
                if (isAskedFor(transaction.header())) {
                    if (found - first == count) {
                        lines.remark("… older ones: --first " + found);
                        return;
                    }
                    if (found >= first) {
                        write(lines, transaction);
                    }
                    found++;
                }
                transaction = cursor.next();
            }
        }
        if (found <= first) {
            lines.remark("none");
        }
    }

    private boolean isAskedFor(TransactionHeader header) {
        TransactionMetadata metadata = header.metadata();
        return header.status() == TransactionHeader.COMMITTED
                && (user == null || metadata.user().toUtf8String().contains(user))
                && (description == null || metadata.description().toUtf8String().contains(description));
    }

    private static void write(LineOutput lines, LogTransaction transaction) throws IOException {
        Tid tid = transaction.header().tid();
        CommitLine line =
                new CommitLine(tid, transaction.size(), transaction.header().metadata());
        lines.line(line.text(Quantities.count(transaction.size(), "byte")), json -> {
            json.writeStringField("id", Base64.getEncoder().encodeToString(Longs.toByteArray(tid.value())));
            line.write(json);
        });
    }
}
