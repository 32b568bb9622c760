package io.zrs.server;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What a command prints, line by line: text for people or, if it is asked for, a JSON object.
 *
 * <p>Threading: confined to one thread.
 */
final class LineOutput {
    /** Writes the fields of one object. */
    interface Fields {
        void writeTo(JsonGenerator json) throws IOException;
    }

    private final PrintWriter out;
    private final @Nullable JsonGenerator json;

    private LineOutput(PrintWriter out, @Nullable JsonGenerator json) {
        this.out = out;
        this.json = json;
    }

    /** Lines of text, or of JSON, onto {@code out}. */
    static LineOutput of(PrintWriter out, boolean isJson) throws IOException {
        return new LineOutput(out, isJson ? JsonLines.generator(out) : null);
    }

    /** Writes a line in one of its two forms. */
    void line(String text, Fields fields) {
        if (json == null) {
            out.println(text);
            return;
        }
        try {
            json.writeStartObject();
            fields.writeTo(json);
            JsonLines.endLine(json, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a line that is for people only. */
    void remark(String text) {
        if (json == null) {
            out.println(text);
        }
    }

    /** Whether nobody reads on: the other end of a pipe has had enough. */
    boolean isClosed() {
        return out.checkError();
    }
}
