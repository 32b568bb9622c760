package io.zrs.pickle;

import static io.zrs.pickle.Pickles.bytes;
import static io.zrs.pickle.Pickles.problem;
import static io.zrs.pickle.Pickles.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.zrs.pickle.PickleException.Kind;
import io.zrs.pickle.PickleObject.Change;
import io.zrs.pickle.PickleObject.Construction;
import io.zrs.pickle.PickleValue.Bool;
import io.zrs.pickle.PickleValue.ByteArray;
import io.zrs.pickle.PickleValue.ByteString;
import io.zrs.pickle.PickleValue.Bytes;
import io.zrs.pickle.PickleValue.ExtensionCode;
import io.zrs.pickle.PickleValue.Floating;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Int;
import io.zrs.pickle.PickleValue.LongInt;
import io.zrs.pickle.PickleValue.None;
import io.zrs.pickle.PickleValue.Text;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PickleReaderTest {
    private static final Global CLASS = new Global("m", "C");
    private static final PickleValue ONE = new Int(1);
    private static final PickleValue TWO = new Int(2);

    static Stream<Arguments> atoms() {
        return Stream.of(
                arguments("N", None.NONE),
                arguments("\u0088", Bool.TRUE),
                arguments("\u0089", Bool.FALSE),
                arguments("I01\n", Bool.TRUE),
                arguments("I00\n", Bool.FALSE),
                arguments("I-7\n", new Int(-7)),
                arguments("I2147483648\n", new Int(1L << 31)),
                arguments("I9223372036854775808\n", big("9223372036854775808")),
                arguments("J\u00fe\u00ff\u00ff\u00ff", new Int(-2)),
                arguments("K\u00ff", new Int(255)),
                arguments("M\u00ff\u00ff", new Int(65535)),
                arguments("L2L\n", big("2")),
                arguments("L-12345678901234567890\n", big("-12345678901234567890")),
                arguments("\u008a\0", big("0")),
                arguments("\u008a\2\0\u0080", big("-32768")),
                arguments("\u008a\5\0^\u00d0\u00b2\0", big("3000000000")),
                arguments("\u008b\2\0\0\0\u00ff\0", big("255")),
                arguments("F1.5\n", new Floating(1.5)),
                arguments("F-1e-3\n", new Floating(-0.001)),
                arguments("Finf\n", new Floating(Double.POSITIVE_INFINITY)),
                arguments("F-inf\n", new Floating(Double.NEGATIVE_INFINITY)),
                arguments("Fnan\n", new Floating(Double.NaN)),
                arguments("G?\u00f8\0\0\0\0\0\0", new Floating(1.5)),
                arguments("S'a\\'\\\\\\n\\x00\\377\\q\"'\n", new ByteString(octets("a'\\\n\0\u00ff\\q\""))),
                arguments("S\"'\"\n", new ByteString(octets("'"))),
                arguments("U\2a\u00ff", new ByteString(octets("a\u00ff"))),
                arguments("T\1\0\0\0\u00ff", new ByteString(octets("\u00ff"))),
                arguments("C\1\u00ff", new Bytes(octets("\u00ff"))),
                arguments("B\1\0\0\0\u00ff", new Bytes(octets("\u00ff"))),
                arguments("\u008e\1\0\0\0\0\0\0\0\u00ff", new Bytes(octets("\u00ff"))),
                arguments("\u0096\1\0\0\0\0\0\0\0\u00ff", new ByteArray(octets("\u00ff"))),
                arguments("X\3\0\0\0a\u00c3\u00a9", Text.of("aé")),
                arguments("\u008c\3a\u00c3\u00a9", Text.of("aé")),
                arguments("\u008d\3\0\0\0\0\0\0\0a\u00c3\u00a9", Text.of("aé")),
                arguments("V\u00e9\\u20ac\\U0001f600\\\\u0041\\\n", Text.of("é€😀\\\\u0041\\")),
                arguments("cm\nC\n", CLASS),
                arguments("X\1\0\0\0mX\1\0\0\0C\u0093", CLASS),
                arguments("\u0082\5", new ExtensionCode(5)),
                arguments("\u0083\0\1", new ExtensionCode(256)),
                arguments("\u0084\0\0\1\0", new ExtensionCode(65536)));
    }

    @ParameterizedTest
    @MethodSource("atoms")
    void readsAtom(String opcodes, PickleValue expected) throws PickleException {
        assertEquals(expected, read(opcodes, "."));
        assertEquals(expected.hashCode(), read(opcodes, ".").hashCode());
    }

    static Stream<Arguments> compounds() {
        PickleTuple arguments = PickleTuple.of(ONE);
        return Stream.of(
                arguments(")", PickleTuple.of()),
                arguments("(K\1K\2t", PickleTuple.of(ONE, TWO)),
                arguments("K\1\u0085", PickleTuple.of(ONE)),
                arguments("K\1K\2\u0086", PickleTuple.of(ONE, TWO)),
                arguments("K\1K\2N\u0087", PickleTuple.of(ONE, TWO, None.NONE)),
                arguments("]", PickleList.of()),
                arguments("]K\1a(K\2Ne", PickleList.of(ONE, TWO, None.NONE)),
                arguments("(K\1l", PickleList.of(ONE)),
                arguments("}", PickleDict.of()),
                arguments("}K\1Ns(K\2NK\1K\1u", dict(ONE, None.NONE, TWO, None.NONE, ONE, ONE)),
                arguments("(K\1K\2d", dict(ONE, TWO)),
                arguments("\u008f", PickleSet.of(List.of())),
                arguments("\u008f(K\1K\2\u0090", PickleSet.of(List.of(ONE, TWO))),
                arguments("(K\1\u0091", PickleSet.frozen(List.of(ONE))),
                arguments("cm\nC\n(K\1tR", object(Construction.REDUCE, CLASS, arguments)),
                arguments("cm\nC\nK\1\u0085\u0081", object(Construction.NEWOBJ, CLASS, arguments)),
                arguments("(K\1im\nC\n", object(Construction.INSTANCE, CLASS, arguments)),
                arguments("(cm\nC\nK\1o", object(Construction.INSTANCE, CLASS, arguments)),
                arguments(
                        "cm\nC\nK\1\u0085}\u0092",
                        new PickleObject(Construction.NEWOBJ_EX, CLASS, arguments, PickleDict.of())),
                arguments("C\1xQ", PersistentReference.of(new Bytes(octets("x")))),
                arguments("Px\n", PersistentReference.of(new ByteString(octets("x")))),
                arguments("K\1K\0000", ONE),
                arguments("K\1(0", ONE),
                arguments("K\1(NN1", ONE),
                arguments("K\0012\u0086", PickleTuple.of(ONE, ONE)),
                arguments("K\1p77\n0g77\n", ONE),
                arguments("K\1q\0070h\7", ONE),
                arguments("K\1r\0\0\0\u00ff0j\0\0\0\u00ff", ONE),
                arguments("K\1\u0094K\2\u00940h\0\u0086", PickleTuple.of(ONE, ONE)),
                arguments("\u0080\4\u0095\2\0\0\0\0\0\0\0K\1", ONE));
    }

    @ParameterizedTest
    @MethodSource("compounds")
    void readsCompound(String opcodes, PickleValue expected) throws PickleException {
        assertEquals(expected, read(opcodes, "."));
        assertEquals(expected.hashCode(), read(opcodes, ".").hashCode());
    }

    @Test
    void keepsChangesOfAnObjectInOrder() throws PickleException {
        PickleValue value = read("cm\nC\n)R", "K\1a(K\2e", "K\1K\2s(K\2Nu", "Nb", "(K\1\u0090", "}b", ".");

        assertThat(((PickleObject) value).changes())
                .containsExactly(
                        new Change.Append(ONE),
                        new Change.Append(TWO),
                        new Change.SetItem(ONE, TWO),
                        new Change.SetItem(TWO, None.NONE),
                        new Change.Build(None.NONE),
                        new Change.Add(ONE),
                        new Change.Build(PickleDict.of()));
        assertThat(((PickleObject) value).state()).contains(PickleDict.of());
        assertThat(value.children()).hasSize(11);
    }

    @Test
    void callOfSystemIsJustAValue() throws PickleException {
        PickleValue value = read("cos\nsystem\n(S'echo owned'\ntR.");

        PickleObject call = (PickleObject) value;
        assertEquals(new Global("os", "system"), call.callable());
        assertEquals(PickleTuple.of(new ByteString(octets("echo owned"))), call.arguments());
        assertThat(call.asBytes()).isEmpty();
    }

    @Test
    void sharedValuesAreOneObject() throws PickleException {
        PickleTuple tuple = (PickleTuple) read("]q\0h\0\u0086.");

        assertThat(tuple.items().get(0)).isSameAs(tuple.items().get(1));
    }

    @Test
    void valuesMayContainThemselves() throws PickleException {
        PickleList list = (PickleList) read("]q\0h\0a.");

        assertThat(list.items().get(0)).isSameAs(list);
        assertThat(list.toString()).hasSizeLessThan(200);
        assertEquals(
                read("]q\0]q\1h\0ah\1a0h\0h\1a.").hashCode(),
                read("]q\0]q\1h\0ah\1a0h\0h\1a.").hashCode());
    }

    @Test
    void memoLivesUntilReset() throws PickleException {
        ByteBuffer record = ByteBuffer.wrap(bytes("cm\nC\nq\0.h\0.h\0.rest"));
        PickleReader reader = new PickleReader(Pickles.LIMITS);

        assertEquals(CLASS, reader.read(record));
        assertEquals(CLASS, reader.read(record));
        reader.reset();
        PickleException e = assertThrows(PickleException.class, () -> reader.read(record));
        assertEquals(Kind.BAD_MEMO_REFERENCE, e.kind());
        assertEquals("h\0.rest".length(), record.remaining());
    }

    @Test
    void leavesWhatFollowsAndReadsAnyBuffer() throws PickleException {
        ByteBuffer direct = ByteBuffer.allocateDirect(8).put(bytes("..K\1.abc")).flip();
        direct.position(2);

        assertEquals(ONE, new PickleReader(Pickles.LIMITS).read(direct.asReadOnlyBuffer()));
        assertEquals(ONE, new PickleReader(Pickles.LIMITS).read(direct));
        assertEquals(5, direct.position());
    }

    @Test
    void copiesWhatItReads() throws PickleException {
        byte[] pickle = bytes("C\1x.");
        PickleValue value = read(pickle);
        Arrays.fill(pickle, (byte) 0);

        assertEquals(new Bytes(octets("x")), value);
    }

    @Test
    void namesWhatIsWrong() {
        assertEquals(Kind.TRUNCATED, problem(""));
        assertEquals(Kind.TRUNCATED, problem("N"));
        assertEquals(Kind.UNKNOWN_OPCODE, problem("?"));
        assertEquals(Kind.UNKNOWN_OPCODE, problem("\0"));
        assertEquals(Kind.UNSUPPORTED_PROTOCOL, problem("\u0080\6N."));
        assertEquals(Kind.OUT_OF_BAND_BUFFER, problem("\u0097."));
        assertEquals(Kind.OUT_OF_BAND_BUFFER, problem("N\u0098."));
        assertEquals(Kind.STACK_UNDERFLOW, problem("."));
        assertEquals(Kind.STACK_UNDERFLOW, problem("N(."));
        assertEquals(Kind.STACK_UNDERFLOW, problem("0."));
        assertEquals(Kind.STACK_UNDERFLOW, problem("2."));
        assertEquals(Kind.STACK_UNDERFLOW, problem("N\u0086."));
        assertEquals(Kind.STACK_UNDERFLOW, problem("(o."));
        assertEquals(Kind.STACK_UNDERFLOW, problem("(Ne."));
        assertEquals(Kind.STACK_UNDERFLOW, problem("q\0."));
        assertEquals(Kind.NO_MARK, problem("Nt."));
        assertEquals(Kind.NO_MARK, problem("1."));
        assertEquals(Kind.BAD_OPERAND, problem("NNa."));
        assertEquals(Kind.BAD_OPERAND, problem("]NNs."));
        assertEquals(Kind.BAD_OPERAND, problem("}(Nu."));
        assertEquals(Kind.BAD_OPERAND, problem("(Nd."));
        assertEquals(Kind.BAD_OPERAND, problem("(N\u0091(N\u0090."));
        assertEquals(Kind.BAD_OPERAND, problem("}Nb."));
        assertEquals(Kind.BAD_OPERAND, problem("U\1mU\1C\u0093."));
        assertEquals(Kind.BAD_MEMO_REFERENCE, problem("h\0."));
        assertEquals(Kind.BAD_MEMO_REFERENCE, problem("Nq\1h\0."));
    }

    @Test
    void refusesMalformedArguments() {
        for (String opcodes : List.of(
                "I\n",
                "I-\n",
                "I1x\n",
                "I1_0\n",
                "L0x1\n",
                "LL\n",
                "F1d\n",
                "F0x1p3\n",
                "F\n",
                "F 1\n",
                "FNaN\n",
                "Sab\n",
                "S'\n",
                "S'a\"\n",
                "S'\\'\n",
                "S'\\x1'\n",
                "S\n",
                "V\\u12\n",
                "V\\U00110000\n",
                "V\\u12g4\n",
                "X\1\0\0\0\u00ff",
                "X\2\0\0\0\u00c0\u0080",
                "X\3\0\0\0\u00e0\u0080\u0080",
                "X\1\0\0\0\u00c3",
                "X\4\0\0\0\u00f4\u0090\u0080\u0080",
                "cm\u00ff\nC\n",
                "\u0082\0",
                "\u0084\0\0\0\u0080",
                "Np\n",
                "Np-1\n",
                "Np1234567890123456789\n")) {
            assertEquals(Kind.MALFORMED_ARGUMENT, problem(opcodes, "."), opcodes);
        }
    }

    @Test
    void textMayHoldLoneSurrogates() throws PickleException {
        Text text = (Text) read("X\7\0\0\0a\u00ed\u00a0\u0080\u00ed\u00b0\u0080.");

        assertEquals(7, text.utf8().size());
        assertEquals("a\ud800\udc00", text.value());
        assertEquals("\ud800", ((Text) read("V\\ud800\n.")).value());
        assertEquals("b'\\xed\\xa0\\x80'", Text.of("\ud800").utf8().toString());
    }

    @Test
    void checksLengthsBeforeAllocating() {
        for (String opcodes : List.of(
                "U\u00ff",
                "C\u00ff",
                "\u008c\u00ff",
                "\u008a\u00ff",
                "T\u00ff\u00ff\u00ff\u007f",
                "T\u00ff\u00ff\u00ff\u00ff",
                "B\u00ff\u00ff\u00ff\u00ff",
                "X\0\0\0\u0080",
                "\u008b\u00ff\u00ff\u00ff\u00ff",
                "\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
                "\u008e\0\0\0\0\0\0\0\u0080",
                "\u0096\0\0\0\0\1\0\0\0",
                "\u0095\0\0\0\0\1\0\0\0",
                "J\0\0\0",
                "G\0",
                "\u0080",
                "cm\n",
                "im",
                "g1",
                "h")) {
            assertEquals(Kind.TRUNCATED, problem(opcodes), opcodes);
        }
    }

    @Test
    void hostileMemoNumbersCostNothing() throws PickleException {
        assertEquals(ONE, read("K\1r\u00ff\u00ff\u00ff\u00ff0j\u00ff\u00ff\u00ff\u00ff."));
        assertEquals(ONE, read("K\1p999999999999999999\n0g999999999999999999\n."));
        // an entry found far out stays what it is when numbers grow towards it
        StringBuilder pickle = new StringBuilder("K\1p1500\n0N");
        for (int i = 0; i < 900; i++) {
            pickle.append("p").append(i).append('\n');
        }
        assertEquals(ONE, read(pickle + "0g1500\n."));
        assertEquals(None.NONE, read(pickle + "p1500\n0g1500\n."));
    }

    @Test
    void eachLimitHasItsOwnError() {
        PickleLimits small = new PickleLimits(20, 3, 6, 2, 5);
        assertEquals(Kind.SIZE_LIMIT, problem(small, "C\22xxxxxxxxxxxxxxxxxx."));
        assertEquals(Kind.SIZE_LIMIT, problem(small, "N", "q\0".repeat(12)));
        assertEquals(Kind.SIZE_LIMIT, problem(small, "Vxxxxxxxxxxxxxxxxxxx\n."));
        assertEquals(Kind.DEPTH_LIMIT, problem(small, "N\u0085\u0085\u0085\u0085."));
        assertEquals(Kind.DEPTH_LIMIT, problem(small, "]]]]aaa."));
        assertEquals(Kind.VALUES_LIMIT, problem(small, "NNNNNNN."));
        assertEquals(Kind.MEMO_LIMIT, problem(small, "Nq\0q\1q\2."));
        assertEquals(Kind.INTEGER_LIMIT, problem(small, "L123456\n."));
        assertEquals(Kind.INTEGER_LIMIT, problem(small, "I123456\n."));
        assertEquals(Kind.INTEGER_LIMIT, problem(small, "F1.2345\n."));
        assertEquals(Kind.INTEGER_LIMIT, problem(small, "\u008a\6abcdef."));
        assertEquals(Kind.INTEGER_LIMIT, problem(small, "\u008b\6\0\0\0abcdef."));
    }

    @Test
    void limitsAreInclusive() throws PickleException {
        PickleReader reader = new PickleReader(new PickleLimits(20, 3, 6, 2, 5));

        reader.read(ByteBuffer.wrap(bytes("C\21xxxxxxxxxxxxxxxxx.")));
        reader.reset();
        reader.read(ByteBuffer.wrap(bytes("N\u0085\u0085\u0085.")));
        reader.reset();
        reader.read(ByteBuffer.wrap(bytes("NNNNNNq\0q\1q\1.")));
        reader.reset();
        reader.read(ByteBuffer.wrap(bytes("L12345\n.")));
    }

    @Test
    void countsValuesUntilReset() throws PickleException {
        PickleReader reader = new PickleReader(new PickleLimits(20, 3, 3, 2, 5));
        reader.read(ByteBuffer.wrap(bytes("NN.")));
        PickleException e = assertThrows(PickleException.class, () -> reader.read(ByteBuffer.wrap(bytes("NN."))));
        assertEquals(Kind.VALUES_LIMIT, e.kind());
        reader.read(ByteBuffer.wrap(bytes("NNN."))); // a failure resets
    }

    @Test
    void depthIsSeenHoweverItComesAbout() {
        // a chain built from the outside in, through the memo: each list is filled after it was placed
        StringBuilder chain = new StringBuilder();
        for (int i = 0; i < 101; i++) {
            chain.append("]p").append(i).append("\n0");
        }
        for (int i = 0; i < 100; i++) {
            chain.append("g").append(i).append("\ng").append(i + 1).append("\na0");
        }
        assertEquals(Kind.DEPTH_LIMIT, problem(chain, "g0\n."));

        // the second pickle deepens what the first one returned
        PickleReader reader = new PickleReader(new PickleLimits(100, 3, 100, 10, 5));
        ByteBuffer record = ByteBuffer.wrap(bytes("]q\0\u0085\u0085.", "h\0]a."));
        assertThrows(PickleException.class, () -> {
            reader.read(record);
            reader.read(record);
        });
    }

    @Test
    void sharingIsNotDepth() throws PickleException {
        StringBuilder laughs = new StringBuilder("]");
        for (int i = 0; i < 90; i++) {
            laughs.append("2\u0086");
        }
        PickleValue bomb = read(laughs, ".");

        assertEquals(bomb, read(laughs, "."));
        assertEquals(bomb.hashCode(), read(laughs, ".").hashCode());
        assertThat(bomb.toString()).hasSizeLessThan(2_000);
    }

    @Test
    void appendingToItselfIsNotDepth() throws PickleException {
        assertThat(read("]q\0", "h\0a".repeat(300), ".").children()).hasSize(300);
    }

    private static PickleObject object(Construction construction, PickleValue callable, PickleValue arguments) {
        return new PickleObject(construction, callable, arguments, null);
    }

    private static PickleDict dict(PickleValue... keysAndValues) {
        PickleDict dict = new PickleDict();
        dict.putAll(List.of(keysAndValues));
        return dict;
    }

    private static LongInt big(String value) {
        return new LongInt(new BigInteger(value));
    }

    private static Octets octets(String latin1) {
        return Octets.of(bytes(latin1));
    }
}
