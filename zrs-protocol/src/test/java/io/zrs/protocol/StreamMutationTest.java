package io.zrs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.Tid;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams that were damaged on purpose, or made to harm: a {@link ProtocolException} and nothing else comes of it. */
class StreamMutationTest {
    private static final int CASES_PER_SEED = 400;
    private static final ProtocolLimits LIMITS = new ProtocolLimits(1 << 20);
    private static final List<GoldenStream> STREAMS = GoldenStream.shortOnes().toList();

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 10);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void damagedStreamsAreRefused(long seed) {
        Random random = new Random(seed);
        GoldenStream stream = STREAMS.get(random.nextInt(STREAMS.size()));
        byte[] whole = stream.bytes();
        long committed =
                stream.expectedEvents().stream().filter("commit"::equals).count();
        for (int i = 0; i < CASES_PER_SEED; i++) {
            byte[] damaged = whole.clone();
            int mutationCount = 1 + random.nextInt(3);
            for (int j = 0; j < mutationCount; j++) {
                mutate(damaged, random);
            }
            EventLog events = receive(damaged, stream.start(), 1 + random.nextInt(3_000));
            long commits = events.lines.stream().filter("commit"::equals).count();
            assertThat(commits).as("seed %s, case %s, %s", seed, i, stream).isLessThanOrEqualTo(committed);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void noChangedBitIsCommitted(long seed) {
        Random random = new Random(seed);
        GoldenStream stream = STREAMS.get(random.nextInt(STREAMS.size()));
        byte[] whole = stream.bytes();
        List<String> right = receive(whole, stream.start(), whole.length).lines;
        for (int i = 0; i < 100; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            List<String> lines = receive(damaged, stream.start(), damaged.length).lines;
            int end = lines.lastIndexOf("commit") + 1;
            assertThat(lines.subList(0, end))
                    .as("seed %s, case %s, %s", seed, i, stream)
                    .isEqualTo(right.subList(0, end));
            assertThat(end).isLessThan(right.size());
        }
    }

    private static void mutate(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
            case 0 -> bytes[at] = (byte) random.nextInt();
            case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                int size = random.nextInt(Math.min(200, bytes.length - at));
                System.arraycopy(bytes, random.nextInt(bytes.length - size), bytes, at, size);
            }
            default -> {
                // A size, in a frame or in a pickle.
                for (int i = at; i < Math.min(at + 4, bytes.length); i++) {
                    bytes[i] = (byte) (random.nextBoolean() ? 0xff : 0);
                }
            }
        }
    }

    private static EventLog receive(byte[] bytes, Tid start, int pieceSize) {
        EventLog events = new EventLog();
        ReceivingSession session = new Zrs21().receive(start, events, new Output(), LIMITS);
        try {
            for (int i = 0; i < bytes.length; i += pieceSize) {
                session.receive(ByteBuffer.wrap(bytes, i, Math.min(pieceSize, bytes.length - i)));
            }
        } catch (ProtocolException e) {
            assertThat(e).hasMessageMatching("(?s).{10,500}");
        }
        return events;
    }
}
