package io.zrs.server;

import io.zrs.pickle.PickleLimits;
import io.zrs.pickle.RecordScanner;
import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.io.PrintWriter;
import java.nio.ByteBuffer;

/**
 * A line for each transaction, and one for each record.
 *
 * <pre>
 * transaction 0x036c6b90fbbbbbbb  2007-03-21 20:32:59.000000  offset 162  status ' '  user 'ann'  description 'edit'  extension {}
 *   record 0x01  offset 367  1111 bytes  persistent.mapping.PersistentMapping
 * </pre>
 */
final class TextDump implements DumpFormat {
    private final PrintWriter out;
    private final boolean withBlobs;
    private final RecordScanner scanner = new RecordScanner(PickleLimits.RECORD);
    private Tid tid = Tid.NONE;

    /** As {@link JsonDump#JsonDump}. */
    TextDump(PrintWriter out, boolean withBlobs) {
        this.out = out;
        this.withBlobs = withBlobs;
    }

    @Override
    public void begin(TransactionHeader transaction, long offset) {
        TransactionMetadata metadata = transaction.metadata();
        tid = transaction.tid();
        out.println("transaction " + tid + "  " + tid.toTimeString() + "  offset " + offset + "  status "
                + PythonText.quoted(String.valueOf(transaction.status())) + "  user " + text(metadata.user())
                + "  description " + text(metadata.description()) + "  extension "
                + PythonText.ofExtension(metadata.extension().asByteBuffer()));
    }

    @Override
    public void record(DumpedRecord dumped) {
        DataRecord record = dumped.record();
        byte[] data = record.data();
        StringBuilder line = new StringBuilder("  record ").append(record.oid());
        line.append("  offset ").append(dumped.offset());
        if (!record.tid().equals(tid)) {
            line.append("  tid ").append(record.tid());
        }
        if (data == null) {
            line.append("  no object from here on");
        } else {
            line.append("  ").append(data.length).append(" bytes  ").append(className(data));
        }
        if (record.dataTid() != null) {
            line.append("  as in ").append(record.dataTid());
        }
        if (dumped.isBlob() && withBlobs) {
            line.append(dumped.blob()
                    .map(blob -> "  blob of " + blob.size() + " bytes, SHA-256 " + blob.sha256())
                    .orElse("  no blob file"));
        }
        out.println(line);
    }

    @Override
    public void end() {
        // The next transaction begins a line of its own.
    }

    private String className(byte[] data) {
        return scanner.className(ByteBuffer.wrap(data)).map(Object::toString).orElse("no class");
    }

    private static String text(Bytes bytes) {
        return PythonText.quoted(bytes.toUtf8String());
    }
}
