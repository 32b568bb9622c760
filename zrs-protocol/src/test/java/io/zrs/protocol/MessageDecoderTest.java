package io.zrs.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.pickle.PickleException;
import io.zrs.protocol.ReplicationMessage.Begin;
import io.zrs.protocol.ReplicationMessage.Commit;
import io.zrs.protocol.ReplicationMessage.Store;
import io.zrs.protocol.ReplicationMessage.StoreBlob;
import io.zrs.storage.Bytes;
import io.zrs.storage.Oid;
import io.zrs.storage.PickleDialect;
import io.zrs.storage.Tid;
import io.zrs.storage.TransactionHeader;
import io.zrs.storage.TransactionMetadata;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages in Java strings are Latin-1: one character is one byte. */
class MessageDecoderTest {
    private static final Tid TID = Tid.parse("036c6b90f7777778");
    private static final Oid OID = Oid.parse("00000000000000e6");
    private static final String OID2 = "U\10\0\0\0\0\0\0\0\u00e6";
    private static final String TID2 = "U\10\3lk\u0090\u00f7wwx";
    private static final String TID3 = "c_codecs\nencode\n(X\12\0\0\0\3lk\u00c2\u0090\u00c3\u00b7wwxX\6\0\0\0latin1tR";

    private final MessageDecoder decoder = new MessageDecoder();

    @ParameterizedTest
    @CsvFileSource(resources = "spellings.csv", maxCharsPerColumn = 1000)
    void readsEverySpellingOfPython(String kind, PickleDialect dialect, int protocol, String hex) {
        ReplicationMessage expected = switch (kind) {
            case "T" -> begin(dialect);
            case "S" -> new Store(OID, TID, TID);
            case "B" -> new StoreBlob(OID, TID, null, 3);
            default -> new Commit(bytes("f8f9fafbfcfdfefff8f9fafbfcfdfeff"));
        };
        ByteBuffer payload = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
        assertThat(decoder.decode(payload)).isEqualTo(expected);
        assertThat(payload.position()).isZero();
    }

