package io.zrs.server;

import com.fasterxml.jackson.core.JsonGenerator;
import io.zrs.database.Blob;
import io.zrs.storage.Oid;
import io.zrs.storage.Storage;
import io.zrs.storage.StorageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Objects as JSON, one line each; values as {@link JsonValues} writes them.
 *
 * <pre>
 * {"path", "class", "oid", "tid", "time", "size", CONTENT}          an object
 * {"path", "type", "in": {"class", "oid", …}, CONTENT}              a value within one
 * {"path", "class", "oid", "error"}                                 an object that cannot be read
 *
 * CONTENT: "value"                                                  of text, numbers and so on
 *          "items": [value], "count", "next"                        of lists, tuples and sets
 *          "items": [{"key", "value"}], "count", "next"             of mappings
 *          "arguments", "state", …, "attributes", "count", "next"   of other objects
 *          "blob": {"size", "path"}                                 of blobs, null if there is no file
 *
 * {"oid", "tid", "time", "size", "user", "description"}             a revision; size is null if the object is deleted
 * {"oid", "objects", "bytes", "classes": [{"class", "objects", "bytes"}], "blobs": {"files", "bytes", "missing"}, "others",
 *  "dangling_count", "dangling": [{"oid", "from", "class"}], "unreadable_count", "unreadable": [{"oid", "tid", "error"}]}
 * </pre>
 *
 * <p>{@code count} is null if nobody has counted so far, {@code next} what to ask for to get the next page, null after the last. {@code time} is in
 * ISO 8601, oids and tids have 16 digits. {@code others} are objects that the root does not reach, or that are deleted.
 */
final class JsonShow implements ShowFormat {
    private final PrintWriter out;
    private final Storage storage;
    private final Lookups lookups;
    private final JsonGenerator json;
    private final JsonValues values;

    JsonShow(PrintWriter out, Storage storage, Lookups lookups) throws IOException {
        this.out = out;
        this.storage = storage;
        this.lookups = lookups;
        this.json = JsonLines.generator(out);
        this.values = new JsonValues(json, lookups);
    }

    @Override
    public void place(Place place, Page.Range range) throws IOException {
        json.writeStartObject();
        json.writeStringField("path", place.path().toString());
        Optional<ObjectHead> head = head(place);
        if (head.isPresent() && place.isObject()) {
            write(head.get());
        } else if (head.isPresent()) {
            json.writeStringField("type", Shapes.typeName(Shapes.of(place.value())));
            json.writeObjectFieldStart("in");
            write(head.get());
            json.writeEndObject();
        }
        if (head.isPresent()) {
            content(place, range);
        }
        JsonLines.endLine(json, out);
    }

    @Override
    public void history(Place place, ObjectHistory history, int limit) throws IOException {
        Optional<CommitLine> revision = history.next();
        for (int count = 0; count < limit && revision.isPresent(); count++) {
            CommitLine each = revision.get();
            json.writeStartObject();
            json.writeStringField("oid", place.owner().oid().map(Oid::toHex).orElseThrow());
            each.write(json);
            JsonLines.endLine(json, out);
            revision = history.next();
        }
    }

