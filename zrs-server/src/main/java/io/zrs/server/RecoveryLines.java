package io.zrs.server;

import io.zrs.filestorage.FileStorageRecovery;
import io.zrs.filestorage.FileStorageRecovery.Loss;
import io.zrs.filestorage.FileStorageRecovery.Summary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

/**
 * What {@code recover} has to say.
 *
 * <p>Threading: confined to one thread.
 */
final class RecoveryLines implements FileStorageRecovery.Listener {
    private final PrintWriter out;
    private final Path file;
    private final Progress progress;
    private final LineOutput lines;

    RecoveryLines(PrintWriter out, Path file, Progress progress, boolean asJson) throws IOException {
        this.out = out;
        this.file = file;
        this.progress = progress;
        this.lines = LineOutput.of(out, asJson);
    }

    @Override
    public void lost(Loss loss) {
        progress.clear();
        String what = (loss.tid() == null ? "" : ", transaction " + Quantities.tid(loss.tid()))
                + (loss.oid() == null ? "" : ", record of oid " + loss.oid());
        String text = "lost: " + file + " at " + loss.offset() + " up to " + loss.end() + ", "
                + Quantities.bytes(loss.end() - loss.offset()) + what + ": " + loss.reason();
        lines.line(text, fields -> {
            fields.writeStringField("kind", "lost");
            fields.writeStringField("file", file.toString());
            fields.writeNumberField("offset", loss.offset());
            fields.writeNumberField("end", loss.end());
            if (loss.tid() != null) {
                fields.writeStringField("tid", loss.tid().toHex());
            }
            if (loss.oid() != null) {
                fields.writeStringField("oid", loss.oid().toHex());
            }
            fields.writeStringField("reason", loss.reason());
        });
    }

    @Override
    public void note(long offset, String text) {
        progress.clear();
        lines.line("note: " + file + " at " + offset + ": " + text, fields -> {
            fields.writeStringField("kind", "note");
            fields.writeStringField("file", file.toString());
            fields.writeNumberField("offset", offset);
            fields.writeStringField("text", text);
        });
    }

    @Override
    public void progress(long bytesDone, long bytesTotal) {
        progress.show("recovering " + file, bytesDone, bytesTotal);
    }

    /** Writes the last line. */
    void finish(Summary summary, Path recovered) {
        progress.clear();
        String lost = summary.losses() == 0
                ? "nothing is lost"
                : "LOST: " + Quantities.bytes(summary.lostBytes()) + " in "
                        + Quantities.count(summary.losses(), "piece");
        String text = "recovered " + Quantities.count(summary.transactions(), "transaction") + " with "
                + Quantities.count(summary.records(), "record") + " to " + recovered + "; the last transaction is "
                + Quantities.tid(summary.lastTransaction()) + "; " + lost;
        lines.line(text, fields -> {
            fields.writeStringField("kind", "summary");
            fields.writeNumberField("transactions", summary.transactions());
            fields.writeNumberField("records", summary.records());
            fields.writeStringField("last_tid", summary.lastTransaction().toHex());
            fields.writeNumberField("losses", summary.losses());
            fields.writeNumberField("lost_bytes", summary.lostBytes());
            fields.writeNumberField("notes", summary.notes());
        });
        out.flush();
    }
}
