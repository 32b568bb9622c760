package io.zrs.pickle;

import static io.zrs.pickle.Pickles.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zrs.pickle.PickleException.Kind;
import io.zrs.pickle.PickleValue.Global;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordScannerTest {
    private static final String OID = "\0\0\0\0\0\0\0\7";
    private static final String ASCII_OID = "ABCDEFGH";
    private final RecordScanner scanner = new RecordScanner(Pickles.LIMITS);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0080\3cZODB.blob\nBlob\nq\0.\u0080\3N.",
                "cZODB.blob\nBlob\nq\1.N.",
                "\u0080\2cZODB.blob\nBlob\nr\1\0\0\0.\u0080\2N.",
                "cZODB.blob\nBlob\np1\n.N.",
                "cZODB.blob\nBlob\n.N."
            })
    void knowsBlobs(String record) {
        assertThat(RecordScanner.isBlob(ByteBuffer.wrap(bytes(record)))).isTrue();
        assertThat(scanner.className(ByteBuffer.wrap(bytes(record)))).contains(new Global("ZODB.blob", "Blob"));
        // at another position, and with a limit that ends the class pickle at every byte
        ByteBuffer shifted = ByteBuffer.wrap(bytes("x", record, "x")).position(1);
        assertThat(RecordScanner.isBlob(shifted)).isTrue();
        assertEquals(1, shifted.position());
        int stop = record.lastIndexOf("N.") - 1 - (record.endsWith("\3N.") || record.endsWith("\2N.") ? 2 : 0);
        for (int end = 0; end <= stop; end++) {
            assertThat(RecordScanner.isBlob(ByteBuffer.wrap(bytes(record), 0, end)))
                    .as("cut at " + end)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "N.N.",
                "(cZODB.blob\nBlob\nNt.N.",
                "\u0080\3cZODB.blob\nBlob\nN\u0086.N.",
                "((U\11ZODB.blobU\4BlobtNt.N.",
                "\u0080\4\u008c\11ZODB.blob\u008c\4Blob\u0093.N.",
                "cZODB.blobs\nBlob\n.N.",
                "cZODB.blob\nBlobs\n.N.",
                "cZODB.blob\nBlob\nq\0q\1.N.",
                "cZODB.blob\nBlob\np\n.N.",
                "cZODB.blob\nBlob\n)R.N.",
                "cm\nC\n.(U\1a(U\10\0\0\0\0\0\0\0\7cZODB.blob\nBlob\ntQu."
            })
    void takesNothingElseForABlob(String record) {
        assertThat(RecordScanner.isBlob(ByteBuffer.wrap(bytes(record)))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0080\3cmod\nName\nq\0.N.",
                "\u0080\3cmod\nName\nq\0K\1\u0085\u0086.N.",
                "(cmod\nName\nq\1Nt.N.",
                "(cmod\nName\nq\1)t.N.",
                "((U\3modU\4NametNt.N.",
                "\u0080\3X\3\0\0\0modX\4\0\0\0Name\u0086N\u0086.N.",
                "\u0080\3X\3\0\0\0modX\4\0\0\0Name\u0086K\1\u0085\u0086.N.",
                "\u0080\4\u0095\20\0\0\0\0\0\0\0\u008c\3mod\u008c\4Name\u0093.N........",
                "(U\3modU\4Namet.N."
            })
    void findsClassNameInEveryForm(String record) {
        assertEquals(Optional.of(new Global("mod", "Name")), scanner.className(ByteBuffer.wrap(bytes(record))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c",
                "cmod\n",
                "(",
                "(cmod",
                "N.",
                "K\1.",
                "((K\1U\1atNt.",
                "(C\10\0\0\0\0\0\0\0\7QNt.N.",
                "rubbish"
            })
    void findsNoClassNameWhereThereIsNone(String record) {
        assertThat(scanner.className(ByteBuffer.wrap(bytes(record)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C\10" + OID + "Q",
                "U\10" + OID + "Q",
                "T\10\0\0\0" + OID + "Q",
                "B\10\0\0\0" + OID + "Q",
                "X\10\0\0\0" + OID + "Q",
                "V\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0000\\u0007\nQ",
                "S'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x07'\nQ",
                "P" + OID + "\n",
                "C\10" + OID + "cm\nC\n\u0086Q",
                "(U\10" + OID + "cm\nC\ntQ",
                "(U\10" + OID + "(U\1mU\1CttQ",
                "(U\10" + OID + "q\1cm\nC\nq\2tq\3Q",
                // hidden behind the memo: the oid, the pair, the class
                "C\10" + OID + "q\1" + "0h\1cm\nC\n\u0086Q",
                "C\10" + OID + "q\1" + "cm\nC\n\u0086q\2" + "0h\2Q",
                "C\10" + OID + "q\1" + "0(h\1h\0tQ",
                "C\10" + OID + "2\u0086Q"
            })
    void findsStrongReference(String state) throws PickleException {
        assertThat(references("\u0080\3cm\nC\nq\0.\u0080\3", state, ".")).containsExactly(7L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "](U\1wC\10" + OID + "\u0085eQ",
                "](X\1\0\0\0wC\10" + OID + "X\2\0\0\0db\u0086eQ",
                "](U\1nX\2\0\0\0dbC\10" + OID + "\u0086eQ",
                "](U\1mU\2dbC\10" + OID + "cm\nC\n\u0087eQ",
                "]C\10" + OID + "aQ",
                "(C\10" + OID + "lQ",
                "](U\1wC\10" + OID + "\u0085eq\0" + "0h\0Q",
                "C\10" + OID,
                "N"
            })
    void leavesOutWeakAndForeignReferences(String state) throws PickleException {
        assertThat(references("cm\nC\n.", state, ".")).isEmpty();
    }

    @Test
    void passesOidsInOrderAndAsOftenAsTheyCome() throws PickleException {
        assertThat(references("cm\nC\n.", "(C\10", OID, "QU\10", ASCII_OID, "QC\10", OID, "Qt.rest"))
                .containsExactly(7L, 0x4142434445464748L, 7L);
        assertThat(references("C\10\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffQ.N."))
                .containsExactly(-1L);
        assertThat(references("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NQ",
                "K\1Q",
                ")Q",
                "}Q",
                "N\u0085Q",
                "C\7" + "\0\0\0\0\0\0\7Q",
                "Pabc\n",
                "cm\nC\n)RQ",
                "X\10\0\0\0\0\0\0\0\0\0\u00c3\u00a9Q"
            })
    void refusesReferencesOfUnknownForm(String state) {
        PickleException e = assertThrows(PickleException.class, () -> references("cm\nC\n.", state, "."));
        assertEquals(Kind.UNKNOWN_REFERENCE, e.kind());
    }

    @Test
    void refusesWhatIsNotTwoPickles() throws PickleException {
        assertThrows(PickleException.class, () -> references("cm\nC\n."));
        assertThrows(PickleException.class, () -> references("some data"));
        assertThrows(PickleException.class, () -> references("N.h\0."));
        // and the scanner can be used again
        assertThat(references("N.C\10", OID, "Q.")).containsExactly(7L);
    }

    @Test
    void forgetsTheMemoBetweenRecords() throws PickleException {
        references("cm\nC\nq\0.N.");

        PickleException e = assertThrows(PickleException.class, () -> references("h\0.N."));
        assertEquals(Kind.BAD_MEMO_REFERENCE, e.kind());
    }

    @Test
    void keepsToItsLimits() {
        RecordScanner small = new RecordScanner(new PickleLimits(50, 10, 16, 2, 10));
        assertEquals(Kind.VALUES_LIMIT, problem(small, "N".repeat(17)));
        assertEquals(Kind.MEMO_LIMIT, problem(small, "Nq\0q\1q\2"));
        assertEquals(Kind.SIZE_LIMIT, problem(small, "N0".repeat(30)));
    }

    private static Kind problem(RecordScanner scanner, String record) {
        return assertThrows(PickleException.class, () -> scanner.references(ByteBuffer.wrap(bytes(record)), oid -> {}))
                .kind();
    }

    private List<Long> references(Object... record) throws PickleException {
        List<Long> oids = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.wrap(bytes(record));
        scanner.references(buffer, oids::add);
        assertEquals(0, buffer.position());
        return oids;
    }
}
