package io.zrs.primary;

import io.zrs.protocol.SendingSession;
import io.zrs.storage.DataRecord;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.TransactionHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A session that notes what it is told, and passes on as many bytes as the records have. */
final class RecordingSession implements SendingSession {
    private final Consumer<ByteBuffer> output;
    private final List<String> calls = new ArrayList<>();

    RecordingSession(Consumer<ByteBuffer> output) {
        this.output = output;
    }

    /** What has been called since this was asked last. */
    List<String> calls() {
        List<String> result = List.copyOf(calls);
        calls.clear();
        return result;
    }

    @Override
    public void receive(ByteBuffer bytes) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void refuse(String reason) {
        calls.add("refuse " + reason);
    }

    @Override
    public void begin(TransactionHeader header, PickleDialect dialect) {
        calls.add("begin " + header.tid());
    }

    @Override
    public void store(DataRecord record) {
        byte[] data = record.data();
        int size = data == null ? 0 : data.length;
        calls.add("store " + record.oid() + " of " + size);
        output.accept(ByteBuffer.allocate(size));
    }

    @Override
    public void beginBlob(DataRecord record, long size) {
        calls.add("blob " + record.oid() + " of " + size);
    }

    @Override
    public void blobBytes(ByteBuffer bytes) {
        calls.add("chunk of " + bytes.remaining());
        output.accept(bytes);
    }

    @Override
    public void commit() {
        calls.add("commit");
    }

    @Override
    public void flush() {
        calls.add("flush");
    }
}
