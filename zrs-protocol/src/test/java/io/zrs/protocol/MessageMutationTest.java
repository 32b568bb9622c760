package io.zrs.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.golden.Golden;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The two ways to read a message agree: that by opcodes, and that by values, which reads the same message with a {@code PROTO} opcode
 * before it.
 */
class MessageMutationTest {
    private static final int CASES_PER_SEED = 2_000;

    private final MessageDecoder decoder = new MessageDecoder();
    private final CanonicalReader canonical = new CanonicalReader();

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 10);
    }

    @ParameterizedTest
    @MethodSource("io.zrs.protocol.GoldenStream#all")
    void bothWaysGiveTheSame(GoldenStream stream) {
        for (byte[] message : messages(stream.toString())) {
            assertThat(decode(withProtocol(message)))
                    .as(() -> HexFormat.of().formatHex(message))
                    .isEqualTo(decode(message))
                    .isInstanceOf(ReplicationMessage.class);
        }
    }

    @ParameterizedTest
    @MethodSource("io.zrs.protocol.GoldenStream#all")
    void whatPythonSendsIsReadByItsOpcodes(GoldenStream stream) {
        for (byte[] message : messages(stream.toString())) {
            boolean plain = message.length <= 1024 && message[message.length - 4] == '}';
            if (plain || !isBegin(message)) {
                assertThat(canonical.read(ByteBuffer.wrap(message)))
                        .as(() -> HexFormat.of().formatHex(message))
                        .isNotNull();
            }
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void bothWaysGiveTheSameForDamagedMessages(long seed) {
        Random random = new Random(seed);
        List<byte[]> messages = messages(random.nextBoolean() ? "py2-packed/from-zero" : "py3-packed/from-zero");
        int read = 0;
        for (int i = 0; i < CASES_PER_SEED; i++) {
            byte[] damaged = messages.get(random.nextInt(messages.size())).clone();
            byte[] other = messages.get(random.nextInt(messages.size()));
            int size = random.nextInt(1 + random.nextInt(8));
            int to = random.nextInt(damaged.length - size);
            System.arraycopy(other, random.nextInt(other.length - size), damaged, to, size);
            damaged[random.nextInt(damaged.length)] ^= (byte) (random.nextInt(4) == 0 ? 1 << random.nextInt(8) : 0);
            Object result = decode(damaged);
            assertThat(decode(withProtocol(damaged)))
                    .as(() -> "seed " + seed + ": " + HexFormat.of().formatHex(damaged))
                    .isEqualTo(result);
            read += result instanceof ReplicationMessage ? 1 : 0;
        }
        assertThat(read).as("readable messages").isBetween(CASES_PER_SEED / 20, CASES_PER_SEED * 19 / 20);
    }

    /** The message, or the type of what was thrown. */
    private Object decode(byte[] message) {
        try {
            return decoder.decode(ByteBuffer.wrap(message));
        } catch (ProtocolException e) {
            return e.getClass();
        }
    }

    private static boolean isBegin(byte[] message) {
        return message[message[1] == 'U' ? 3 : 6] == 'T';
    }

    private static byte[] withProtocol(byte[] message) {
        return ByteBuffer.allocate(message.length + 2)
                .put((byte) 0x80)
                .put((byte) 2)
                .put(message)
                .array();
    }

    private static List<byte[]> messages(String stream) {
        List<byte[]> messages = new ArrayList<>();
        for (JsonNode message : Golden.json(stream + ".wire.json").get("messages")) {
            if (message.has("pickle")) {
                messages.add(HexFormat.of().parseHex(message.get("pickle").asText()));
            }
        }
        return messages;
    }
}
