package io.zrs.lab.fuzz;

import io.zrs.protocol.ReplicationSink;
import io.zrs.protocol.SendingSession;
import io.zrs.storage.Bytes;
import io.zrs.storage.DataRecord;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what a session passes on; the bytes of a blob as one, however they came.
 *
 * <p>Threading: confined to one thread.
 */
final class RecordedSink implements ReplicationSink {
    /** One step. */
    sealed interface Event {
        /** A transaction begins. */
        record Begun(TransactionHeader header, PickleDialect dialect) implements Event {}

        /** A record; {@code data} is null for an object that does not exist, {@code blob} for one that is no blob. */
        record Stored(
                Oid oid,
                Tid serial,
                @Nullable Bytes data,
                @Nullable Tid dataTid,
                @Nullable Bytes blob) implements Event {}

        /** A transaction is whole. */
        record Committed() implements Event {}
    }

    private final List<Event> events = new ArrayList<>();
    private final ByteArrayOutputStream blob = new ByteArrayOutputStream();
    private Event.@Nullable Stored record;

    /** What was passed on so far. */
    List<Event> events() {
        return events;
    }

    /** The bytes of a blob that has no end yet. */
    Bytes unfinishedBlob() {
        return Bytes.copyOf(blob.toByteArray());
    }

    /** What was passed on of the transactions that are whole. */
    List<Event> committed() {
        int count = events.size();
        while (count > 0 && !(events.get(count - 1) instanceof Event.Committed)) {
            count--;
        }
        return events.subList(0, count);
    }

    /** Sends {@code events}. */
    static void send(List<Event> events, SendingSession session) {
        for (Event event : events) {
            if (event instanceof Event.Begun begun) {
                session.begin(begun.header(), begun.dialect());
            } else if (event instanceof Event.Stored stored) {
                send(stored, session);
            } else {
                session.commit();
            }
        }
        session.flush();
    }

    private static void send(Event.Stored stored, SendingSession session) {
        Bytes data = stored.data();
        DataRecord sent = new DataRecord(
                stored.oid(), stored.serial(), data == null ? null : data.toByteArray(), stored.dataTid());
        Bytes blob = stored.blob();
        if (blob == null) {
            session.store(sent);
        } else {
            session.beginBlob(sent, blob.size());
            session.blobBytes(ByteBuffer.wrap(blob.toByteArray()));
        }
    }

    @Override
    public void begin(TransactionHeader header, PickleDialect dialect) {
        events.add(new Event.Begun(header, dialect));
    }

    @Override
    public void store(Oid oid, Tid serial, byte @Nullable [] data, @Nullable Tid dataTid) {
        events.add(new Event.Stored(oid, serial, data == null ? null : Bytes.copyOf(data), dataTid, null));
    }

    @Override
    public void beginBlob(Oid oid, Tid serial, byte[] data, @Nullable Tid dataTid) {
        Check.that(record == null, "a blob begins within another one");
        record = new Event.Stored(oid, serial, Bytes.copyOf(data), dataTid, null);
    }

    @Override
    public void blobBytes(ByteBuffer bytes) {
        Check.that(record != null, "bytes of no blob");
        blob.writeBytes(Bytes.copyOf(bytes).toByteArray());
    }

    @Override
    public void endBlob() {
        Event.Stored begun = record;
        if (begun == null) {
            throw new AssertionError("the end of no blob");
        }
        record = null;
        events.add(new Event.Stored(begun.oid(), begun.serial(), begun.data(), begun.dataTid(), unfinishedBlob()));
        blob.reset();
    }

    @Override
    public void commit() {
        events.add(new Event.Committed());
    }
}
