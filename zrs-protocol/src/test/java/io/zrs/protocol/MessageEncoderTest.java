package io.zrs.protocol;

import static io.zrs.storage.PickleDialect.PYTHON2;
import static io.zrs.storage.PickleDialect.PYTHON3;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Strings;
import com.google.common.primitives.Longs;
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
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exact bytes; those of whole streams are in {@link GoldenStreamTest}. */
class MessageEncoderTest {
    private static final Tid TID = Tid.parse("036c6b90f7777778");
    private static final Oid OID = Oid.parse("00000000000000e6");
    private static final String ENCODE = "635f636f646563730a656e636f64650a2858";
    private static final String LATIN1 = "58060000006c6174696e317452";
    private static final String TID3 = ENCODE + "0a000000036c6bc290c3b777777" + "8" + LATIN1;
    private static final String OID3 = ENCODE + "0900000000000000000000c3a6" + LATIN1;

    @Test
    void writesStoreAsPython2() {
        assertThat(encode(PYTHON2, new Store(OID, TID, null)))
                .isEqualTo("2855015328550800000000000000e65508036c6b90f777777855004e74742e");
        assertThat(encode(PYTHON2, new Store(OID, TID, TID)))
                .isEqualTo("2855015328550800000000000000e65508036c6b90f777777855005508036c6b90f777777874742e");
    }

    @Test
    void writesStoreAsPython3() {
        assertThat(encode(PYTHON3, new Store(OID, TID, null)))
                .isEqualTo("2858010000005328" + OID3 + TID3 + "5800000000" + "4e74742e");
        assertThat(encode(PYTHON3, new Store(OID, TID, TID)))
                .isEqualTo("2858010000005328" + OID3 + TID3 + "5800000000" + TID3 + "74742e");
    }

