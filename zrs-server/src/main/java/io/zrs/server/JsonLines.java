package io.zrs.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/** JSON with one object a line, which flushes to its writer only when told, and never closes it. */
final class JsonLines {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonLines() {}

    /** Writes to {@code out}; whoever writes an object ends the line himself, by {@link #endLine}. */
    static JsonGenerator generator(Writer out) throws IOException {
        return FACTORY.createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM)
                .setPrettyPrinter(new MinimalPrettyPrinter(""));
    }

    /** Ends an object that was begun by {@code writeStartObject}, and its line. */
    static void endLine(JsonGenerator json, PrintWriter out) throws IOException {
        json.writeEndObject();
        json.flush();
        out.println();
    }
}
