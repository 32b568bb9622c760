package io.zrs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.protocol.ReplicationMessage.Begin;
import io.zrs.storage.Bytes;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Extensions that are more than plain values; plain ones are in {@link GoldenStreamTest}. Strings are Latin-1: one character is one byte. */
class ExtensionCodecTest {
    private static final String BEGIN2 = "(U\1T(U\10\0\0\0\0\0\0\0\1U\1 U\0U\0";
    private static final String BEGIN3 = "(X\1\0\0\0T(c_codecs\nencode\n(X\10\0\0\0\0\0\0\0\0\0\0\1X\6\0\0\0latin1tR"
            + "X\1\0\0\0 c__builtin__\nbytes\n)Rc__builtin__\nbytes\n)R";
    private static final String DATE =
            "}X\4\0\0\0whencdatetime\ndate\n(c_codecs\nencode\n(X\5\0\0\0\7\u00c3\u00a8\1\1" + "X\6\0\0\0latin1tRtRs";

    @Test
    void keepsObjectsOpcodeForOpcode() {
        assertThat(stored(BEGIN3 + DATE + "tt.")).isEqualTo("\u0080\3" + DATE + ".");
        assertThat(wire(PickleDialect.PYTHON3, "\u0080\3" + DATE + ".")).isEqualTo(BEGIN3 + DATE + "tt.");
    }

    @Test
    void keepsObjectsOfPython2WithoutAProtocol() {
        String value = "}U\1aciso\nthing\n(tRs";
        assertThat(stored(BEGIN2 + value + "tt.")).isEqualTo(value + ".");
        assertThat(wire(PickleDialect.PYTHON2, value + ".")).isEqualTo(BEGIN2 + value + "tt.");
    }

    @Test
    void acceptsAnObjectInPlaceOfADictionary() {
        String value = "ccollections\nOrderedDict\n)RX\1\0\0\0aK\1s";
        assertThat(stored(BEGIN3 + value + "tt.")).isEqualTo("\u0080\3" + value + ".");
    }

    @Test
    void keepsValuesThatContainThemselves() {
        String value = "}q\0X\1\0\0\0aq\1h\0s";
        assertThat(stored(BEGIN3 + value + "tt.")).isEqualTo("\u0080\3" + value + ".");
        assertThat(wire(PickleDialect.PYTHON3, "\u0080\3" + value + ".")).isEqualTo(BEGIN3 + value + "tt.");
    }

    @Test
    void passesOnWhatWouldGrowWithoutBoundWrittenOut() {
        // Each list holds the one before it twice: 2^40 values written out.
        StringBuilder value = new StringBuilder("}X\1\0\0\0a]q\0");
        for (char i = 0; i < 40; i++) {
            value.append("0](h").append(i).append('h').append(i).append("eq").append((char) (i + 1));
        }
        value.append('s');
        assertThat(wire(PickleDialect.PYTHON3, "\u0080\3" + value + ".")).isEqualTo(BEGIN3 + value + "tt.");
        assertThat(stored(BEGIN3 + value + "tt.")).isEqualTo("\u0080\3" + value + ".");
    }

    @Test
    void dropsAnEmptyDictionary() {
        assertThat(stored(BEGIN3 + "(dtt.")).isEmpty();
        assertThat(wire(PickleDialect.PYTHON3, "\u0080\3}q\0.")).isEqualTo(BEGIN3 + "}tt.");
    }

    @Test
    void refusesAnObjectThatRefersToTheMessageAroundIt() {
        String message = "(U\1T(U\10\0\0\0\0\0\0\0\1U\1 U\0q\1U\0}h\1cos\nsystem\nstt.";
        assertThatThrownBy(() -> stored(message))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("cannot be told from the message around it");
    }

    @Test
    void refusesAnObjectInAMessageThatIsPutTogetherOtherwise() {
        String message = BEGIN2 + "}U\1acos\nsystem\nsttq\0000h\0.";
        assertThatThrownBy(() -> stored(message)).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void refusesToSendFramesInsideOfAMessage() {
        String framed =
                "\u0080\4\u0095\23\0\0\0\0\0\0\0}\u0094\u008c\1a\u0094\u008c\2os\u0094\u008c\1b\u0094\u0093\u0094s.";
        assertThatThrownBy(() -> wire(PickleDialect.PYTHON3, framed))
                .isInstanceOf(UnsendableTransactionException.class)
                .hasMessageContaining("frames");
    }

    private static String stored(String message) {
        Begin begin =
                (Begin) new MessageDecoder().decode(ByteBuffer.wrap(message.getBytes(StandardCharsets.ISO_8859_1)));
        return new String(begin.header().metadata().extension().toByteArray(), StandardCharsets.ISO_8859_1);
    }

    private static String wire(PickleDialect dialect, String stored) {
        Bytes extension = Bytes.copyOf(stored.getBytes(StandardCharsets.ISO_8859_1));
        TransactionMetadata metadata = new TransactionMetadata(Bytes.EMPTY, Bytes.EMPTY, extension);
        ByteBuffer message = new MessageEncoder(dialect)
                .encode(new Begin(new TransactionHeader(new Tid(1), ' ', metadata), dialect));
        return StandardCharsets.ISO_8859_1.decode(message).toString();
    }
}
