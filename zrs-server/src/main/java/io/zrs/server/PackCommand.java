package io.zrs.server;

import io.zrs.storage.PackResult;
import io.zrs.storage.Packable;
import io.zrs.storage.Packable.Garbage;
import io.zrs.storage.Storage;
import io.zrs.storage.Tid;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code zrs pack}: removes what nobody needs who looks at a storage as it was at some time, or later. */
@Command(
        name = "pack",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        header = "Removes old revisions and garbage from a Data.fs, and their blobs.",
        description = {
            "",
            "Removes revisions that were not current any more at TIME, and objects that could not be reached from the"
                    + " root then. What was written later stays. What is packed cannot be undone any more.",
            "",
            "Opens FILE for writing: nobody else may have it open for that. There must be room for a second copy of what"
                    + " stays. Stopped by SIGTERM or SIGINT, or by a crash, it leaves the storage as it was.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        footer = {
            "",
            "TIME: a tid (0x and hexadecimal digits, or 16 of them), seconds since 1970, or ISO 8601, in UTC if it names"
                    + " no zone: 0x036c6b911ddddddd, 1174509187.5, 2007-03-21T20:33:07Z, '2007-03-21 20:33:07',"
                    + " 2007-03-21.",
            "",
            "Fields of --json: tid and time (that was packed to), packed (false if there was nothing to remove),",
            "bytes_before, bytes_after, objects_before, objects_after, blobs_removed.",
            "",
            "Examples:",
            "  zrs pack Data.fs --blobs blobs",
            "  zrs pack Data.fs --blobs blobs --before $(date -d '7 days ago' +%%s)",
            "  zrs pack Data.fs --before 2007-03-21T20:33:07Z --no-gc"
        })
final class PackCommand implements Callable<Integer>, Main.HasExitCodes {
    @Mixin
    private final StorageFiles files = new StorageFiles();

    @Option(
            names = "--before",
            paramLabel = "TIME",
            converter = TimeConverter.class,
            description = "Pack what was committed up to TIME, transactions of just that moment included; default now.")
    private @Nullable Tid before;

    @Option(names = "--no-gc", description = "Keep objects that cannot be reached from the root.")
    private boolean keepsGarbage;

    @Option(names = "--json", description = "One JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    private final StopSignal stop;
    private final boolean isTerminal;

    PackCommand(StopSignal stop, boolean isTerminal) {
        this.stop = stop;
        this.isTerminal = isTerminal;
    }

    @Override
    public ExitCode[] exitCodes() {
        return new ExitCode[] {
            ExitCode.OK,
            ExitCode.USAGE,
            ExitCode.CANNOT_OPEN,
            ExitCode.LOCKED,
            ExitCode.DAMAGED_FILE,
            ExitCode.CANNOT_PACK,
            ExitCode.STOPPED,
            ExitCode.INTERNAL
        };
    }

    @Override
    public Integer call() throws IOException {
        stop.listen();
        CommandLine commandLine = spec.commandLine();
        Progress progress = new Progress(commandLine.getErr(), isTerminal, System::nanoTime);
        PackWatch watch = new PackWatch(files.file(), files.blobs() != null, stop, progress);
        try (Storage storage = files.openExisting()) {
            Tid time = time(storage.lastTransaction());
            Packable packable = storage.capability(Packable.class).orElseThrow();
            PackResult result = packable.pack(time, keepsGarbage ? Garbage.KEEP : Garbage.COLLECT, watch);
            progress.clear();
            report(time, result, watch.removedBlobCount());
        } finally {
            progress.clear();
        }
        return ExitCode.OK.number();
    }

    /** A transaction can be ahead of our clock, and yet be packed to. */
    private Tid time(Tid last) {
        Tid now = Tid.of(Clock.systemUTC().instant());
        if (before == null) {
            return now;
        }
        if (before.compareTo(now) > 0 && before.compareTo(last) > 0) {
            throw new ParameterException(
                    spec.commandLine(), "--before " + Quantities.tid(before) + " lies in the future");
        }
        return before;
    }

    private void report(Tid time, PackResult result, long removedBlobCount) throws IOException {
        boolean packed = result.bytesBefore() != result.bytesAfter()
                || result.objectsBefore() != result.objectsAfter()
                || removedBlobCount > 0;
        LineOutput lines = LineOutput.of(spec.commandLine().getOut(), json);
        lines.line((packed ? "packed to " : "nothing to remove up to ") + Quantities.tid(time), fields -> {
            CommitLine.write(fields, time);
            fields.writeBooleanField("packed", packed);
            fields.writeNumberField("bytes_before", result.bytesBefore());
            fields.writeNumberField("bytes_after", result.bytesAfter());
            fields.writeNumberField("objects_before", result.objectsBefore());
            fields.writeNumberField("objects_after", result.objectsAfter());
            fields.writeNumberField("blobs_removed", removedBlobCount);
        });
        lines.remark("bytes: " + change(result.bytesBefore(), result.bytesAfter()));
        lines.remark("objects: " + change(result.objectsBefore(), result.objectsAfter()));
        lines.remark("blobs removed: " + Quantities.count(removedBlobCount));
    }

    private static String change(long before, long after) {
        return Quantities.count(before) + " before, " + Quantities.count(after) + " after";
    }
}
