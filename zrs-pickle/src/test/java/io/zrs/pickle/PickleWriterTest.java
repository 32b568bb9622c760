package io.zrs.pickle;

import static io.zrs.pickle.Pickles.bytes;
import static io.zrs.pickle.Pickles.hex;
import static io.zrs.pickle.Pickles.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zrs.pickle.PickleValue.Bool;
import io.zrs.pickle.PickleValue.ByteString;
import io.zrs.pickle.PickleValue.Bytes;
import io.zrs.pickle.PickleValue.Floating;
import io.zrs.pickle.PickleValue.Int;
import io.zrs.pickle.PickleValue.LongInt;
import io.zrs.pickle.PickleValue.None;
import io.zrs.pickle.PickleValue.Text;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The expected bytes were compared with those of Python 2.7.18 and 3.11.7. */
class PickleWriterTest {
    private static final PickleForm STORED3 = PickleForm.PYTHON3_STORED;
    private static final PickleForm STORED2 = PickleForm.PYTHON2_STORED;
    private static final PickleForm WIRE3 = PickleForm.PYTHON3_WIRE;
    private static final PickleForm WIRE2 = PickleForm.PYTHON2_WIRE;

    @Test
    void writesSingletons() {
        check(None.NONE, "N", "N", "N", "N");
        check(Bool.TRUE, "\u0088", "I01\n", "I01\n", "I01\n");
        check(Bool.FALSE, "\u0089", "I00\n", "I00\n", "I00\n");
        check(PickleTuple.of(), ")", ")", ")", ")");
    }

    @Test
    void writesNumbers() {
        same(new Int(0), "K\0");
        same(new Int(255), "K\u00ff");
        same(new Int(256), "M\0\1");
        same(new Int(65535), "M\u00ff\u00ff");
        same(new Int(65536), "J\0\0\1\0");
        same(new Int(-1), "J\u00ff\u00ff\u00ff\u00ff");
        same(new Int(Integer.MIN_VALUE), "J\0\0\0\u0080");
        same(new Int(Integer.MAX_VALUE), "J\u00ff\u00ff\u00ff\u007f");
        same(new Floating(1.5), "G?\u00f8\0\0\0\0\0\0");
        String high = "\u008a\5\0\0\0\u0080\0";
        check(new Int(1L << 31), high, "I2147483648\n", "L2147483648L\n", "I2147483648\n");
        check(longInt(1L << 31), high, "L2147483648L\n", "L2147483648L\n", "L2147483648L\n");
        check(
                new Int(-(1L << 40)),
                "\u008a\6\0\0\0\0\0\u00ff",
                "I-1099511627776\n",
                "L-1099511627776L\n",
                "I-1099511627776\n");
        check(longInt(5), "K\5", "L5L\n", "K\5", "L5L\n");
    }

    @Test
    void writesLongestShortFormAndShortestLongForm() {
        BigInteger fits = BigInteger.ONE.shiftLeft(255 * 8 - 1).negate();
        assertThat(stored3(new LongInt(fits))).startsWith(bytes("\u008a\u00ff")).hasSize(2 + 255);
        assertThat(stored3(new LongInt(fits.subtract(BigInteger.ONE))))
                .startsWith(bytes("\u008b\0\1\0\0"))
                .hasSize(5 + 256);
        assertThat(stored3(new Bytes(Octets.of(new byte[255]))))
                .startsWith(bytes("C\u00ff"))
                .hasSize(2 + 255 + 2);
        assertThat(stored3(new Bytes(Octets.of(new byte[256]))))
                .startsWith(bytes("B\0\1\0\0"))
                .hasSize(5 + 256 + 2);
        ByteString shorter = new ByteString(Octets.of(new byte[255]));
        ByteString longer = new ByteString(Octets.of(new byte[256]));
        assertThat(opcodes(WIRE2, shorter)).startsWith(bytes("U\u00ff")).hasSize(2 + 255);
        assertThat(opcodes(WIRE2, longer)).startsWith(bytes("T\0\1\0\0")).hasSize(5 + 256);
    }

    @Test
    void writesStrings() {
        Octets binary = Octets.of(bytes("a\u00ff"));
        String encoded = "c_codecs\nencode\n(X\3\0\0\0a\u00c3\u00bfX\6\0\0\0latin1tR";
        check(
                Text.of("aé"),
                "X\3\0\0\0a\u00c3\u00a9q\0",
                "X\3\0\0\0a\u00c3\u00a9",
                "X\3\0\0\0a\u00c3\u00a9",
                "X\3\0\0\0a\u00c3\u00a9");
        check(new Bytes(binary), "C\2a\u00ffq\0", "U\2a\u00ff", encoded, "U\2a\u00ff");
        check(new ByteString(binary), "C\2a\u00ffq\0", "U\2a\u00ff", encoded, "U\2a\u00ff");
        check(new ByteString(Octets.of(bytes("ab"))), "X\2\0\0\0abq\0", "U\2ab", "X\2\0\0\0ab", "U\2ab");
        check(new Bytes(Octets.of(bytes(""))), "C\0q\0", "U\0", "c__builtin__\nbytes\n)R", "U\0");
    }

