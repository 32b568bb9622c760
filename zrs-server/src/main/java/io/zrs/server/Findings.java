package io.zrs.server;

import com.fasterxml.jackson.core.JsonGenerator;
import io.zrs.filestorage.FileStorageVerifier.Summary;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What {@code verify} has to say: lists it, and counts.
 *
 * <pre>
 * {"kind": "finding" or "note", "file", "offset" in a Data.fs, "text"}
 * {"kind": "summary", "findings", "notes", "transactions", "records", "objects", "blobs", "bytes", "last_tid"}
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

    private final PrintWriter out;
    private final Progress progress;
    private final @Nullable JsonGenerator json;
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
        this.json = asJson ? JsonLines.generator(out) : null;
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
        if (json == null) {
            out.println(kind.text + ": " + file + (offset == null ? "" : " at " + offset) + ": " + text);
        } else {
            writeLine(json, fields -> {
                fields.writeStringField("kind", kind.text);
                fields.writeStringField("file", file);
                if (offset != null) {
                    fields.writeNumberField("offset", offset);
                }
                fields.writeStringField("text", text);
            });
        }
    }

    /**
     * Writes the last line.
     *
     * @param blobCount revisions of blobs
     * @return number of findings
     */
    long finish(Summary summary, long blobCount) {
        progress.clear();
        if (json == null) {
            out.println((findingCount == 0 ? "sound: " : "NOT SOUND: ") + Quantities.count(findingCount, "finding")
                    + " and " + Quantities.count(noteCount, "note") + " in "
                    + Quantities.count(summary.transactions(), "transaction") + ", "
                    + Quantities.count(summary.records(), "record") + ", "
                    + Quantities.count(summary.objects(), "object") + ", "
                    + Quantities.count(blobCount, "blob") + ", "
                    + Quantities.bytes(summary.bytes()) + "; the last transaction is "
                    + Quantities.tid(summary.lastTransaction()));
        } else {
            writeLine(json, fields -> {
                fields.writeStringField("kind", "summary");
                fields.writeNumberField("findings", findingCount);
                fields.writeNumberField("notes", noteCount);
                fields.writeNumberField("transactions", summary.transactions());
                fields.writeNumberField("records", summary.records());
                fields.writeNumberField("objects", summary.objects());
                fields.writeNumberField("blobs", blobCount);
                fields.writeNumberField("bytes", summary.bytes());
                fields.writeStringField("last_tid", summary.lastTransaction().toHex());
            });
        }
        out.flush();
        return findingCount;
    }

    private void writeLine(JsonGenerator generator, Fields fields) {
        try {
            generator.writeStartObject();
            fields.writeTo(generator);
            generator.writeEndObject();
            generator.flush();
            out.println();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }
}
