package io.zrs.server;

import io.zrs.storage.BlobCapable;
import io.zrs.storage.DataRecord;
import io.zrs.storage.LogTransaction;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionCursor;
import io.zrs.storage.TransactionLog;
import io.zrs.storage.TransactionLog.Order;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code zrs dump}: prints the transactions of a storage. */
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Prints the transactions in a Data.fs.",
        description = {
            "",
            "Prints each transaction and each of its records, oldest first: what is committed when it is started. A"
                    + " running writer neither minds nor matters.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "Fields of --json: tid, pos (offset in FILE), status, user and description (hex, text), extension (text),",
            "extension_bytes (hex), records; of each record: oid, tid, pos, len, data (SHA-256), data_txn (the revision",
            "whose data it shares), and with --blobs, of blobs, blob (size, sha256; null if there is no file).",
            "",
            "Examples:",
            "  zrs dump Data.fs --from 0x040d2eb04f4fb5ee",
            "  zrs dump Data.fs --blobs blobs --json | jq -r .tid | tail -1"
        })
final class DumpCommand implements Callable<Integer>, Main.HasExitCodes {
    @Mixin
    private final StorageFiles files = new StorageFiles();

    @Option(
            names = "--from",
            paramLabel = "TID",
            defaultValue = "0x00",
            converter = TidConverter.class,
            description = "Begin with the first transaction that is not older: hexadecimal, with or without 0x.")
    @SuppressWarnings("NullAway.Init") // by picocli
    private Tid from;

    @Option(names = "--json", description = "One JSON object a line and transaction.")
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
        PrintWriter out = spec.commandLine().getOut();
        boolean withBlobs = files.blobs() != null;
        try (Storage storage = files.openReadOnly()) {
            DumpFormat format = json ? new JsonDump(out, withBlobs) : new TextDump(out, withBlobs);
            TransactionLog log = storage.capability(TransactionLog.class).orElseThrow();
            dump(log, storage.capability(BlobCapable.class), format, out);
        }
        return ExitCode.OK.number();
    }

    private void dump(TransactionLog log, Optional<BlobCapable> blobs, DumpFormat format, PrintWriter out)
            throws IOException {
        try (TransactionCursor cursor = log.iterate(from, Order.OLDEST_FIRST)) {
            LogTransaction transaction = cursor.next();
            // Nobody reads on after an error: the other end of a pipe has had enough.
            while (transaction != null && !out.checkError()) {
                format.begin(transaction.header(), transaction.offset());
                for (DataRecord record = transaction.nextRecord(); record != null; record = transaction.nextRecord()) {
                    format.record(DumpedRecord.of(record, transaction.recordOffset(), blobs));
                }
                format.end();
                transaction = cursor.next();
            }
        }
    }
}
