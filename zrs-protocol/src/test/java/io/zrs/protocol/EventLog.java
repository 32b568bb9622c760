package io.zrs.protocol;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sink that writes down every call as a line; data and blobs as SHA-256. */
class EventLog implements ReplicationSink {
    final List<String> lines = new ArrayList<>();

    private Hasher blob = Hashing.sha256().newHasher();
    private long blobSize;

    @Override
    public void begin(TransactionHeader header, PickleDialect dialect) {
        TransactionMetadata metadata = header.metadata();
        lines.add(begin(
                header.tid().toHex(),
                header.status(),
                metadata.user().toString(),
                metadata.description().toString(),
                metadata.extension().toString(),
                dialect));
    }

    @Override
    public void store(Oid oid, Tid serial, byte @Nullable [] data, @Nullable Tid dataTid) {
        lines.add(record("store", oid.toHex(), serial.toHex(), data == null ? "" : sha256(data), hex(dataTid)));
    }

    @Override
    public void beginBlob(Oid oid, Tid serial, byte[] data, @Nullable Tid dataTid) {
        lines.add(record("beginBlob", oid.toHex(), serial.toHex(), sha256(data), hex(dataTid)));
        blob = Hashing.sha256().newHasher();
        blobSize = 0;
    }

    @Override
    public void blobBytes(ByteBuffer bytes) {
        blobSize += bytes.remaining();
        blob.putBytes(bytes);
    }

    @Override
    public void endBlob() {
        lines.add("endBlob " + blobSize + " " + blob.hash());
    }

    @Override
    public void commit() {
        lines.add("commit");
    }

    static String begin(
            String tid, char status, String user, String description, String extension, PickleDialect dialect) {
        return "begin " + tid + " '" + status + "' user=" + user + " description=" + description + " extension="
                + extension + " " + dialect;
    }

    static String record(String call, String oid, String serial, String sha256, String dataTid) {
        return call + " " + oid + " " + serial + " data=" + sha256 + " dataTid=" + dataTid;
    }

    static String sha256(byte[] bytes) {
        return Hashing.sha256().hashBytes(bytes).toString();
    }

    private static String hex(@Nullable Tid tid) {
        return tid == null ? "" : tid.toHex();
    }
}
