package io.zrs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.protocol.FrameDecoder.Delivery;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final byte[] THREE_FRAMES = HexFormat.of().parseHex("00000003616263" + "00000000" + "000000026465");

    private final Collector collector = new Collector(Delivery.WHOLE);
    private final FrameDecoder decoder = new FrameDecoder(collector);

    @ParameterizedTest
    @EnumSource
    void passesOnFramesInOrder(Delivery delivery) {
        Collector frames = new Collector(delivery);
        ByteBuffer input = ByteBuffer.wrap(THREE_FRAMES);
        new FrameDecoder(frames).decode(input);
        assertThat(frames.payloads).containsExactly("abc", "", "de");
        assertThat(frames.partCounts).containsExactly(1, 1, 1);
        assertThat(input.hasRemaining()).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void passesOnTheSameFramesWhereverInputIsCut(Delivery delivery) {
        for (int first = 0; first <= THREE_FRAMES.length; first++) {
            for (int second = first; second <= THREE_FRAMES.length; second++) {
                Collector frames = new Collector(delivery);
                FrameDecoder cut = new FrameDecoder(frames);
                cut.decode(ByteBuffer.wrap(THREE_FRAMES, 0, first));
                cut.decode(ByteBuffer.wrap(THREE_FRAMES, first, second - first));
                cut.decode(ByteBuffer.wrap(THREE_FRAMES, second, THREE_FRAMES.length - second));
                assertThat(frames.payloads)
                        .as("cut at %s and %s", first, second)
                        .containsExactly("abc", "", "de");
                assertThat(frames.lasts).isEqualTo(3);
            }
        }
    }

    @Test
    void passesOnWholePayloadsInOnePart() {
        for (byte each : THREE_FRAMES) {
            decoder.decode(ByteBuffer.wrap(new byte[] {each}));
        }
        assertThat(collector.partCounts).containsExactly(1, 1, 1);
    }

    @Test
    void passesOnPartsAsTheyArrive() {
        Collector parts = new Collector(Delivery.IN_PARTS);
        FrameDecoder inParts = new FrameDecoder(parts);
        inParts.decode(ByteBuffer.wrap(THREE_FRAMES, 0, 5));
        assertThat(parts.payloads).containsExactly("a");
        inParts.decode(ByteBuffer.wrap(THREE_FRAMES, 5, 2));
        assertThat(parts.payloads).containsExactly("abc");
        assertThat(parts.partCounts).containsExactly(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7fffffff", "80000000", "ffffffff"})
    void readsSizesAsUnsigned(String size) {
        Collector parts = new Collector(Delivery.IN_PARTS);
        new FrameDecoder(parts).decode(ByteBuffer.wrap(HexFormat.of().parseHex(size + "6162")));
        assertThat(parts.sizes).containsExactly(Long.parseLong(size, 16));
        assertThat(parts.payloads).containsExactly("ab");
        assertThat(parts.lasts).isZero();
    }

    @Test
    void passesOnAPayloadBeyondTwoGibibytesWithoutHoldingIt() {
        Counter counter = new Counter();
        FrameDecoder huge = new FrameDecoder(counter);
        huge.decode(ByteBuffer.allocate(4).putInt((int) 0xc000_0000L).flip());
        ByteBuffer piece = ByteBuffer.allocate(1 << 24);
        for (long rest = 0xc000_0000L; rest > 0; rest -= piece.capacity()) {
            assertThat(counter.last).isFalse();
            huge.decode(piece.clear());
        }
        assertThat(counter.size).isEqualTo(0xc000_0000L);
        assertThat(counter.last).isTrue();
    }

    @Test
    void asksBeforeAnythingIsAllocated() {
        FrameDecoder refusing = new FrameDecoder(new Collector(Delivery.WHOLE) {
            @Override
            public Delivery begin(long payloadSize) {
                throw new FrameTooLargeException("nothing", payloadSize, 1);
            }
        });
        assertThatThrownBy(() -> refusing.decode(ByteBuffer.wrap(HexFormat.of().parseHex("ffffffff"))))
                .isInstanceOf(FrameTooLargeException.class)
                .hasMessageContaining("4294967295 bytes, 1 are accepted");
    }

    @Test
    void aReceiverMayLeaveOrMoveThePosition() {
        List<Integer> sizes = new ArrayList<>();
        FrameDecoder.Receiver careless = new FrameDecoder.Receiver() {
            @Override
            public Delivery begin(long payloadSize) {
                return Delivery.IN_PARTS;
            }

            @Override
            public void part(ByteBuffer bytes, boolean last) {
                sizes.add(bytes.remaining());
                bytes.position(bytes.position() + bytes.remaining() / 2);
            }
        };
        new FrameDecoder(careless).decode(ByteBuffer.wrap(THREE_FRAMES));
        assertThat(sizes).containsExactly(3, 0, 2);
    }

    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsWhatAWriterWrites(long seed) {
        Random random = new Random(seed);
        Output output = new Output();
        FrameWriter writer = new FrameWriter(output);
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            byte[] payload = new byte[random.nextInt(1 << random.nextInt(18))];
            random.nextBytes(payload);
            written.add(EventLog.sha256(payload));
            if (random.nextBoolean()) {
                writer.frame(ByteBuffer.wrap(payload));
            } else {
                writer.header(payload.length);
                writer.payload(ByteBuffer.wrap(payload));
            }
        }
        writer.flush();
        Collector read = new Collector(Delivery.WHOLE);
        FrameDecoder reader = new FrameDecoder(read);
        ByteBuffer all = ByteBuffer.wrap(output.bytes());
        while (all.hasRemaining()) {
            int size = Math.min(1 + random.nextInt(100_000), all.remaining());
            reader.decode(all.slice(all.position(), size));
            all.position(all.position() + size);
        }
        assertThat(read.hashes()).isEqualTo(written);
    }

    private static final class Counter implements FrameDecoder.Receiver {
        private long size;
        private boolean last;

        @Override
        public Delivery begin(long payloadSize) {
            return Delivery.IN_PARTS;
        }

        @Override
        public void part(ByteBuffer bytes, boolean isLast) {
            size += bytes.remaining();
            last = isLast;
        }
    }

    private static class Collector implements FrameDecoder.Receiver {
        private final Delivery delivery;
        private final List<Long> sizes = new ArrayList<>();
        private final List<String> payloads = new ArrayList<>();
        private final List<Integer> partCounts = new ArrayList<>();
        private int lasts;

        Collector(Delivery delivery) {
            this.delivery = delivery;
        }

        @Override
        public Delivery begin(long payloadSize) {
            sizes.add(payloadSize);
            payloads.add("");
            partCounts.add(0);
            return delivery;
        }

        @Override
        public void part(ByteBuffer bytes, boolean last) {
            int index = payloads.size() - 1;
            String text = StandardCharsets.ISO_8859_1.decode(bytes).toString();
            payloads.set(index, payloads.get(index) + text);
            partCounts.set(index, partCounts.get(index) + 1);
            lasts += last ? 1 : 0;
        }

        List<String> hashes() {
            return payloads.stream()
                    .map(text -> EventLog.sha256(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .toList();
        }
    }
}
