package io.zrs.pickle;

import static io.zrs.pickle.Pickles.bytes;
import static io.zrs.pickle.Pickles.hex;
import static io.zrs.pickle.Pickles.readRecord;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zrs.pickle.PickleException.Kind;
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
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordWriterTest {
    private static final PickleForm FORM3 = PickleForm.PYTHON3_STORED;
    private static final PickleForm FORM2 = PickleForm.PYTHON2_STORED;
    private static final Global MAPPING = new Global("persistent.mapping", "PersistentMapping");
    private static final PickleValue CLASS = new Global("m", "C");
    /** The first pickle of every record here, and the PROTO of the second. */
    private static final String METADATA3 = "\u0080\3cm\nC\nq\0.\u0080\3";

    private static final String METADATA2 = "cm\nC\nq\1.";

    @Test
    void writesEmptyRootAsEachPythonDoes() throws PickleException {
        PickleDict state3 = PickleDict.of(new PickleDict.Entry(Text.of("data"), PickleDict.of()));
        assertEquals(
                hex(bytes("\u0080\3cpersistent.mapping\nPersistentMapping\nq\0.\u0080\3}q\1X\4\0\0\0dataq\2}q\3s.")),
                hex(write(FORM3, MAPPING, state3)));

        PickleDict state2 = PickleDict.of(new PickleDict.Entry(string("data"), PickleDict.of()));
        assertEquals(
                hex(bytes("cpersistent.mapping\nPersistentMapping\nq\1.}q\2U\4dataq\3}q\4s.")),
                hex(write(FORM2, MAPPING, state2)));
    }

    @Test
    void statesReferToTheClassInTheMetadata() throws PickleException {
        PickleValue reference = PersistentReference.of(PickleTuple.of(string("abcdefgh"), new Global("m", "C")));

        check(reference, "X\10\0\0\0abcdefghq\1h\0\u0086q\2Q.", "(U\10abcdefghq\2h\1tq\3Q.");
    }

    @Test
    void eachReferenceHasAnIdOfItsOwn() throws PickleException {
        PickleValue reference = PersistentReference.of(PickleTuple.of(string("abcdefgh"), CLASS));
        PickleValue twice = PickleTuple.of(reference, reference);

        check(
                twice,
                "X\10\0\0\0abcdefghq\1h\0\u0086q\2Qh\1h\0\u0086q\3Q\u0086q\4.",
                "((U\10abcdefghq\2h\1tq\3Q(h\2h\1tq\4Qtq\5.");
    }

    @Test
    void mergedStatesShareTheFirstOfEqualIds() throws PickleException {
        Bytes oid = new Bytes(Octets.of(bytes("abcdefgh")));
        PickleValue weak = PickleList.of(Text.of("ww"), PickleTuple.of(oid));
        PickleValue strong = PickleTuple.of(oid, CLASS);
        PickleValue read = PickleTuple.of(PersistentReference.of(weak), PersistentReference.of(strong));
        PickleValue again =
                PersistentReference.of(PickleTuple.of(new Bytes(Octets.of(bytes("abcdefgh"))), new Global("m", "C")));
        PickleValue merged = PickleTuple.of(again, PersistentReference.of(weak), again);

        assertEquals(
                hex(bytes(METADATA3, "C\10abcdefghq\1h\0\u0086q\2Q]q\3(X\2\0\0\0wwq\4h\1\u0085q\5eQh\2Q\u0087q\6.")),
                hex(RecordWriter.ofMerged(FORM3, PickleLimits.RECORD, List.of(read, again))
                        .record(CLASS, merged)));
    }

    @Test
    void mergedStatesHaveEachNameOfAttributesOnce() throws PickleException {
        PickleValue first = objectWith(Text.of("name"), Text.of("name"));
        PickleValue merged = PickleTuple.of(first, objectWith(Text.of("name"), new Int(1)));

        String state = "h\0)\u0081q\1}q\2X\4\0\0\0nameq\3X\4\0\0\0nameq\4sbh\0)\u0081q\5}q\6NAMEK\1sb\u0086q\7.";
        assertEquals(
                hex(bytes(METADATA3, state.replace("NAME", "h\3"))),
                hex(RecordWriter.ofMerged(FORM3, PickleLimits.RECORD, List.of(merged))
                        .record(CLASS, merged)));
        String apart =
                "h\0)\u0081q\1}q\2X\4\0\0\0nameq\3X\4\0\0\0nameq\4sbh\0)\u0081q\5}q\6X\4\0\0\0nameq\7K\1sb\u0086q\10.";
        assertEquals(hex(bytes(METADATA3, apart)), hex(write(FORM3, CLASS, merged)));
    }

    @Test
    void classesAreTheSameIfTheirNamesAre() throws PickleException {
        PickleValue twice = PickleTuple.of(new Global("m", "D"), new Global("m", "D"));

        check(twice, "cm\nD\nq\1h\1\u0086q\2.", "(cm\nD\nq\2h\2tq\3.");
    }

    @Test
    void stringsAreTheSameIfTheyAreOneObject() throws PickleException {
        PickleValue name = Text.of("name");
        check(
                PickleTuple.of(name, Text.of("name"), name),
                "X\4\0\0\0nameq\1X\4\0\0\0nameq\2h\1\u0087q\3.",
                "(X\4\0\0\0nameq\2X\4\0\0\0nameq\3h\2tq\4.");
        PickleValue data = new Bytes(Octets.of(bytes("\u00ffab")));
        check(PickleTuple.of(data, data), "C\3\u00ffabq\1h\1\u0086q\2.", "(U\3\u00ffabq\2h\2tq\3.");
    }

    @Test
    void shortStringsExistOnceInPythonThree() throws PickleException {
        check(
                PickleTuple.of(Text.of("a"), Text.of("a")),
                "X\1\0\0\0aq\1h\1\u0086q\2.",
                "(X\1\0\0\0aq\2X\1\0\0\0aq\3tq\4.");
        check(PickleTuple.of(string("a"), Text.of("a")), "X\1\0\0\0aq\1h\1\u0086q\2.", "(U\1aq\2X\1\0\0\0aq\3tq\4.");
        check(
                PickleTuple.of(string("\u00ff"), string("\u00ff")),
                "C\1\u00ffq\1h\1\u0086q\2.",
                "(U\1\u00ffq\2U\1\u00ffq\3tq\4.");
    }

    @Test
    void writesNumbersWithoutTheMemo() throws PickleException {
        PickleValue shared = new Int(1L << 40);
        check(
                PickleList.of(shared, shared, Bool.TRUE, new Floating(1.5), None.NONE),
                "]q\1(\u008a\6\0\0\0\0\0\1\u008a\6\0\0\0\0\0\1\u0088G?\u00f8\0\0\0\0\0\0Ne.",
                "]q\2(I1099511627776\nI1099511627776\nI01\nG?\u00f8\0\0\0\0\0\0Ne.");
        check(new LongInt(BigInteger.TEN), "K\n.", "L10L\n.");
    }

    @Test
    void writesEachConstruction() throws PickleException {
        PickleTuple arguments = PickleTuple.of(new Int(1));
        Global d = new Global("m", "D");
        check(PickleObject.call(d, new Int(1)), "cm\nD\nq\1K\1\u0085q\2Rq\3.", "cm\nD\nq\2(K\1tq\3Rq\4.");
        check(
                PickleObject.builder(Construction.NEWOBJ, d, arguments).value(),
                "cm\nD\nq\1K\1\u0085q\2\u0081q\3.",
                "ccopy_reg\n__newobj__\nq\2(cm\nD\nq\3K\1tq\4Rq\5.");
        check(
                PickleObject.builder(Construction.INSTANCE, d, arguments).value(),
                "(cm\nD\nq\1K\1oq\2.",
                "(cm\nD\nq\2K\1oq\3.");
        check(PickleObject.call(d), "cm\nD\nq\1)Rq\2.", "cm\nD\nq\2)Rq\3.");
    }

    @Test
    void changesKeepTheirOrder() throws PickleException {
        PickleObject.Builder object = PickleObject.builder(Construction.NEWOBJ, CLASS, PickleTuple.of());
        object.build(None.NONE).append(new Int(1)).build(None.NONE).build(Bool.TRUE);
        object.setItem(new Int(1), new Int(2)).append(new Int(3)).append(new Int(4));

        check3(object.value(), "h\0)\u0081q\1NbK\1aNb\u0088bK\1K\2s(K\3K\4e.");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "PYTHON[23]_STORED")
    void itemsOfObjectsComeInBatches(PickleForm form) throws PickleException {
        assertThat(itemsAndPairs(form, 1)).endsWith("NaNNs.");
        assertThat(itemsAndPairs(form, 999)).endsWith("Ne(" + "NN".repeat(999) + "u.");
        assertThat(itemsAndPairs(form, 1_000)).endsWith("Ne(" + "NN".repeat(1_000) + "u.");
        assertThat(itemsAndPairs(form, 1_001)).endsWith("NeNa(" + "NN".repeat(1_000) + "uNNs.");
        assertThat(itemsAndPairs(form, 1_002)).endsWith("Ne(NNe(" + "NN".repeat(1_000) + "u(NNNNu.");
        assertThat(itemsAndPairs(form, 2_000))
                .endsWith("Ne(" + ("NN".repeat(1_000) + "u(").repeat(2).replaceFirst("\\($", "."));
    }

    private static String itemsAndPairs(PickleForm form, int count) throws PickleException {
        PickleObject.Builder object = PickleObject.builder(Construction.REDUCE, CLASS, PickleTuple.of());
        Collections.nCopies(count, None.NONE).forEach(object::append);
        Collections.nCopies(count, None.NONE).forEach(each -> object.setItem(each, each));
        return new String(write(form, CLASS, object.value()), StandardCharsets.ISO_8859_1);
    }

    /** What Python reads as a frozen set that the object refers to; not one that was made while its list was empty. */
    @Test
    void argumentsAreWholeWhenAnObjectIsMadeInsideThem() throws PickleException {
        PickleObject.Builder member = PickleObject.builder(Construction.NEWOBJ, CLASS, PickleTuple.of());
        PickleObject set = PickleObject.call(new Global("builtins", "frozenset"), PickleList.of(member.value()));
        member.build(set);

        check3(set, "cbuiltins\nfrozenset\nq\1]q\2h\0)\u0081q\3h\1]q\4h\3a\u0085q\5Rq\6ba0h\5R0h\6.");
        assertEquals(set, readRecord(write(FORM3, CLASS, set)).get(1));
    }

    /** Here the list is somebody else's too: all get one and the same. */
    @Test
    void sharedListOfArgumentsStaysOne() throws PickleException {
        PickleList.Builder list = PickleList.builder();
        PickleObject object = PickleObject.call(CLASS, list.value());
        list.add(PickleTuple.of(list.value(), object));

        check3(object, "h\0]q\1h\1h\0h\1\u0085q\2Rq\3\u0086q\4a0h\2R0h\3.");
    }

    @Test
    void listThatHoldsTheObjectMadeOfItIsReferredTo() throws PickleException {
        PickleList.Builder list = PickleList.builder();
        PickleObject object = PickleObject.call(CLASS, list.value());
        list.add(object);

        check3(object, "h\0]q\1h\0h\1\u0085q\2Rq\3a0h\2R0h\3.");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "PYTHON[23]_STORED")
    void refusesWhatHasNoOpcodes(PickleForm form) throws PickleException {
        PickleObject.Builder added = PickleObject.builder(Construction.REDUCE, CLASS, PickleTuple.of());
        added.add(None.NONE);
        PickleValue keywords = Pickles.read("cm\nC\n)}\u0092.");
        for (PickleValue value : List.of(
                PickleSet.of(List.of()),
                PickleSet.frozen(List.of()),
                new ByteArray(Octets.of(bytes("a"))),
                new ExtensionCode(0),
                new Global("m\nn", "C"),
                new Global("m", "C\n"),
                keywords,
                added.value())) {
            assertEquals(Kind.UNWRITABLE, problem(form, PickleLimits.RECORD, PickleList.of(value)), value.toString());
        }
        PickleValue instance = Pickles.read("(cm\nC\no.");
        assertThat(write(form, CLASS, instance)).isNotEmpty();
    }

    @Test
    void extensionCodesNeedProtocolTwo() throws PickleException {
        check3(new ExtensionCode(255), "\u0082\u00ff.");
        check3(new ExtensionCode(256), "\u0083\0\1.");
        check3(new ExtensionCode(65_536), "\u0084\0\0\1\0.");
        assertEquals(Kind.UNWRITABLE, problem(FORM2, PickleLimits.RECORD, new ExtensionCode(1)));
    }

    @Test
    void argumentsThatAreNoTupleAreWrittenWhereTheyCanBe() throws PickleException {
        PickleValue value = Pickles.read("cm\nC\n]\u0081.");

        check3(value, "h\0]q\1\u0081q\2.");
        assertEquals(Kind.UNWRITABLE, problem(FORM2, PickleLimits.RECORD, value));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "PYTHON[23]_WIRE")
    void refusesFormsOfTheWire(PickleForm form) {
        assertThrows(IllegalArgumentException.class, () -> new RecordWriter(form, PickleLimits.RECORD));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "PYTHON[23]_STORED")
    void longChainsEndAtTheLimitOfDepthAndNotOfTheStack(PickleForm form) throws PickleException {
        PickleValue chain = None.NONE;
        for (int i = 0; i < 100_000; i++) {
            chain = PickleList.of(chain);
        }
        PickleValue state = chain;
        assertEquals(Kind.DEPTH_LIMIT, problem(form, PickleLimits.RECORD, state));

        PickleLimits deep = new PickleLimits(1 << 20, 100_000, 1 << 20, 1 << 20, 10);
        byte[] written = new RecordWriter(form, deep).record(CLASS, state);
        assertThat(written).hasSizeGreaterThan(300_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "00", "000", "0(0"})
    void depthIsLimitedAsWhenReading(String shape) throws PickleException {
        PickleValue inner = PickleTuple.of(new Int(1));
        PickleList.Builder cycle = PickleList.builder();
        cycle.add(cycle.value());
        PickleValue value = PickleTuple.of(inner, PickleList.of(inner, PickleTuple.of(cycle.value())));
        for (int i = 0; i < shape.length(); i++) {
            value = shape.charAt(i) == '0' ? PickleList.of(value) : PersistentReference.of(value);
        }
        int depth = 4 + shape.length();
        PickleLimits enough = new PickleLimits(1_000, depth, 100, 100, 10);
        PickleLimits tooLittle = new PickleLimits(1_000, depth - 1, 100, 100, 10);

        assertThat(write(FORM3, CLASS, value)).isEqualTo(new RecordWriter(FORM3, enough).record(CLASS, value));
        assertEquals(Kind.DEPTH_LIMIT, problem(FORM3, tooLittle, value));
    }

    @Test
    void longestWayDownCountsEvenIfItsEndWasWrittenBefore() throws PickleException {
        PickleValue deep = PickleList.of(PickleList.of(PickleList.of()));
        PickleValue value = PickleList.of(deep, PickleList.of(PickleList.of(deep)));

        assertEquals(Kind.DEPTH_LIMIT, problem(FORM3, new PickleLimits(1_000, 5, 100, 100, 10), value));
        assertThat(new RecordWriter(FORM3, new PickleLimits(1_000, 6, 100, 100, 10)).record(CLASS, value))
                .isNotEmpty();
    }

    @Test
    void keepsToTheOtherLimits() throws PickleException {
        PickleValue value = PickleList.of(new LongInt(BigInteger.ONE.shiftLeft(70)), PickleTuple.of(Text.of("ab")));
        int size = write(FORM3, CLASS, value).length;
        assertThat(new RecordWriter(FORM3, new PickleLimits(size, 2, 5, 4, 9)).record(CLASS, value))
                .hasSize(size);

        assertEquals(Kind.SIZE_LIMIT, problem(FORM3, new PickleLimits(size - 1, 2, 5, 4, 9), value));
        assertEquals(Kind.DEPTH_LIMIT, problem(FORM3, new PickleLimits(size, 1, 5, 4, 9), value));
        assertEquals(Kind.VALUES_LIMIT, problem(FORM3, new PickleLimits(size, 2, 4, 4, 9), value));
        assertEquals(Kind.MEMO_LIMIT, problem(FORM3, new PickleLimits(size, 2, 5, 3, 9), value));
        assertEquals(Kind.INTEGER_LIMIT, problem(FORM3, new PickleLimits(size, 2, 5, 4, 8), value));
        assertEquals(Kind.INTEGER_LIMIT, problem(FORM2, new PickleLimits(size, 2, 5, 4, 22), value));
    }

    @Test
    void canBeUsedAgainAfterAnException() throws PickleException {
        RecordWriter writer = new RecordWriter(FORM3, PickleLimits.RECORD);
        assertThrows(PickleException.class, () -> writer.record(CLASS, PickleList.of(PickleSet.of(List.of()))));

        assertEquals(hex(bytes(METADATA3, "]q\1.")), hex(writer.record(CLASS, PickleList.of())));
        assertEquals(hex(bytes(METADATA3, "]q\1.")), hex(writer.record(CLASS, PickleList.of())));
    }

    private static void check(PickleValue state, String expected3, String expected2) throws PickleException {
        check3(state, expected3);
        assertEquals(hex(bytes(METADATA2, expected2)), hex(write(FORM2, CLASS, state)), "Python 2");
    }

    private static void check3(PickleValue state, String expected) throws PickleException {
        assertEquals(hex(bytes(METADATA3, expected)), hex(write(FORM3, CLASS, state)), "Python 3");
    }

    private static byte[] write(PickleForm form, PickleValue metadata, PickleValue state) throws PickleException {
        return new RecordWriter(form, PickleLimits.RECORD).record(metadata, state);
    }

    private static Kind problem(PickleForm form, PickleLimits limits, PickleValue state) {
        RecordWriter writer = new RecordWriter(form, limits);
        PickleException e = catchThrowableOfType(PickleException.class, () -> writer.record(CLASS, state));
        assertThat(e).as("exception for %s", state).isNotNull();
        return e.kind();
    }

    private static PickleValue objectWith(Text name, PickleValue value) {
        return PickleObject.builder(Construction.NEWOBJ, CLASS, PickleTuple.of())
                .build(PickleDict.of(new PickleDict.Entry(name, value)))
                .value();
    }

    private static ByteString string(String latin1) {
        return new ByteString(Octets.of(bytes(latin1)));
    }
}
