package io.zrs.pickle;

import static io.zrs.pickle.Pickles.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpcodeRangeTest {
    private static final String EXTENSION = "}q\0X\1\0\0\0aq\1cm\nC\nq\2)\u0081q\3}q\4bs";

    @Test
    void leavesOutProtocolAndStop() throws PickleException {
        assertEquals(EXTENSION, text(range("\u0080\3", EXTENSION, ".")));
        assertEquals(EXTENSION, text(range(EXTENSION, ".rest")));
        assertThat(range("\u0080\3", EXTENSION, ".").isSelfContained()).isTrue();
        ByteBuffer shifted = ByteBuffer.wrap(bytes("xN.")).position(1);
        assertEquals("N", text(OpcodeRange.ofPickle(shifted)));
        assertEquals(1, shifted.position());
    }

    @Test
    void findsTheExtensionInAMessage() throws PickleException {
        OpcodeRange message = range("(X\1\0\0\0T(U\10\0\0\0\0\0\0\0\1U\1 U\0X\0\0\0\0", EXTENSION, "tt.");

        assertEquals(List.of("X\1\0\0\0T", text(message.items().get(1))), texts(message.items()));
        List<OpcodeRange> items = message.items().get(1).items();
        assertEquals(List.of("U\10\0\0\0\0\0\0\0\1", "U\1 ", "U\0", "X\0\0\0\0", EXTENSION), texts(items));
        assertThat(items.get(4).isSelfContained()).isTrue();
        byte[] stored = bytes("\u0080\3", text(items.get(4)), ".");
        assertEquals(Pickles.read(EXTENSION, "."), Pickles.read(stored));
    }

    @Test
    void splitsEveryKindOfTuple() throws PickleException {
        assertEquals(List.of("N"), texts(range("N\u0085.").items()));
        assertEquals(List.of("N", "K\1"), texts(range("NK\1\u0086q\0.").items()));
        assertEquals(
                List.of("N", "K\1", "]Naq\1"),
                texts(range("NK\1]Naq\1\u0087\u0094.").items()));
        assertEquals(
                List.of("(N(NNttq\0", "cm\nC\n(NtR"),
                texts(range("((N(NNttq\0cm\nC\n(NtRtp5\n.").items()));
        // what was pushed and popped again belongs to the item before it
        assertEquals(List.of("K\1N0", "K\2"), texts(range("(N0K\1N0K\2t.").items()));
    }

    @ParameterizedTest
    @ValueSource(strings = {").", "N.", "]Na.", "(Nl.", "(Nt0N.", "N(Nt0.", "Nq\0(Nt0h\0.", "cm\nC\n(NtR."})
    void thatWhichIsNoTupleHasNoItems(String pickle) throws PickleException {
        assertThat(range(pickle).items()).isEmpty();
    }

    @Test
    void refersToNothingOutside() throws PickleException {
        assertContained("(Nq\0]q\1h\1\u0086t.", true, true);
        assertContained("(Nq\0h\0t.", true, false);
        assertContained("(N]q\0t.", true, true);
        assertContained("(Nq\5]h\5at.", true, false);
        assertContained("(N2t.", true, false);
        // the number of the entry would change
        assertContained("(N\u0094]\u0094h\1\u0086t.", true, false);
        assertContained("(N\u0094]\u0094h\0at.", true, false);
        assertContained("(N]\u0094h\0\u0086t.", true, true);
    }

    @Test
    void aFrameIsNotSelfContained() throws PickleException {
        assertThat(range("\u0080\4\u0095\2\0\0\0\0\0\0\0N.").isSelfContained()).isFalse();
    }

    @Test
    void moreThanOneValueIsNotSelfContained() throws PickleException {
        assertThat(range("NN.").isSelfContained()).isFalse();
        assertThat(range("(N.").isSelfContained()).isFalse();
    }

    @Test
    void refusesWhatIsNoPickle() {
        for (String pickle : List.of("", "N", ".", "(.", "t.", "Na.", "h\0.", "?", "(Ne.", "\u0097.")) {
            assertThrows(PickleException.class, () -> range(pickle), pickle);
        }
    }

    private static void assertContained(String pickle, boolean... expected) throws PickleException {
        List<OpcodeRange> items = range(pickle).items();
        assertEquals(expected.length, items.size());
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], items.get(i).isSelfContained(), pickle + " item " + i);
        }
    }

    private static OpcodeRange range(Object... parts) throws PickleException {
        return OpcodeRange.ofPickle(ByteBuffer.wrap(bytes(parts)));
    }

    private static List<String> texts(List<OpcodeRange> ranges) {
        List<String> texts = new ArrayList<>();
        ranges.forEach(range -> texts.add(text(range)));
        return texts;
    }

    private static String text(OpcodeRange range) {
        return Octets.of(range.bytes()).latin1();
    }
}
