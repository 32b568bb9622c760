package io.zrs.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Test;

class BytesTest {
    @Test
    void comparesByContent() {
        assertThat(Bytes.copyOf(new byte[] {1, 2})).isEqualTo(Bytes.copyOf(ByteBuffer.wrap(new byte[] {1, 2})));
        assertThat(Bytes.copyOf(new byte[] {1, 2})).isNotEqualTo(Bytes.copyOf(new byte[] {2, 1}));
        assertThat(Bytes.copyOf(new byte[0])).isSameAs(Bytes.EMPTY);
        assertThat(Bytes.utf8("")).isEqualTo(Bytes.EMPTY).hasSameHashCodeAs(Bytes.EMPTY);
    }

    @Test
    void cannotBeChangedFromOutside() {
        byte[] source = {1, 2, 3};
        Bytes bytes = Bytes.copyOf(source);
        source[0] = 9;
        bytes.toByteArray()[1] = 9;
        assertThat(bytes).hasToString("010203");
        assertThatExceptionOfType(ReadOnlyBufferException.class)
                .isThrownBy(() -> bytes.asByteBuffer().put((byte) 9));
    }

    @Test
    void consumesTheBufferItCopies() {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3});
        buffer.get();
        assertThat(Bytes.copyOf(buffer).toByteArray()).containsExactly(2, 3);
        assertThat(buffer.hasRemaining()).isFalse();
    }

    @Test
    void readsMalformedUtf8AsReplacementCharacters() {
        assertThat(Bytes.utf8("käse").toUtf8String()).isEqualTo("käse");
        assertThat(Bytes.copyOf(new byte[] {(byte) 0xff, 'a'}).toUtf8String()).isEqualTo("\ufffda");
    }
}
