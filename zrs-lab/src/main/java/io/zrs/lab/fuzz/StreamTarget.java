package io.zrs.lab.fuzz;

import io.zrs.lab.fuzz.RecordedSink.Event;
import io.zrs.protocol.Greeting;
import io.zrs.protocol.ProtocolException;
import io.zrs.protocol.ProtocolLimits;
import io.zrs.protocol.ReceivingSession;
import io.zrs.protocol.ReplicationProtocol;
import io.zrs.protocol.SendingEvents;
import io.zrs.protocol.SendingSession;
import io.zrs.protocol.Zrs20;
import io.zrs.protocol.Zrs21;
import io.zrs.storage.Bytes;
import io.zrs.storage.Tid;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Receives a stream as a secondary does.
 *
 * <pre>
 * input := flags:u8 splitSeed:u16be lastTid:u64be stream
 * flags: 1 zrs2.1, else zrs2.0;  2 with the right checksums
 * </pre>
 *
 * <p>The stream is read to its end or to a {@link ProtocolException}, however it is cut. The transactions that it brought can be sent on, and arrive as they were.
 */
final class StreamTarget implements FuzzTarget {
    static final int ZRS21 = 1;
    static final int REPAIRED = 2;

    private static final ProtocolLimits LIMITS = new ProtocolLimits(1 << 20);

    private final ChecksumRepair repair = new ChecksumRepair();

    @Override
    public void run(byte[] bytes) {
        Input input = new Input(bytes);
        int flags = input.octet();
        long seed = input.size();
        Tid last = new Tid(input.number());
        byte[] stream = input.rest();
        if ((flags & REPAIRED) != 0) {
            stream = repair.repair(stream, last.value());
        }
        ReplicationProtocol protocol = (flags & ZRS21) != 0 ? new Zrs21() : new Zrs20();
        Received whole = receive(protocol, last, stream, Splits.NONE, seed);
        Check.same("cut into pieces", whole, receive(protocol, last, stream, Splits.SOMEWHERE, seed));
        Check.same("cut into bytes", whole, receive(protocol, last, stream, Splits.EVERYWHERE, seed));
        if (!whole.committed.isEmpty()) {
            byte[] sent = send(protocol, last, whole.committed);
            Received again = receive(protocol, last, sent, Splits.SOMEWHERE, seed);
            Check.same("sent on", whole.committed, again.events);
            Check.same("what is wrong with what is sent on", null, again.failure);
        }
    }

    private static Received receive(ReplicationProtocol protocol, Tid last, byte[] stream, Splits splits, long seed) {
        RecordedSink sink = new RecordedSink();
        ReceivingSession session = protocol.receive(last, sink, bytes -> {}, LIMITS);
        String failure = null;
        try {
            splits.cut(stream, seed, piece -> {
                session.receive(piece);
                Check.that(!piece.hasRemaining(), "a piece is not consumed");
            });
        } catch (ProtocolException e) {
            failure = e.toString();
        }
        return new Received(List.copyOf(sink.events()), List.copyOf(sink.committed()), sink.unfinishedBlob(), failure);
    }

    private static byte[] send(ReplicationProtocol protocol, Tid last, List<Event> events) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Tid> starts = new ArrayList<>();
        SendingEvents started = new SendingEvents() {
            @Override
            public void start(Tid tid) {
                starts.add(tid);
            }

            @Override
            public void acknowledged(Tid tid) {}
        };
        SendingSession session = protocol.send(
                started, bytes -> out.writeBytes(Bytes.copyOf(bytes).toByteArray()));
        greeting(protocol, last, session);
        Check.same("where to start", List.of(last), starts);
        RecordedSink.send(events, session);
        return out.toByteArray();
    }

    /** Has {@code session} hear what a secondary says at first. */
    private static void greeting(ReplicationProtocol protocol, Tid last, SendingSession session) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        protocol.receive(
                last,
                new RecordedSink(),
                bytes -> said.writeBytes(Bytes.copyOf(bytes).toByteArray()),
                LIMITS);
        ByteBuffer greeting = ByteBuffer.wrap(said.toByteArray());
        Check.same("the protocol", protocol.id(), new Greeting().decode(greeting));
        session.receive(greeting);
    }

    /** What became of a stream. */
    private record Received(
            List<Event> events,
            List<Event> committed,
            Bytes unfinishedBlob,
            @Nullable String failure) {}
}
