package io.zrs.server;

import com.fasterxml.jackson.core.JsonGenerator;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A transaction, or the revision that it wrote, as every list of them shows it.
 *
 * <p>Threading: immutable.
 *
 * @param size in bytes, null if there is nothing to be measured
 */
record CommitLine(Tid tid, @Nullable Long size, TransactionMetadata metadata) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final long ROUNDING_NANOS = 500;

    /**
     * The line for people.
     *
     * @param measure what to say of the size
     */
    String text(String measure) {
        return "tid " + Quantities.tid(tid) + "  " + measure + "  user "
                + PythonText.quoted(metadata.user().toUtf8String()) + "  description "
                + PythonText.quoted(metadata.description().toUtf8String());
    }

    /** Writes the fields {@code tid, time, size, user, description}. */
    void write(JsonGenerator json) throws IOException {
        write(json, tid);
        if (size == null) {
            json.writeNullField("size");
        } else {
            json.writeNumberField("size", size);
        }
        json.writeStringField("user", metadata.user().toUtf8String());
        json.writeStringField("description", metadata.description().toUtf8String());
    }

    /** Writes the fields {@code tid, time}; the time in ISO 8601, rounded as {@link Tid#toTimeString} does. */
    static void write(JsonGenerator json, Tid tid) throws IOException {
        json.writeStringField("tid", tid.toHex());
        json.writeStringField("time", TIME.format(tid.toInstant().plusNanos(ROUNDING_NANOS)));
    }
}
