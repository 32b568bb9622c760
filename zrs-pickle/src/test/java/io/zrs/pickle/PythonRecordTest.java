package io.zrs.pickle;

import static io.zrs.pickle.Pickles.hex;
import static io.zrs.pickle.Pickles.readRecord;
import static io.zrs.pickle.Pickles.structure;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zrs.pickle.PickleObject.Construction;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Int;
import io.zrs.pickle.PickleValue.Text;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Records that zodbpickle 2.5 wrote for us on Python 3.11: read and written again, and built. */
class PythonRecordTest {
    private static final PickleForm FORM3 = PickleForm.PYTHON3_STORED;
    private static final Global ORDER = new Global("shop", "Order");

    static Stream<Arguments> records() {
        return Stream.of(
                Arguments.of(
                        "tuple of two in itself",
                        "80036373686f700a4f726465720a71002e80037d71012858010000007471025d7103680358040000"
                                + "007461696c7104867105616804303068055805000000616761696e71066805752e"),
                Arguments.of(
                        "tuple of four in itself",
                        "80036373686f700a4f726465720a71002e8003284b015d710128284b0168014b0258010000007871"
                                + "027471036802654b0268023168032e"),
                Arguments.of(
                        "dict and list in themselves",
                        "80036373686f700a4f726465720a71002e80037d71012858010000006471027d7103580400000073"
                                + "656c66710468037358010000006c71055d7106286803680665752e"),
                Arguments.of(
                        "list and dict subclasses",
                        "80036373686f700a4f726465720a71002e80035d7101286373686f700a4261736b65740a71022981"
                                + "71032858050000006170706c6571045804000000706561727105657d710658040000006e616d6571"
                                + "07580100000062710873626373686f700a496e6465780a71092981710a58010000006b710b4b0173"
                                + "7d710c6807580100000069710d736268022981710e68046168092981710f2858010000006171104b"
                                + "0168084b0275652e"),
                Arguments.of(
                        "nested objects",
                        "80036373686f700a506f696e740a71004b038571018671022e80037d71032858010000006f710463"
                                + "73686f700a4f726465720a7105298171067d7107285805000000706f696e74710868004b014b0286"
                                + "710981710a7d710b580400000061726773710c4b014b0286710d736258020000006d65710e680675"
                                + "62580100000070710f680a58010000007171105d7111680a61752e"),
                Arguments.of(
                        "items, pairs and state",
                        "80036373686f700a4f726465720a71002e80036373686f700a4c6f670a710129527102284b014b02"
                                + "652858010000006171034b0158010000006271044b02757d710558010000006e71064b0173622e"),
                Arguments.of(
                        "built-in values",
                        "80036373686f700a4f726465720a71002e80035d710128636275696c74696e730a7365740a71025d"
                                + "710358020000007331710461857105527106636275696c74696e730a66726f7a656e7365740a7107"
                                + "5d710868046185710952710a68025d710b85710c52710d636461746574696d650a646174650a710e"
                                + "430407d70315710f857110527111636461746574696d650a6461746574696d650a7112430a07d703"
                                + "15142039000001711385711452711563646563696d616c0a446563696d616c0a7116580400000031"
                                + "2e35307117857118527119636275696c74696e730a636f6d706c65780a711a473ff8000000000000"
                                + "47400000000000000086711b52711c4301ff711d636275696c74696e730a6279746561727261790a"
                                + "711e43026162711f857120527121652e"),
                Arguments.of(
                        "references",
                        "80036373686f700a4f726465720a71002e80035d7101284308000000000000000171026800867103"
                                + "5168026800867104515d710528580100000077710643080000000000000002710785710865515d71"
                                + "09286806680785710a65516807680086710b51652e"),
                Arguments.of(
                        "one of each string",
                        "80036373686f700a4f726465720a71002e80035d7101285800000000710268025801000000617103"
                                + "68035802000000c3a9710468045802000000616271055803000000e282ac71064300710768074301"
                                + "61710868085803000000eda0807109652e"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("records")
    void isWrittenAsItWas(String name, String record) throws PickleException {
        List<PickleValue> pickles = readRecord(Pickles.unhex(record));

        assertEquals(record, hex(write(FORM3, pickles.get(0), pickles.get(1))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("records")
    void keepsItsStructureInTheFormOfPython2(String name, String record) throws PickleException {
        List<PickleValue> pickles = readRecord(Pickles.unhex(record));
        List<PickleValue> once = readRecord(write(PickleForm.PYTHON2_STORED, pickles.get(0), pickles.get(1)));
        List<PickleValue> twice = readRecord(write(PickleForm.PYTHON2_STORED, once.get(0), once.get(1)));

        assertEquals(structure(once), structure(twice));
    }

    @Test
    void tupleInItselfCanBeBuilt() throws PickleException {
        PickleList.Builder list = PickleList.builder();
        PickleTuple tuple = PickleTuple.of(list.value(), Text.of("tail"));
        list.add(tuple);
        PickleDict.Builder state = PickleDict.builder();
        state.put(Text.of("t"), tuple).put(Text.of("again"), tuple);

        assertEquals(record("tuple of two in itself"), hex(write(FORM3, ORDER, state.value())));
    }

    @Test
    void dictionaryAndListInThemselvesCanBeBuilt() throws PickleException {
        PickleDict.Builder dict = PickleDict.builder();
        dict.put(Text.of("self"), dict.value());
        PickleList.Builder list = PickleList.builder();
        list.add(dict.value()).add(list.value());
        PickleDict.Builder state = PickleDict.builder();
        state.put(Text.of("d"), dict.value()).put(Text.of("l"), list.value());

        assertEquals(record("dict and list in themselves"), hex(write(FORM3, ORDER, state.value())));
    }

    @Test
    void objectWithItemsPairsAndStateCanBeBuilt() throws PickleException {
        Global log = new Global("shop", "Log");
        PickleObject.Builder object = PickleObject.builder(Construction.REDUCE, log, PickleTuple.of());
        object.append(new Int(1)).append(new Int(2));
        object.setItem(Text.of("a"), new Int(1)).setItem(Text.of("b"), new Int(2));
        object.build(PickleDict.of(new PickleDict.Entry(Text.of("n"), new Int(1))));

        assertEquals(record("items, pairs and state"), hex(write(FORM3, ORDER, object.value())));
    }

    @Test
    void objectsInObjectsCanBeBuilt() throws PickleException {
        Global pointClass = new Global("shop", "Point");
        PickleObject.Builder point =
                PickleObject.builder(Construction.NEWOBJ, pointClass, PickleTuple.of(new Int(1), new Int(2)));
        PickleDict pointState =
                PickleDict.of(new PickleDict.Entry(Text.of("args"), PickleTuple.of(new Int(1), new Int(2))));
        point.build(pointState);
        PickleObject.Builder order =
                PickleObject.builder(Construction.NEWOBJ, new Global("shop", "Order"), PickleTuple.of());
        PickleDict.Builder orderState = PickleDict.builder();
        orderState.put(Text.of("point"), point.value()).put(Text.of("me"), order.value());
        order.build(orderState.value());
        PickleDict.Builder state = PickleDict.builder();
        state.put(Text.of("o"), order.value()).put(Text.of("p"), point.value());
        state.put(Text.of("q"), PickleList.of(point.value()));
        PickleTuple metadata = PickleTuple.of(pointClass, PickleTuple.of(new Int(3)));

        assertEquals(record("nested objects"), hex(write(FORM3, metadata, state.value())));
    }

    /** Python makes a new id for each reference, of parts that it shares. */
    @Test
    void oneReferenceInSeveralPlacesIsWrittenAsSeveral() throws PickleException {
        PickleValue first = oid(1);
        PickleValue second = oid(2);
        PersistentReference reference = PersistentReference.of(PickleTuple.of(first, ORDER));
        PersistentReference weak = PersistentReference.of(PickleList.of(Text.of("w"), PickleTuple.of(second)));
        PersistentReference strong = PersistentReference.of(PickleTuple.of(second, ORDER));

        assertEquals(
                record("references"),
                hex(write(FORM3, ORDER, PickleList.of(reference, reference, weak, weak, strong))));
    }

    private static PickleValue oid(int last) {
        return new PickleValue.Bytes(Octets.of(new byte[] {0, 0, 0, 0, 0, 0, 0, (byte) last}));
    }

    private static byte[] write(PickleForm form, PickleValue metadata, PickleValue state) throws PickleException {
        return new RecordWriter(form, PickleLimits.RECORD).record(metadata, state);
    }

    private static String record(String name) {
        Map<Object, Object> all = records().collect(Collectors.toMap(each -> each.get()[0], each -> each.get()[1]));
        return String.valueOf(all.get(name));
    }
}
