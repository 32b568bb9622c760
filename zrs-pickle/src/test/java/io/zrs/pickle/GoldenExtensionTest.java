package io.zrs.pickle;

import static io.zrs.pickle.Pickles.hex;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.zrs.golden.Golden;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Extensions as Python stored and sent them: each form follows from the other. */
class GoldenExtensionTest {
    /** Every kind of value, in the order of Python 2's hash table. */
    private static final Set<String> ORDER_OF_PYTHON2 =
            Set.of("py2-variety 036c6b9133333333", "py2-blobstorage 036c6b912aaaaaaa");
    /** One list twice, with strings that Python 2 puts into the memo because of their reference counts. */
    private static final Set<String> COUNTS_OF_PYTHON2 =
            Set.of("py2-variety 036c6b9137777777", "py2-blobstorage 036c6b912eeeeeee");

    static Stream<String> sets() {
        return Golden.sets().stream().filter(set -> !set.endsWith("-pack"));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void wireFormGivesTheBytesThatTheSecondaryStores(String set) throws Exception {
        Map<String, byte[]> stored = Pickles.extensions(secondaryFile(set));
        PickleForm form = isPython3(set) ? PickleForm.PYTHON3_STORED : PickleForm.PYTHON2_STORED;
        PickleWriter writer = new PickleWriter(form, PickleLimits.MESSAGE);
        for (byte[] message : Pickles.messages(set + "/from-zero.wire.json", "T")) {
            List<PickleValue> fields = fields(message);
            String tid = tid(fields);
            PickleDict extension = (PickleDict) fields.get(4);
            byte[] expected = requireNonNull(stored.get(tid));
            if (ORDER_OF_PYTHON2.contains(set + " " + tid) || COUNTS_OF_PYTHON2.contains(set + " " + tid)) {
                assertSameEntries(expected, extension);
            } else if (extension.size() == 0) {
                assertThat(expected).isEmpty();
            } else {
                assertEquals(hex(expected), hex(writer.pickle(extension)), tid);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void storedFormGivesTheBytesThatThePrimarySends(String set) throws Exception {
        Map<String, byte[]> stored = Pickles.extensions(set + "/Data.fs");
        PickleWriter writer = new PickleWriter(wireForm(set), PickleLimits.MESSAGE);
        for (byte[] message : Pickles.messages(set + "/from-zero.wire.json", "T")) {
            String tid = tid(fields(message));
            byte[] pickle = requireNonNull(stored.get(tid));
            PickleValue extension = pickle.length == 0 ? PickleDict.of() : read(pickle);
            if (ORDER_OF_PYTHON2.contains(set + " " + tid)) {
                assertSameEntries(pickle, (PickleDict) fields(message).get(4));
            } else {
                OpcodeRange sent = OpcodeRange.ofPickle(ByteBuffer.wrap(message))
                        .items()
                        .get(1)
                        .items()
                        .get(4);
                assertEquals(hex(bytes(sent)), hex(writer.opcodes(extension)), tid);
            }
        }
    }

    /** Not extensions alone: the fields of T, S, B and C are plain values too. */
    @ParameterizedTest
    @MethodSource("sets")
    void everyMessageIsWrittenAsItWasSent(String set) throws Exception {
        PickleWriter writer = new PickleWriter(wireForm(set), PickleLimits.MESSAGE);
        int count = 0;
        for (String kind : List.of("T", "S", "B", "C")) {
            for (byte[] message : Pickles.messages(set + "/from-zero.wire.json", kind)) {
                assertEquals(hex(message), hex(writer.pickle(read(message))));
                count++;
            }
        }
        assertThat(count).isGreaterThan(5);
    }

    /** What is passed on opcode for opcode can be cut out and put in again. */
    @ParameterizedTest
    @MethodSource("sets")
    void storedOpcodesCanBeSplicedIntoAMessage(String set) throws Exception {
        int count = 0;
        for (byte[] pickle : Pickles.extensions(set + "/Data.fs").values()) {
            if (pickle.length > 0) {
                count++;
                OpcodeRange opcodes = OpcodeRange.ofPickle(ByteBuffer.wrap(pickle));
                assertThat(opcodes.isSelfContained()).isTrue();
                byte[] message =
                        Pickles.bytes("(U\1T(NNNN", Octets.of(opcodes.bytes()).latin1(), "tt.");
                assertEquals(read(pickle), fields(message).get(4));
                OpcodeRange cut = OpcodeRange.ofPickle(ByteBuffer.wrap(message))
                        .items()
                        .get(1)
                        .items()
                        .get(4);
                assertThat(cut.isSelfContained()).isTrue();
                assertEquals(hex(bytes(opcodes)), hex(bytes(cut)));
            }
        }
        assertThat(count > 0).isEqualTo(set.matches(".*-(small|variety|blobstorage)"));
    }

    private static void assertSameEntries(byte[] expected, PickleDict actual) throws PickleException {
        PickleDict stored = (PickleDict) read(expected);
        assertThat(actual.entries()).hasSameSizeAs(stored.entries());
        assertThat(Set.copyOf(actual.entries())).isEqualTo(Set.copyOf(stored.entries()));
    }

    private static String secondaryFile(String set) {
        boolean differs = set.endsWith("-variety") || set.endsWith("-blobstorage");
        return set + (differs ? "/secondary.fs" : "/Data.fs");
    }

    private static boolean isPython3(String set) {
        return set.startsWith("py3-");
    }

    private static PickleForm wireForm(String set) {
        return isPython3(set) ? PickleForm.PYTHON3_WIRE : PickleForm.PYTHON2_WIRE;
    }

    private static List<PickleValue> fields(byte[] message) throws PickleException {
        return ((PickleTuple) ((PickleTuple) read(message)).items().get(1)).items();
    }

    private static String tid(List<PickleValue> fields) {
        return hex(fields.get(0).asBytes().orElseThrow().toByteArray());
    }

    private static PickleValue read(byte[] pickle) throws PickleException {
        return new PickleReader(PickleLimits.MESSAGE).read(ByteBuffer.wrap(pickle));
    }

    private static byte[] bytes(OpcodeRange range) {
        return Octets.of(range.bytes()).toByteArray();
    }
}
