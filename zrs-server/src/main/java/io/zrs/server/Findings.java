package io.zrs.server;

import io.zrs.filestorage.FileStorageVerifier.Summary;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * What {@code verify} has to say: lists it, and counts.
 *
 * <pre>
 * {"kind": "finding" or "note", "file", "offset" in a Data.fs, "text"}
 * {"kind": "summary", "findings", "notes", "transactions", "records", "objects", "blobs", "missing_blobs", "orphaned_blobs", "dangling",
 *     "unreachable", "unreachable_bytes", "bytes", "last_tid"}
 * </pre>
 *
 * <p>Threading: confined to one thread.
 */
final class Findings {
    /** How much it matters. */
    enum Kind {
        /** Something is wrong. */
        FINDING("finding"),
        /** Something is unusual, and may be as it should. */
        NOTE("note");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /**
     * Blobs, in numbers.
     *
     * @param revisions in the data file
     * @param missing of those, without a file
     * @param orphaned files of no revision
     */
    record BlobCounts(long revisions, long missing, long orphaned) {}

    private final PrintWriter out;
    private final Progress progress;
    private final LineOutput lines;
    private long findingCount;
    private long noteCount;

    /**
     * None yet.
     *
     * @param progress is cleared before anything is written
     */
    Findings(PrintWriter out, Progress progress, boolean asJson) throws IOException {
        this.out = out;
        this.progress = progress;
        this.lines = LineOutput.of(out, asJson);
    }

    /** Lists something about {@code file} as a whole. */
    void add(Kind kind, String file, String text) {
        add(kind, file, null, text);
    }

    /** Lists something about {@code file} at {@code offset}, in bytes. */
    void add(Kind kind, String file, @Nullable Long offset, String text) {
        if (kind == Kind.FINDING) {
            findingCount++;
        } else {
            noteCount++;
        }
        progress.clear();
        lines.line(kind.text + ": " + file + (offset == null ? "" : " at " + offset) + ": " + text, fields -> {
            fields.writeStringField("kind", kind.text);
            fields.writeStringField("file", file);
            if (offset != null) {
                fields.writeNumberField("offset", offset);
            }
            fields.writeStringField("text", text);
        });
    }

    /**
     * Writes the last line.
     *
     * @return number of findings
     */
    long finish(Summary summary, BlobCounts blobs, ReferenceCheck.Counts references) {
        progress.clear();
        String text = (findingCount == 0 ? "sound: " : "NOT SOUND: ") + Quantities.count(findingCount, "finding")
                + " and " + Quantities.count(noteCount, "note") + " in "
                + Quantities.count(summary.transactions(), "transaction") + ", "
                + Quantities.count(summary.records(), "record") + ", "
                + Quantities.count(summary.objects(), "object") + ", "
                + Quantities.count(blobs.revisions(), "blob") + ", "
                + Quantities.bytes(summary.bytes()) + "; the last transaction is "
                + Quantities.tid(summary.lastTransaction());
        lines.line(text, fields -> {
            fields.writeStringField("kind", "summary");
            fields.writeNumberField("findings", findingCount);
            fields.writeNumberField("notes", noteCount);
            fields.writeNumberField("transactions", summary.transactions());
            fields.writeNumberField("records", summary.records());
            fields.writeNumberField("objects", summary.objects());
            fields.writeNumberField("blobs", blobs.revisions());
            fields.writeNumberField("missing_blobs", blobs.missing());
            fields.writeNumberField("orphaned_blobs", blobs.orphaned());
            fields.writeNumberField("dangling", references.dangling());
            fields.writeNumberField("unreachable", references.unreachable());
            fields.writeNumberField("unreachable_bytes", references.unreachableBytes());
            fields.writeNumberField("bytes", summary.bytes());
            fields.writeStringField("last_tid", summary.lastTransaction().toHex());
        });
        out.flush();
        return findingCount;
    }
}
