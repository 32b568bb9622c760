package io.zrs.server;

import com.fasterxml.jackson.core.JsonGenerator;
import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object a line and transaction.
 *
 * <pre>
 * {"tid", "pos", "status", "user": {"hex", "text"}, "description": {"hex", "text"},
 *  "extension": text, "extension_bytes": hex,
 *  "records": [{"oid", "tid", "pos", "len", "data": sha256, "data_txn", "blob": {"size", "sha256"}}]}
 * </pre>
 *
 * <p>Of a record without data {@code len} and {@code data} are null. {@code blob} is there for records of blobs only, and null if there is no file.
 */
final class JsonDump implements DumpFormat {
    private final PrintWriter out;
    private final boolean withBlobs;
    private final JsonGenerator json;

    /**
     * A dump onto {@code out}.
     *
     * @param withBlobs whether there is a blob directory, so that it means something if a blob has no file
     */
    JsonDump(PrintWriter out, boolean withBlobs) throws IOException {
        this.out = out;
        this.withBlobs = withBlobs;
        this.json = JsonLines.generator(out);
    }

    @Override
    public void begin(TransactionHeader transaction, long offset) throws IOException {
        TransactionMetadata metadata = transaction.metadata();
        json.writeStartObject();
        json.writeStringField("tid", transaction.tid().toHex());
        json.writeNumberField("pos", offset);
        json.writeStringField("status", String.valueOf(transaction.status()));
        write("user", metadata.user());
        write("description", metadata.description());
        json.writeStringField(
                "extension", PythonText.ofExtension(metadata.extension().asByteBuffer()));
        json.writeStringField("extension_bytes", metadata.extension().toString());
        json.writeArrayFieldStart("records");
    }

    @Override
    public void record(DumpedRecord dumped) throws IOException {
        DataRecord record = dumped.record();
        byte[] data = record.data();
        json.writeStartObject();
        json.writeStringField("oid", record.oid().toHex());
        json.writeStringField("tid", record.tid().toHex());
        json.writeNumberField("pos", dumped.offset());
        if (data == null) {
            json.writeNullField("len");
            json.writeNullField("data");
        } else {
            json.writeNumberField("len", data.length);
            json.writeStringField("data", Contents.of(data).sha256());
        }
        write("data_txn", record.dataTid());
        if (dumped.isBlob() && withBlobs) {
            writeBlob(dumped);
        }
        json.writeEndObject();
    }

    @Override
    public void end() throws IOException {
        json.writeEndArray();
        JsonLines.endLine(json, out);
    }

    private void writeBlob(DumpedRecord dumped) throws IOException {
        if (dumped.blob().isEmpty()) {
            json.writeNullField("blob");
            return;
        }
        Contents contents = dumped.blob().get();
        json.writeObjectFieldStart("blob");
        json.writeNumberField("size", contents.size());
        json.writeStringField("sha256", contents.sha256());
        json.writeEndObject();
    }

    private void write(String name, @Nullable Tid tid) throws IOException {
        if (tid == null) {
            json.writeNullField(name);
        } else {
            json.writeStringField(name, tid.toHex());
        }
    }

    private void write(String name, Bytes bytes) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("hex", bytes.toString());
        json.writeStringField("text", bytes.toUtf8String());
        json.writeEndObject();
    }
}
