package io.zrs.database;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.golden.Golden;
import io.zrs.storage.ConflictResolver;
import io.zrs.storage.Oid;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the golden triples do not show. */
class StandardConflictResolverTest {
    private static final String LENGTH = "cBTrees.Length\nLength\nq\1.";
    private static final String OBJECTS = "\u0080\3cBTrees.OOBTree\nOOBucket\nq\0.\u0080\3";

    private final ConflictResolver resolver = new StandardConflictResolver();

    static Stream<Long> seeds() {
        return TestRecords.seeds(20);
    }

    @Test
    void isInstalled() {
        byte[] merged = ConflictResolver.installed()
                .resolve(new Oid(1), bytes(LENGTH + "K\1."), bytes(LENGTH + "K\3."), bytes(LENGTH + "K\5."));
        assertThat(merged).isEqualTo(bytes(LENGTH + "K\7."));
    }

    @Test
    void keepsPythonTwoRecordsInTheirForm() {
        String bucket = "cBTrees.OIBTree\nOIBucket\nq\1.";
        assertThat(merge(
                        bucket + "((U\1aK\1ttq\2.",
                        bucket + "((U\1aK\1U\2b\u00ffI-1\nttq\2.",
                        bucket + "((U\1aK\1U\2abI4294967295\nttq\2."))
                .isNull(); // 4294967295 is too much for I
        assertThat(merge(
                        bucket + "((U\1aK\1ttq\2.",
                        bucket + "((U\1aK\1U\2b\u00ffI-1\nttq\2.",
                        bucket + "((U\1aK\1U\2abL7L\nttq\2."))
                .isEqualTo(bucket + "((U\1aq\2K\1U\2abq\3K\7U\2b\u00ffq\4J\u00ff\u00ff\u00ff\u00fftq\5tq\6.");
    }

    @Test
    void knowsPythonTwoByItsStringsWhereItWritesProtocolThree() {
        String bucket = "\u0080\3cBTrees.OIBTree\nOIBucket\nq\1.\u0080\3";
        assertThat(merge(
                        bucket + "U\1aK\1\u0086\u0085.",
                        bucket + "(U\1aK\1U\1bK\2t\u0085.",
                        bucket + "(U\1aK\1U\1cK\3t\u0085."))
                .isEqualTo("cBTrees.OIBTree\nOIBucket\nq\1.((U\1aq\2K\1U\1bq\3K\2U\1cq\4K\3tq\5tq\6.");
    }

    @Test
    void comparesNone() {
        assertThat(merge(
                        OBJECTS + "(NNX\1\0\0\0aNt\u0085.",
                        OBJECTS + "(NNX\1\0\0\0aNX\1\0\0\0bNt\u0085.",
                        OBJECTS + "(NNX\1\0\0\0aK\1t\u0085."))
                .isEqualTo(OBJECTS + "(NNX\1\0\0\0aq\1K\1X\1\0\0\0bq\2Ntq\3\u0085q\4.");
    }

    @Test
    void comparesIntegersWithoutSign() {
        String set = "\u0080\3cBTrees.QOBTree\nQOSet\nq\0.\u0080\3";
        String most = "\u008a\11\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\0";
        assertThat(merge(set + "K\5\u0085\u0085.", set + "K\5" + most + "\u0086\u0085.", set + "K\5K\6\u0086\u0085."))
                .isEqualTo(set + "K\5K\6" + most + "\u0087q\1\u0085q\2.");
        assertThat(merge(
                        set + "K\5\u0085\u0085.",
                        set + "K\5J\u00ff\u00ff\u00ff\u00ff\u0086\u0085.",
                        set + "K\5K\6\u0086\u0085."))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cpersistent.mapping\nPersistentMapping\nq\1.",
                "cmyapp\nLength\nq\1.",
                "cBTrees.OOBTree\nIOBucket\nq\1.",
                "cBTrees.XYBTree\nXYBucket\nq\1.",
                "(cBTrees.Length\nLength\nq\1(K\1tt.",
                "K\1.",
            })
    void leavesOtherClassesToOthers(String metadata) {
        assertThat(merge(metadata + "K\1.", metadata + "K\2.", metadata + "K\3."))
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"(cBTrees.Length\nLength\nq\1Nt.", "((U\15BTrees.LengthU\6LengthtNt."})
    void knowsOldFormsOfTheClass(String metadata) {
        assertThat(merge(metadata + "K\1.", metadata + "K\2.", metadata + "K\3."))
                .endsWith("K\4.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "K", "N.", "}.", "((K\1tt", "G\0\0\0\0\0\0\0\0.", "X\1\0\0\0a."})
    void refusesStatesOfOtherShapes(String state) {
        assertThat(merge(LENGTH + state, LENGTH + "K\2.", LENGTH + "K\3.")).isNull();
        assertThat(merge(LENGTH + "K\1.", LENGTH + state, LENGTH + "K\3.")).isNull();
        assertThat(merge(LENGTH + "K\1.", LENGTH + "K\2.", LENGTH + state)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "c", "N."})
    void refusesWhatIsNoRecord(String record) {
        assertThat(merge(LENGTH + "K\1.", LENGTH + "K\2.", record)).isNull();
        assertThat(merge(LENGTH + "K\1.", record, LENGTH + "K\2.")).isNull();
    }

    @Test
    void comparesNoTwoDictionaries() {
        String same = OBJECTS + "K\1}\u0086\u0085.";
        String more = OBJECTS + "(K\1}K\2Nt\u0085.";
        assertThat(merge(same, more, OBJECTS + "(K\1}K\3Nt\u0085.")).isNull();
        String nested = OBJECTS + "K\1}\u0085\u0086\u0085.";
        assertThat(merge(nested, OBJECTS + "(K\1}\u0085K\2Nt\u0085.", OBJECTS + "(K\1}\u0085K\3Nt\u0085."))
                .isNotNull();
    }

    @Test
    void comparisonsOfSharedTuplesEnd() {
        String deep = "K\1" + ")" + "2\u0086".repeat(60); // 2 to the power of 60 empty tuples
        assertThat(merge(
                        OBJECTS + deep + "\u0086\u0085.",
                        OBJECTS + "(" + deep + "K\2Nt\u0085.",
                        OBJECTS + "(" + deep + "K\3Nt\u0085."))
                .isNull();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void damagedRecordsGiveARecordOrNothing(long seed) throws Exception {
        Random random = new Random(seed);
        JsonNode triples = Golden.json("conflicts.json");
        for (int i = 0; i < 200; i++) {
            JsonNode triple = triples.get(random.nextInt(triples.size()));
            byte[][] records = {hex(triple, "old"), hex(triple, "committed"), hex(triple, "changed")};
            byte[] damaged = records[random.nextInt(3)];
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            byte[] merged = resolver.resolve(new Oid(1), records[0], records[1], records[2]);
            if (merged != null) {
                assertThat(new RecordReader().read(merged)).isNotNull();
            }
        }
    }

    /** Bytes are given and come back as Latin-1. */
    private @Nullable String merge(String old, String committed, String changed) {
        byte[] merged = resolver.resolve(new Oid(1), bytes(old), bytes(committed), bytes(changed));
        return merged == null ? null : new String(merged, ISO_8859_1);
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(ISO_8859_1);
    }

    private static byte[] hex(JsonNode triple, String name) {
        return HexFormat.of().parseHex(triple.path(name).asText());
    }
}
