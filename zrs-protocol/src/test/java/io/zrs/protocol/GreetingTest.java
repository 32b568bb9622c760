package io.zrs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GreetingTest {
    private static final String ZRS21 = "000000067a7273322e31";

    @Test
    void encodesAFrame() {
        assertThat(hex(Greeting.encode("zrs2.1"))).isEqualTo(ZRS21);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ninechars", "zrs\u00e9"})
    void refusesToEncodeWhatIsNoId(String id) {
        assertThatThrownBy(() -> Greeting.encode(id)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void leavesWhatStandsBehindTheFrame() {
        ByteBuffer bytes = bytes(ZRS21 + "00000008");
        assertThat(new Greeting().decode(bytes)).isEqualTo("zrs2.1");
        assertThat(hex(bytes)).isEqualTo("00000008");
    }

    @Test
    void decodesByteByByte() {
        Greeting greeting = new Greeting();
        byte[] whole = HexFormat.of().parseHex(ZRS21);
        for (int i = 0; i < whole.length - 1; i++) {
            assertThat(greeting.decode(ByteBuffer.wrap(whole, i, 1))).isNull();
        }
        assertThat(greeting.decode(ByteBuffer.wrap(whole, whole.length - 1, 1))).isEqualTo("zrs2.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000000", "00000009", "ffffffff", "80000001", "47455420"})
    void refusesASizeThatNoIdHas(String header) {
        assertThatThrownBy(() -> new Greeting().decode(bytes(header)))
                .isInstanceOf(HandshakeException.class)
                .hasMessageContaining("it has " + Long.parseLong(header, 16));
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "0a", "7f", "e9"})
    void refusesWhatIsNoText(String each) {
        assertThatThrownBy(() -> new Greeting().decode(bytes("00000001" + each)))
                .isInstanceOf(HandshakeException.class)
                .hasMessageEndingWith("it is no ASCII text");
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return HexFormat.of().formatHex(copy);
    }
}
