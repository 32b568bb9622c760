package io.zrs.server;

import io.zrs.pickle.RecordScanner;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import io.zrs.storage.TransactionMetadata;
import io.zrs.storage.UndoTransaction;
import io.zrs.storage.Undoable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code zrs undo}: takes back what transactions did. */
@Command(
        name = "undo",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Takes back what transactions did, by a new transaction.",
        description = {
            "",
            "Gives each object that the transactions changed the data back that it had before; what they created ceases"
                    + " to exist. Several are undone together, or none of them. An object that was changed since gets both"
                    + " changes merged if its class has a known way to do so; otherwise nothing is undone.",
            "",
            "Opens FILE for writing: nobody else may have it open for that. What was packed cannot be undone; what has"
                    + " been undone can be undone again.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "Fields of --json: tid and time of the new transaction, undone (tids), oids (of the objects changed).",
            "",
            "Examples:",
            "  zrs undo Data.fs --blobs blobs 0x040d2eb04f4fb5ee",
            "  zrs undo Data.fs 0x040d2eb04f4fb5ee 0x040d2eb0a1b2c3d4 --user admin --description 'undo the import'"
        })
final class UndoCommand implements Callable<Integer>, Main.HasExitCodes {
    @Mixin
    private final StorageFiles files = new StorageFiles();

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "TID",
            converter = TidConverter.class,
            description = "The transactions, in any order: hexadecimal, with or without 0x; zrs undo-log lists them.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private List<Tid> tids;

    @Option(names = "--user", paramLabel = "TEXT", defaultValue = "", description = "User of the new transaction.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private String user;

    @Option(
            names = "--description",
            paramLabel = "TEXT",
            description = "Description of the new transaction; default 'undo TID…'.")
    private @Nullable String description;

    @Option(names = "--json", description = "One JSON object.")
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
            ExitCode.LOCKED,
            ExitCode.DAMAGED_FILE,
            ExitCode.CANNOT_UNDO,
            ExitCode.INTERNAL
        };
    }

    @Override
    public Integer call() throws IOException {
        // Each call sees what those before it did, so that later changes have to go first.
        Collection<Tid> newestFirst = new TreeSet<>(tids).descendingSet();
        try (Storage storage = files.openExisting()) {
            if (files.blobs() == null) {
                checkNoBlobs(storage, newestFirst);
            }
            undo(storage.capability(Undoable.class).orElseThrow(), newestFirst);
        }
        return ExitCode.OK.number();
    }

    private void undo(Undoable storage, Collection<Tid> newestFirst) throws IOException {
        String names = newestFirst.stream().map(Tid::toString).collect(Collectors.joining(" "));
        TransactionMetadata metadata =
                TransactionMetadata.of(user, description == null ? "undo " + names : description);
        Set<Oid> oids = new TreeSet<>();
        Tid tid;
        try (UndoTransaction transaction = storage.beginUndo(metadata)) {
            for (Tid undone : newestFirst) {
                oids.addAll(transaction.undo(undone));
            }
            if (oids.isEmpty()) {
                throw new CommandFailure(ExitCode.CANNOT_UNDO, "nothing to undo: no object was changed by " + names);
            }
            transaction.vote();
            tid = transaction.tid();
            transaction.finish();
        }
        report(tid, newestFirst, oids);
    }

    private void report(Tid tid, Collection<Tid> undone, Collection<Oid> oids) throws IOException {
        LineOutput lines = LineOutput.of(spec.commandLine().getOut(), json);
        String text = "tid " + Quantities.tid(tid) + " undoes " + Quantities.count(undone.size(), "transaction")
                + " and changes " + Quantities.count(oids.size(), "object") + ":";
        lines.line(text, fields -> {
            CommitLine.write(fields, tid);
            fields.writeArrayFieldStart("undone");
            for (Tid each : undone) {
                fields.writeString(each.toHex());
            }
            fields.writeEndArray();
            fields.writeArrayFieldStart("oids");
            for (Oid each : oids) {
                fields.writeString(each.toHex());
            }
            fields.writeEndArray();
        });
        oids.forEach(oid -> lines.remark("oid " + oid));
    }

    /** Without their directory the new revisions of blobs would have no files. */
    private void checkNoBlobs(Storage storage, Collection<Tid> transactions) {
        TransactionLog log = storage.capability(TransactionLog.class).orElseThrow();
        for (Tid tid : transactions) {
            try (TransactionCursor cursor = log.iterate(tid, Order.OLDEST_FIRST)) {
                LogTransaction transaction = cursor.next();
                if (transaction != null && transaction.header().tid().equals(tid)) {
                    checkNoBlobs(transaction);
                }
            }
        }
    }

    private void checkNoBlobs(LogTransaction transaction) {
        for (DataRecord record = transaction.nextRecord(); record != null; record = transaction.nextRecord()) {
            byte[] data = record.data();
            if (data != null && RecordScanner.isBlob(ByteBuffer.wrap(data))) {
                throw new ParameterException(
                        spec.commandLine(),
                        "oid " + record.oid() + " of transaction "
                                + transaction.header().tid() + " is a blob: say by --blobs where the blobs are");
            }
        }
    }
}
