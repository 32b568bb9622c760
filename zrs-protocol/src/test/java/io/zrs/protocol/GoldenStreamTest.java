package io.zrs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Everything that Python primaries were recorded to send. */
class GoldenStreamTest {
    @ParameterizedTest
    @MethodSource("io.zrs.protocol.GoldenStream#all")
    void saysWhatThePythonClientSaid(GoldenStream stream) {
        Output output = new Output();
        stream.protocol().receive(stream.start(), new EventLog(), output, ProtocolLimits.DEFAULT);
        assertThat(output.hex()).isEqualTo(stream.sent());
    }

    @ParameterizedTest
    @MethodSource("io.zrs.protocol.GoldenStream#all")
    void decodesInOnePiece(GoldenStream stream) {
        byte[] bytes = stream.bytes();
        assertThat(decode(stream, bytes, bytes.length)).isEqualTo(stream.expectedEvents());
    }

    @ParameterizedTest
    @MethodSource("io.zrs.protocol.GoldenStream#all")
    void decodesByteByByte(GoldenStream stream) {
        assertThat(decode(stream, stream.bytes(), 1)).isEqualTo(stream.expectedEvents());
    }

    @ParameterizedTest
    @MethodSource("io.zrs.protocol.GoldenStream#shortOnes")
    void decodesWhereverItIsCut(GoldenStream stream) {
        byte[] bytes = stream.bytes();
        List<String> expected = stream.expectedEvents();
        for (int cut = 0; cut <= bytes.length; cut++) {
            EventLog events = new EventLog();
            ReceivingSession session = receive(stream, events);
            session.receive(ByteBuffer.wrap(bytes, 0, cut));
            session.receive(ByteBuffer.wrap(bytes, cut, bytes.length - cut));
            assertThat(events.lines).as("cut at %s", cut).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("io.zrs.protocol.GoldenStream#all")
    void encodesByteForByte(GoldenStream stream) {
        Output output = new Output();
        SendingSession sending = stream.protocol().send(new Starts(), output);
        sending.receive(ByteBuffer.allocate(12)
                .putInt(8)
                .putLong(stream.start().value())
                .flip());
        receive(stream, new Forwarder(sending)).receive(ByteBuffer.wrap(stream.bytes()));
        sending.flush();

        byte[] expected = EmptyBlobs.withEmptyBlocks(stream.bytes(), stream.start());
        assertThat(output.bytes()).isEqualTo(expected);
    }

    private static List<String> decode(GoldenStream stream, byte[] bytes, int pieceSize) {
        EventLog events = new EventLog();
        ReceivingSession session = receive(stream, events);
        for (int i = 0; i < bytes.length; i += pieceSize) {
            session.receive(ByteBuffer.wrap(bytes, i, Math.min(pieceSize, bytes.length - i)));
        }
        return stream.comparable(events.lines);
    }

    private static ReceivingSession receive(GoldenStream stream, ReplicationSink sink) {
        return stream.protocol().receive(stream.start(), sink, new Output(), ProtocolLimits.DEFAULT);
    }
}