    @ParameterizedTest
    @EnumSource
    void writesTheSameWhateverCameBefore(PickleDialect dialect) {
        MessageEncoder reused = new MessageEncoder(dialect);
        for (long serial : new long[] {0, 0, TID.value(), TID.value(), -1, 0, TID.value()}) {
            Store store = new Store(OID, new Tid(serial), null);
            assertThat(hex(reused.encode(store))).isEqualTo(encode(dialect, store));
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3})
    void writesAnyNumberAsTextOfItsBytes(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 1000; i++) {
            long oid = random.nextLong() >>> random.nextInt(Long.SIZE);
            String text = new String(Longs.toByteArray(oid), StandardCharsets.ISO_8859_1);
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            String expected =
                    String.format("%02x000000%s", utf8.length, HexFormat.of().formatHex(utf8));
            assertThat(encode(PYTHON3, new Store(new Oid(oid), TID, null)))
                    .isEqualTo("2858010000005328" + ENCODE + expected + LATIN1 + TID3 + "5800000000" + "4e74742e");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 4c304c0a, 4b00",
        "1, 4c314c0a, 4b01",
        "255, 4c3235354c0a, 4bff",
        "256, 4c3235364c0a, 4d0001",
        "65535, 4c36353533354c0a, 4dffff",
        "65536, 4c36353533364c0a, 4a00000100",
        "2147483647, 4c323134373438333634374c0a, 4affffff7f",
        "2147483648, 4c323134373438333634384c0a, 4c323134373438333634384c0a"
    })
    void writesBlockCountsAsPythonDoes(long count, String python2, String python3) {
        assertThat(encode(PYTHON2, new StoreBlob(OID, TID, null, count)))
                .isEqualTo("2855014228550800000000000000e65508036c6b90f777777855004e" + python2 + "74742e");
        assertThat(encode(PYTHON3, new StoreBlob(OID, TID, null, count)))
                .isEqualTo("2858010000004228" + OID3 + TID3 + "5800000000" + "4e" + python3 + "74742e");
    }

    @Test
    void writesCommit() {
        String digest = "f8f9fafbfcfdfeff0001020304050607";
        Commit commit = new Commit(bytes(digest));
        assertThat(encode(PYTHON2, commit)).isEqualTo("28550143285510" + digest + "74742e");
        assertThat(encode(PYTHON3, commit))
                .isEqualTo("2858010000004328" + ENCODE + "18000000" + "c3b8c3b9c3bac3bbc3bcc3bdc3bec3bf0001020304050607"
                        + LATIN1 + "74742e");
    }

    @Test
    void writesCommitWithoutChecksum() {
        assertThat(encode(PYTHON2, new Commit(Bytes.EMPTY))).isEqualTo("285501432874742e");
    }

    @Test
    void writesBeginAsPython2() {
        assertThat(encode(PYTHON2, begin(PYTHON2, 'p', "ff", "", "7d71015501694b00732e")))
                .isEqualTo("285501542855" + "08036c6b90f7777778" + "550170" + "5501ff" + "5500" + "7d5501694b0073"
                        + "74742e");
    }

    @Test
    void writesBeginAsPython3() {
        assertThat(encode(PYTHON3, begin(PYTHON3, ' ', "75ff", "", "80037d710058010000006971014b00732e")))
                .isEqualTo("2858010000005428" + TID3 + "580100000020" + ENCODE + "0300000075c3bf" + LATIN1
                        + "635f5f6275696c74696e5f5f0a62797465730a2952" + "7d5801000000694b0073" + "74742e");
    }

    @Test
    void writesLongTextWithAFourByteSize() {
        String user = Strings.repeat("61", 256);
        assertThat(encode(PYTHON2, begin(PYTHON2, ' ', user, "", "")))
                .isEqualTo(
                        "2855015428" + "5508036c6b90f7777778" + "550120" + "5400010000" + user + "5500" + "7d74742e");
    }

    @Test
    void writesMetadataOfAnySize() {
        String description = Strings.repeat("c3", 0xffff);
        for (PickleDialect dialect : PickleDialect.values()) {
            Begin begin = begin(dialect, ' ', description, description, "");
            ByteBuffer message = new MessageEncoder(dialect).encode(begin);
            assertThat(new MessageDecoder().decode(message)).isEqualTo(begin);
        }
    }

    @Test
    void writesAStatusBeyondAscii() {
        for (PickleDialect dialect : PickleDialect.values()) {
            Begin begin = begin(dialect, '\u00e9', "", "", "");
            assertThat(new MessageDecoder().decode(new MessageEncoder(dialect).encode(begin)))
                    .isEqualTo(begin);
        }
    }

    @Test
    void refusesATransactionOfTheOtherDialect() {
        assertThatThrownBy(() -> encode(PYTHON2, begin(PYTHON3, ' ', "", "", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PYTHON3");
    }

    @Test
    void passesAnExtensionWithObjectsOnOpcodeForOpcode() {
        // {'when': datetime.date(…)} as Python 3 stores it.
        String value = "7d71005804000000" + "7768656e" + "7101" + "636461746574696d650a646174650a7102"
                + "430407e8010171038571045271057" + "3";
        assertThat(encode(PYTHON3, begin(PYTHON3, ' ', "", "", "8003" + value + "2e")))
                .endsWith(value + "74742e")
                .doesNotContain("8003");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7d",
                "ff",
                "7d71",
                "2e",
                "4e2e",
                "4b052e",
                "7d2e2e",
                "680a2e",
                "635f5f6275696c74696e5f5f0a62797465730a29522e"
            })
    void namesTheTransactionWhoseExtensionIsDamaged(String extension) {
        MessageEncoder encoder = new MessageEncoder(PYTHON3);
        assertThatThrownBy(() -> encoder.encode(begin(PYTHON3, ' ', "", "", extension)))
                .isInstanceOfSatisfying(
                        UnsendableTransactionException.class,
                        e -> assertThat(e.tid()).isEqualTo(TID))
                .hasMessageContaining("transaction 0x036c6b90f7777778 (2007-03-21 20:32:58.000000) cannot be sent");
        assertThat(encoder.encode(new Commit(Bytes.EMPTY)).remaining()).isEqualTo(11);
    }

    private static Begin begin(PickleDialect dialect, char status, String user, String description, String extension) {
        TransactionMetadata metadata = new TransactionMetadata(bytes(user), bytes(description), bytes(extension));
        return new Begin(new TransactionHeader(TID, status, metadata), dialect);
    }

    private static String encode(PickleDialect dialect, ReplicationMessage message) {
        return hex(new MessageEncoder(dialect).encode(message));
    }

    private static String hex(ByteBuffer pickle) {
        byte[] bytes = new byte[pickle.remaining()];
        pickle.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static Bytes bytes(String hex) {
        return Bytes.copyOf(HexFormat.of().parseHex(hex));
    }
}