    @Test
    void writesWhatStandsForBytesAsBytes() throws PickleException {
        PickleValue call = read("c_codecs\nencode\n(X\2\0\0\0\u00c3\u00bfX\6\0\0\0latin1tR.");

        check(
                call,
                "C\1\u00ffq\0",
                "U\1\u00ff",
                "c_codecs\nencode\n(X\2\0\0\0\u00c3\u00bfX\6\0\0\0latin1tR",
                "U\1\u00ff");
    }

    @Test
    void writesContainers() {
        PickleValue one = new Int(1);
        check(PickleTuple.of(one), "K\1\u0085q\0", "(K\1t", "(K\1t", "(K\1t");
        check(PickleTuple.of(one, one), "K\1K\1\u0086q\0", "(K\1K\1t", "(K\1K\1t", "(K\1K\1t");
        check(PickleTuple.of(one, one, one), "K\1K\1K\1\u0087q\0", "(K\1K\1K\1t", "(K\1K\1K\1t", "(K\1K\1K\1t");
        check(
                PickleTuple.of(one, one, one, one),
                "(K\1K\1K\1K\1tq\0",
                "(K\1K\1K\1K\1t",
                "(K\1K\1K\1K\1t",
                "(K\1K\1K\1K\1t");
        check(PickleList.of(), "]q\0", "]q\1", "]", "]");
        check(PickleList.of(one), "]q\0K\1a", "]q\1K\1a", "]K\1a", "]K\1a");
        check(PickleList.of(one, one), "]q\0(K\1K\1e", "]q\1(K\1K\1e", "](K\1K\1e", "](K\1K\1e");
        check(PickleDict.of(), "}q\0", "}q\1", "}", "}");
        PickleDict.Entry entry = new PickleDict.Entry(one, PickleDict.of());
        check(PickleDict.of(entry), "}q\0K\1}q\1s", "}q\1K\1}q\2s", "}K\1}s", "}K\1}s");
        check(
                PickleDict.of(entry, entry),
                "}q\0(K\1}q\1K\1}q\2u",
                "}q\1(K\1}q\2K\1}q\3u",
                "}(K\1}K\1}u",
                "}(K\1}K\1}u");
    }

