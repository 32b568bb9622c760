package io.zrs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTest {
    private final Output output = new Output();
    private final FrameWriter writer = new FrameWriter(output);

    @Test
    void holdsSmallFramesBackUntilFlush() {
        writer.frame(bytes("abc"));
        writer.header(2);
        writer.payload(bytes("de"));
        writer.header(0);
        assertThat(output.buffers).isEmpty();
        writer.flush();
        assertThat(output.buffers).hasSize(1);
        assertThat(output.hex()).isEqualTo("00000003616263" + "000000026465" + "00000000");
    }

    @Test
    void flushOfNothingSendsNothing() {
        writer.flush();
        writer.frame(bytes("a"));
        writer.flush();
        writer.flush();
        assertThat(output.buffers).hasSize(1);
    }

    @Test
    void neverWritesIntoWhatItHasGivenAway() {
        writer.frame(bytes("first"));
        writer.flush();
        String before = output.hex();
        writer.frame(bytes("second"));
        writer.flush();
        assertThat(output.hex()).startsWith(before).isEqualTo(before + "00000006" + "7365636f6e64");
    }

    @Test
    void passesLargePiecesOnWithoutACopy() {
        byte[] large = new byte[FrameWriter.PASSED_ON_BYTES_MIN];
        writer.header(large.length);
        writer.payload(ByteBuffer.wrap(large));
        assertThat(output.buffers).hasSize(2);
        large[7] = 42;
        assertThat(output.buffers.get(1).get(7)).isEqualTo((byte) 42);
    }

    @Test
    void copiesSmallPieces() {
        byte[] small = new byte[FrameWriter.PASSED_ON_BYTES_MIN - 1];
        writer.header(small.length);
        writer.payload(ByteBuffer.wrap(small));
        writer.flush();
        small[7] = 42;
        assertThat(output.bytes()[4 + 7]).isZero();
    }

    @Test
    void sendsGatheredBytesWhenThereIsNoRoomLeft() {
        byte[] payload = new byte[1000];
        for (int i = 0; i < 1000; i++) {
            writer.frame(ByteBuffer.wrap(payload));
        }
        assertThat(output.buffers).hasSize(7).allMatch(buffer -> buffer.remaining() > FrameWriter.GATHERED_BYTES - 4);
        writer.flush();
        assertThat(output.bytes()).hasSize(1000 * 1004);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1L << 32})
    void refusesSizesThatNoFrameHas(long size) {
        assertThatThrownBy(() -> writer.header(size)).isInstanceOf(IllegalArgumentException.class);
        writer.flush();
        assertThat(output.buffers).isEmpty();
    }

    @Test
    void writesTheLargestSize() {
        writer.header(0xffff_ffffL);
        writer.flush();
        assertThat(output.hex()).isEqualTo("ffffffff");
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