    @ParameterizedTest
    @CsvFileSource(resources = "spellings.csv", maxCharsPerColumn = 1000)
    void refusesEveryTruncation(String kind, PickleDialect dialect, int protocol, String hex) {
        byte[] whole = HexFormat.of().parseHex(hex);
        for (int size = 0; size < whole.length; size++) {
            ByteBuffer cut = ByteBuffer.wrap(whole, 0, size);
            assertThatThrownBy(() -> decoder.decode(cut))
                    .as("%s of %s bytes", size, whole.length)
                    .isInstanceOf(MalformedMessageException.class)
                    .hasCauseInstanceOf(PickleException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"K\3", "M\3\0", "J\3\0\0\0", "L3L\n", "L3\n", "I3\n", "L03L\n", "\u008a\1\3", "\u008b\1\0\0\0\3"
            })
    void readsBlockCountsInEveryForm(String count) {
        assertThat(decode("(U\1B(" + OID2 + TID2 + "U\0N" + count + "tt.")).isEqualTo(new StoreBlob(OID, TID, null, 3));
        assertThat(decode("(X\1\0\0\0B(" + TID3 + TID3 + "X\0\0\0\0N" + count + "tt."))
                .isEqualTo(new StoreBlob(new Oid(TID.value()), TID, null, 3));
    }

    @Test
    void readsTheLargestBlockCount() {
        assertThat(decode("(U\1B(" + OID2 + TID2 + "U\0NL9223372036854775807L\ntt."))
                .isEqualTo(new StoreBlob(OID, TID, null, Long.MAX_VALUE));
    }

    @Test
    void readsASerialThatIsNotTheTid() {
        assertThat(decode("(U\1S(" + OID2 + OID2 + "U\0Ntt.")).isEqualTo(new Store(OID, new Tid(OID.value()), null));
    }

    @Test
    void readsAsciiTextAsBytes() {
        assertThat(decode("(X\1\0\0\0S(X\10\0\0\0abcdefghX\10\0\0\0abcdefghX\0\0\0\0Ntt."))
                .isEqualTo(new Store(new Oid(0x6162636465666768L), new Tid(0x6162636465666768L), null));
    }

    @Test
    void readsACommitWithoutChecksum() {
        assertThat(decode("(U\1C)t.")).isEqualTo(new Commit(Bytes.EMPTY));
        assertThat(decode("(U\1C(tt.")).isEqualTo(new Commit(Bytes.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X", "TT", "", "s", "\u00e9"})
    void refusesUnknownKinds(String kind) {
        String message = "(U" + (char) kind.length() + kind + "(" + TID2 + "tt.";
        assertThatThrownBy(() -> decode(message))
                .isInstanceOf(UnknownMessageException.class)
                .hasMessage("unknown message '" + kind + "'");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "N.                               | a message must be a pair",
                "(t.                              | a message must be a pair",
                "(U1St.                           | a message must be a pair",
                "(U1S(tNt.                        | a message must be a pair",
                "(K1(tt.                          | the kind of a message must be text",
                "(U1SNt.                          | the fields of message 'S' must be a tuple",
                "(U1S(OTU0tt.                     | the fields of message 'S' must be 4, there are 3",
                "(U1S(OTU0NNtt.                   | the fields of message 'S' must be 4, there are 5",
                "(U1B(OTU0Ntt.                    | the fields of message 'B' must be 5, there are 4",
                "(U1C(TTtt.                       | the fields of message 'C' must be 1, there are 2",
                "(U1T(TU1 U0U0tt.                 | the fields of message 'T' must be 5, there are 4",
                "(U1S(NTU0Ntt.                    | an oid must be bytes, it is None",
                "(U1S(U1xTU0Ntt.                  | an oid must have 8 bytes",
                "(U1S(OU1xU0Ntt.                  | a serial must have 8 bytes",
                "(U1S(OTU1xNtt.                   | a version must be empty",
                "(U1S(OTNNtt.                     | a version must be text",
                "(U1S(OTU0U1xtt.                  | a data_txn must have 8 bytes",
                "(U1S(OTU0K1tt.                   | a data_txn must be bytes",
                "(U1B(OTU0NNtt.                   | a block count must be a number",
                "(U1B(OTU0NI-1~tt.                | a block count must be a number from 0 to 2^63 - 1, it is -1",
                "(U1B(OTU0NL9223372036854775808L~tt. | a block count must be a number from 0 to 2^63 - 1",
                "(U1C(Ntt.                        | a checksum must be bytes",
                "(U1T(U1xU1 U0U0}tt.              | a tid must have 8 bytes",
                "(U1T(TU0U0U0}tt.                 | a status must be one character",
                "(U1T(TU2xxU0U0}tt.               | a status must be one character",
                "(U1T(TU1 NU0}tt.                 | a user must be bytes",
                "(U1T(TU1 U0K1}tt.                | a description must be bytes",
                "(U1T(TU1 U0U0Ntt.                | an extension must be a dictionary, it is None",
                "(U1T(TU1 U0U0]tt.                | an extension must be a dictionary",
                "(U1T(TU1 U0U0c__builtin__~bytes~)Rtt. | an extension must be a dictionary",
                "(U1S(OTU0Ntt.N.                  | 2 bytes stand behind a message",
            })
    void refusesOtherShapes(String shorthand, String expected) {
        // O and T stand for an oid and a tid, U0 to U2 for SHORT_BINSTRING with its size, K1 for a number, ~ for the
        // end of a line.
        String opcodes = shorthand
                .replaceFirst("^\\(U1T", "(U1t")
                .replace("T", TID2)
                .replaceFirst("^\\(U1t", "(U1T")
                .replace("O", OID2)
                .replace("U0", "U\0")
                .replace("U1", "U\1")
                .replace("U2", "U\2")
                .replace("K1", "K\1")
                .replace("~", "\n");
        assertThatThrownBy(() -> decode(opcodes))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void refusesWhatWouldCallAnything() {
        String call = "cos\nsystem\n(U\6reboottR";
        for (String message : new String[] {
            call + ".",
            "(U\1S" + call + "t.",
            "(" + call + "(tt.",
            "(U\1S(" + call + TID2 + "U\0Ntt.",
            "(U\1C(" + call + "tt.",
            "(U\1T(" + TID2 + "U\1 " + call + "U\0}tt.",
            "(U\1C(c_codecs\nencode\n(X\1\0\0\0aX\4\0\0\0zliptRtt.",
            "(U\1C(cos\nencode\n(X\1\0\0\0aX\6\0\0\0latin1tRtt."
        }) {
            assertThatThrownBy(() -> decode(message)).as(message).isInstanceOf(MalformedMessageException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "T\u00ff\u00ff\u00ff\u007f",
                "\u008e\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
                "(U\1C(T\u00ff\u00ff\u00ff\u00fftt.",
                "(X\1\0\0\0C(c_codecs\nencode\n(X\u00ff\u00ff\u00ff\u007f",
                "Nr\u00ff\u00ff\u00ff\u007f0h\0."
            })
    void refusesWhatAnnouncesMoreThanItHas(String message) {
        assertThatThrownBy(() -> decode(message))
                .isInstanceOf(MalformedMessageException.class)
                .hasCauseInstanceOf(PickleException.class);
    }

    @Test
    void refusesBombs() {
        String deep = "]".repeat(200_000) + "a".repeat(199_999) + ".";
        assertThatThrownBy(() -> decode(deep)).isInstanceOf(MalformedMessageException.class);
        String many = "(" + "N".repeat(900_000) + "t.";
        assertThatThrownBy(() -> decode(many)).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void canBeUsedAgainAfterABadMessage() {
        assertThatThrownBy(() -> decode("(U\1S(Nq\1")).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> decode("(U\1S(h\1tt.")).isInstanceOf(MalformedMessageException.class);
        assertThat(decode("(U\1S(" + OID2 + TID2 + "U\0Ntt.")).isEqualTo(new Store(OID, TID, null));
    }

    private static Begin begin(PickleDialect dialect) {
        String extension =
                dialect == PickleDialect.PYTHON2 ? "7d71015501694b01732e" : "80037d710058010000006971014b01732e";
        return new Begin(
                new TransactionHeader(TID, ' ', new TransactionMetadata(bytes("75ff"), Bytes.EMPTY, bytes(extension))),
                dialect);
    }

    private ReplicationMessage decode(String latin1) {
        return decoder.decode(ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static Bytes bytes(String hex) {
        return Bytes.copyOf(HexFormat.of().parseHex(hex));
    }
}
