package io.zrs.server;

import io.zrs.storage.LogTransaction;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zrs tail}: prints the last transactions of a file, with what ZODB's {@code fstail} tells of them. */
@Command(
        name = "tail",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Prints the last transactions in a Data.fs, newest first.",
        description = {
            "",
            "Prints a line for each: tid, time, length, offset in FILE (and how far behind that its records begin), user,"
                    + " description, status, and the SHA-1 of its records, which is that of ZODB's fstail: two files with"
                    + " the same SHA-1 at the same offset have the same records there. A running writer neither minds nor"
                    + " matters.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "Fields of --json: tid, time, size (bytes), user, description, status, pos (offset in FILE), records_pos, sha1.",
            "",
            "Examples:",
            "  zrs tail Data.fs",
            "  zrs tail Data.fs -n 1 --json | jq -r .time"
        })
final class TailCommand implements Callable<Integer>, Main.HasExitCodes {
    @Mixin
    private final StorageFiles files = new StorageFiles();

    @Option(
            names = {"-n", "--count"},
            paramLabel = "COUNT",
            defaultValue = "10",
            converter = ListedCount.class,
            description = "Print at most COUNT; default ${DEFAULT-VALUE}.")
    private int count;

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
        LineOutput lines = LineOutput.of(spec.commandLine().getOut(), json);
        try (Storage storage = files.openReadOnly();
                RecordDigests digests = RecordDigests.open(files.file())) {
            TransactionLog log = storage.capability(TransactionLog.class).orElseThrow();
            try (TransactionCursor cursor = log.iterate(new Tid(-1), Order.NEWEST_FIRST)) {
                LogTransaction transaction = cursor.next();
                for (int written = 0; transaction != null && written < count && !lines.isClosed(); written++) {
                    write(lines, transaction, digests);
                    transaction = cursor.next();
                }
            }
        }
        return ExitCode.OK.number();
    }

    private static void write(LineOutput lines, LogTransaction transaction, RecordDigests digests) throws IOException {
        TransactionHeader header = transaction.header();
        long offset = transaction.offset();
        long end = offset + transaction.size();
        long recordsOffset = transaction.nextRecord() == null ? end : transaction.recordOffset();
        String sha1 = digests.sha1(header.tid(), offset, recordsOffset, end);
        String status = String.valueOf(header.status());
        CommitLine line = new CommitLine(header.tid(), transaction.size(), header.metadata());
        String measure = Quantities.count(transaction.size(), "byte") + " at offset " + offset + " (+"
                + (recordsOffset - offset) + ")";
        lines.line(line.text(measure) + "  status " + PythonText.quoted(status) + "  SHA-1 " + sha1, json -> {
            line.write(json);
            json.writeStringField("status", status);
            json.writeNumberField("pos", offset);
            json.writeNumberField("records_pos", recordsOffset);
            json.writeStringField("sha1", sha1);
        });
    }
}