    @Test
    void splitsLongListsAsEachVersionDoes() {
        for (int size : new int[] {1_000, 2_000}) {
            assertThat(new String(opcodes(WIRE3, nones(size)), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .isEqualTo("]" + ("(" + "N".repeat(1_000) + "e").repeat(size / 1_000));
            assertThat(opcodes(WIRE2, nones(size))).isEqualTo(opcodes(WIRE3, nones(size)));
        }
        assertThat(opcodes(WIRE3, nones(1_001))).endsWith(bytes("NNe(Ne"));
        assertThat(opcodes(WIRE2, nones(1_001))).endsWith(bytes("NNeNa"));
        assertThat(opcodes(WIRE3, nones(2_002))).endsWith(bytes("NNe(NNe"));
        assertThat(opcodes(WIRE2, nones(2_002))).endsWith(bytes("NNe(NNe"));
    }

    @ParameterizedTest
    @EnumSource(PickleForm.class)
    void splitsLongDictionaries(PickleForm form) {
        assertThat(opcodes(form, noneDict(999))).endsWith(bytes("NNu"));
        assertThat(opcodes(form, noneDict(1_000))).endsWith(bytes("NNu(u"));
        assertThat(opcodes(form, noneDict(1_001))).endsWith(bytes("NNu(NNu"));
        assertThat(opcodes(form, noneDict(2_000))).endsWith(bytes("NNu(u"));
    }

    @Test
    void refersToStringsThatPythonThreeKeepsOnce() {
        PickleTuple twice = PickleTuple.of(
                Text.of(""),
                Text.of(""),
                Text.of("a"),
                Text.of("a"),
                Text.of("é"),
                Text.of("é"),
                bytesValue(""),
                bytesValue(""),
                bytesValue("a"),
                bytesValue("a"),
                Text.of("€"),
                Text.of("€"),
                Text.of("Ā"),
                Text.of("Ā"),
                Text.of("ab"),
                Text.of("ab"));

        assertEquals(
                hex(bytes(
                        "(X\0\0\0\0q\0h\0X\1\0\0\0aq\1h\1X\2\0\0\0\u00c3\u00a9q\2h\2C\0q\3h\3C\1aq\4h\4",
                        "X\3\0\0\0\u00e2\u0082\u00acq\5X\3\0\0\0\u00e2\u0082\u00acq\6",
                        "X\2\0\0\0\u00c4\u0080q\7X\2\0\0\0\u00c4\u0080q\10X\2\0\0\0abq\11X\2\0\0\0abq\12tq\13")),
                hex(stored3(twice)));
    }

    @Test
    void numbersMemoEntriesBeyondOneByte() {
        List<PickleValue> items = new ArrayList<>(Collections.nCopies(256, PickleList.of()));
        items.add(Text.of("a"));
        items.add(Text.of("a"));

        assertThat(stored3(PickleTuple.of(items))).endsWith(bytes("]q\u00ffX\1\0\0\0ar\0\1\0\0j\0\1\0\0tr\1\1\0\0"));
        assertThat(opcodes(STORED2, PickleTuple.of(items.subList(0, 256)))).endsWith(bytes("]q\u00ff]r\0\1\0\0t"));
    }

    @Test
    void completePicklesHaveProtocolAndStop() throws NotPlainException {
        assertEquals(hex(bytes("\u0080\3N.")), hex(new PickleWriter(STORED3, Pickles.LIMITS).pickle(None.NONE)));
        assertEquals(hex(bytes("N.")), hex(new PickleWriter(STORED2, Pickles.LIMITS).pickle(None.NONE)));
        assertEquals(hex(bytes("N.")), hex(new PickleWriter(WIRE3, Pickles.LIMITS).pickle(None.NONE)));
    }

    @ParameterizedTest
    @EnumSource(PickleForm.class)
    void refusesWhatIsNotPlain(PickleForm form) throws PickleException {
        PickleWriter writer = new PickleWriter(form, Pickles.LIMITS);
        for (String pickle : List.of(
                "cm\nC\n.",
                "cm\nC\n)R.",
                "\u0082\1.",
                "C\1aQ.",
                "\u008f.",
                "(\u0091.",
                "\u0096\0\0\0\0\0\0\0\0.",
                "]q\0h\0a.",
                "]q\0(h\0h\0e.",
                "}q\0Nh\0s.",
                "]q\0h\0\u0085a.",
                "cm\nC\n\u0085.")) {
            PickleValue value = read(pickle);
            assertThrows(NotPlainException.class, () -> writer.pickle(value), pickle);
            assertThrows(NotPlainException.class, () -> writer.opcodes(value), pickle);
        }
    }

    @ParameterizedTest
    @EnumSource(PickleForm.class)
    void sharedValuesAreWrittenOutUpToTheLimit(PickleForm form) throws Exception {
        PickleWriter writer = new PickleWriter(form, new PickleLimits(10_000, 50, 1_000, 100, 100));
        PickleValue shared = read("]q\0h\0\u0086.");
        assertEquals(
                PickleTuple.of(PickleList.of(), PickleList.of()),
                read(writer.pickle(shared)),
                "equal, whether shared or not");
        assertThat(((PickleTuple) read(writer.pickle(shared))).items().get(0))
                .isNotSameAs(((PickleTuple) read(writer.pickle(shared))).items().get(1));

        PickleValue laughs = read("]", "2\u0086".repeat(40), ".");
        assertThrows(NotPlainException.class, () -> writer.pickle(laughs));
        PickleValue deep = read("]", "\u0085".repeat(60), ".");
        assertThrows(NotPlainException.class, () -> writer.pickle(deep));
    }

    private static void same(PickleValue value, String opcodes) {
        check(value, opcodes, opcodes, opcodes, opcodes);
    }

    private static void check(PickleValue value, String stored3, String stored2, String wire3, String wire2) {
        assertEquals(hex(bytes(stored3)), hex(opcodes(STORED3, value)), "stored by Python 3");
        assertEquals(hex(bytes(stored2)), hex(opcodes(STORED2, value)), "stored by Python 2");
        assertEquals(hex(bytes(wire3)), hex(opcodes(WIRE3, value)), "sent by Python 3");
        assertEquals(hex(bytes(wire2)), hex(opcodes(WIRE2, value)), "sent by Python 2");
    }

    private static byte[] stored3(PickleValue value) {
        return opcodes(STORED3, value);
    }

    private static byte[] opcodes(PickleForm form, PickleValue value) {
        try {
            return new PickleWriter(form, Pickles.LIMITS).opcodes(value);
        } catch (NotPlainException e) {
            throw new AssertionError(e);
        }
    }

    private static PickleList nones(int size) {
        return PickleList.of(Collections.nCopies(size, None.NONE));
    }

    private static PickleDict noneDict(int size) {
        return PickleDict.of(Collections.nCopies(size, new PickleDict.Entry(None.NONE, None.NONE)));
    }

    private static LongInt longInt(long value) {
        return new LongInt(BigInteger.valueOf(value));
    }

    private static Bytes bytesValue(String latin1) {
        return new Bytes(Octets.of(bytes(latin1)));
    }
}