    @Override
    public void census(Oid start, Census census) throws IOException {
        json.writeStartObject();
        json.writeStringField("oid", start.toHex());
        write(census.all());
        json.writeArrayFieldStart("classes");
        for (Map.Entry<String, Census.Count> each : new TreeMap<>(census.byClass()).entrySet()) {
            json.writeStartObject();
            json.writeStringField("class", each.getKey());
            write(each.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
        if (lookups.knowsBlobs()) {
            json.writeObjectFieldStart("blobs");
            json.writeNumberField("files", census.blobFiles().objects());
            json.writeNumberField("bytes", census.blobFiles().bytes());
            json.writeNumberField("missing", census.missingBlobFileCount());
            json.writeEndObject();
        }
        if (census.others().isPresent()) {
            json.writeNumberField("others", census.others().getAsLong());
        }
        faults(census);
        JsonLines.endLine(json, out);
    }

    private Optional<ObjectHead> head(Place place) throws IOException {
        try {
            return Optional.of(ObjectHead.of(storage, place.owner()));
        } catch (StorageException e) {
            json.writeStringField("class", place.owner().pythonClass().toString());
            json.writeStringField("oid", place.owner().oid().map(Oid::toHex).orElseThrow());
            json.writeStringField("error", lookups.fault(e));
            return Optional.empty();
        }
    }

    private void content(Place place, Page.Range range) throws IOException {
        if (place.value() instanceof Blob blob) {
            blob(blob);
            return;
        }
        Shape shape = Shapes.ofContent(place.value());
        Page page = Shapes.page(shape, range).orElse(null);
        if (page == null) {
            json.writeFieldName("value");
            shape.dispatch(values);
            return;
        }
        if (shape instanceof Shape.Instance instance) {
            values.fields(instance.more());
            json.writeObjectFieldStart("attributes");
            for (Page.Item item : page.items()) {
                json.writeFieldName(String.valueOf(item.key()));
                values.write(item.value());
            }
            json.writeEndObject();
        } else {
            items(shape, page);
        }
        ending(page, range);
    }

    private void items(Shape shape, Page page) throws IOException {
        json.writeArrayFieldStart("items");
        for (Page.Item item : page.items()) {
            if (shape instanceof Shape.Mapping) {
                json.writeStartObject();
                json.writeFieldName("key");
                values.write(item.key());
                json.writeFieldName("value");
                values.write(item.value());
                json.writeEndObject();
            } else {
                values.write(item.value());
            }
        }
        json.writeEndArray();
    }

    private void ending(Page page, Page.Range range) throws IOException {
        if (page.failure().isPresent()) {
            json.writeStringField("error", lookups.fault(page.failure().get()));
        }
        json.writeFieldName("count");
        values.write(page.count().isAll() ? page.count().items() : null);
        Page.Item next = page.next().orElse(null);
        if (next == null) {
            json.writeNullField("next");
            return;
        }
        json.writeObjectFieldStart("next");
        if (page.isTree()) {
            json.writeStringField("from", PathSegment.of(next.key() == null ? next.value() : next.key()));
        } else {
            json.writeNumberField("offset", range.offset() + page.items().size());
        }
        json.writeEndObject();
    }

    private void blob(Blob blob) throws IOException {
        if (!lookups.knowsBlobs()) {
            return;
        }
        Optional<Lookups.BlobFile> file = lookups.file(blob);
        if (file.isEmpty()) {
            json.writeNullField("blob");
            return;
        }
        json.writeObjectFieldStart("blob");
        json.writeNumberField("size", file.get().size());
        json.writeStringField("path", file.get().path().toString());
        json.writeEndObject();
    }

    private void faults(Census census) throws IOException {
        json.writeNumberField("dangling_count", census.danglingCount());
        json.writeArrayFieldStart("dangling");
        for (Census.Dangling each : census.dangling()) {
            json.writeStartObject();
            json.writeStringField("oid", each.oid().toHex());
            if (each.from() != null) {
                json.writeStringField("from", each.from().toHex());
                json.writeStringField("class", each.fromClass());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("unreadable_count", census.unreadableCount());
        json.writeArrayFieldStart("unreadable");
        for (Census.Unreadable each : census.unreadable()) {
            json.writeStartObject();
            json.writeStringField("oid", each.oid().toHex());
            json.writeStringField("tid", each.tid().toHex());
            json.writeStringField("error", each.error());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void write(ObjectHead head) throws IOException {
        json.writeStringField("class", head.className());
        json.writeStringField("oid", head.oid().toHex());
        CommitLine.write(json, head.tid());
        json.writeNumberField("size", head.size());
    }

    private void write(Census.Count count) throws IOException {
        json.writeNumberField("objects", count.objects());
        json.writeNumberField("bytes", count.bytes());
    }
}
