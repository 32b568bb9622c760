package io.zrs.secondary;

import io.zrs.protocol.SendingEvents;
import io.zrs.protocol.SendingSession;
import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Makes the bytes that a primary of {@code zrs2.1} sends on one connection. */
final class PrimaryStream {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final SendingSession session = Scene.zrs21().send(new Unheard(), this::write);

    /** To a secondary that has nothing. */
    PrimaryStream() {
        this(0);
    }

    /** To a secondary that has said that {@code last} is its last transaction. */
    PrimaryStream(long last) {
        session.receive(Scene.message(last));
    }

    PrimaryStream begin(long tid) {
        TransactionMetadata metadata =
                new TransactionMetadata(Bytes.utf8("user"), Bytes.utf8("transaction " + tid), Bytes.EMPTY);
        session.begin(
                new TransactionHeader(new Tid(tid), TransactionHeader.COMMITTED, metadata), PickleDialect.PYTHON3);
        return this;
    }

    PrimaryStream store(long oid, long tid, String data) {
        session.store(new DataRecord(new Oid(oid), new Tid(tid), data.getBytes(StandardCharsets.UTF_8), null));
        return this;
    }

    /** Begins a blob of {@code size} bytes. */
    PrimaryStream beginBlob(long oid, long tid, String data, int size) {
        session.beginBlob(
                new DataRecord(new Oid(oid), new Tid(tid), data.getBytes(StandardCharsets.UTF_8), null), size);
        return this;
    }

    PrimaryStream blobBytes(String bytes) {
        session.blobBytes(ByteBuffer.wrap(bytes.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    PrimaryStream commit() {
        session.commit();
        return this;
    }

    /** A whole transaction with one record. */
    PrimaryStream transaction(long tid) {
        return begin(tid).store(1, tid, "data " + tid).commit();
    }

    /** What has been written since the last call. */
    byte[] bytes() {
        session.flush();
        byte[] bytes = written.toByteArray();
        written.reset();
        return bytes;
    }

    private void write(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        written.writeBytes(copy);
    }

    private static final class Unheard implements SendingEvents {
        @Override
        public void start(Tid last) {}

        @Override
        public void acknowledged(Tid tid) {}
    }
}
