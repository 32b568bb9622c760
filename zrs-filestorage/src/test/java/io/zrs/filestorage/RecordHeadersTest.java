package io.zrs.filestorage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The worked example of the format's description, and the limits of its fields. */
class RecordHeadersTest {
    private static final String TRANSACTION = "040d2e9fff7d8166" + "000000000000009a" + "20" + "0000" + "0019" + "0000";
    private static final String RECORD = "0000000000000001" + "040d2e9fff7d8166" + "00000000000000bd"
            + "0000000000000004" + "0000" + "0000000000000040";

    @Test
    void aTransactionHeaderIsReadAndWritten() {
        TransactionRecordHeader header = TransactionRecordHeader.read(bytes(TRANSACTION));
        assertThat(header).isEqualTo(new TransactionRecordHeader(0x040d2e9fff7d8166L, 154, ' ', 0, 25, 0));
        assertThat(header.headerSize()).isEqualTo(48);
        assertThat(header.next(4)).isEqualTo(166);
        ByteBuffer written = ByteBuffer.allocate(TransactionRecordHeader.BYTES);
        header.write(written);
        assertThat(written.flip()).isEqualTo(bytes(TRANSACTION));
    }

    @Test
    void aDataHeaderIsReadAndWritten() {
        DataRecordHeader header = DataRecordHeader.read(bytes(RECORD));
        assertThat(header).isEqualTo(new DataRecordHeader(1, 0x040d2e9fff7d8166L, 0xbd, 4, 0, 64));
        assertThat(header.next(52)).isEqualTo(158);
        ByteBuffer written = ByteBuffer.allocate(DataRecordHeader.BYTES);
        header.write(written);
        assertThat(written.flip()).isEqualTo(bytes(RECORD));
    }

    @Test
    void fieldsAreUnsigned() {
        ByteBuffer ones = bytes("ff".repeat(TransactionRecordHeader.BYTES));
        assertThat(TransactionRecordHeader.read(ones))
                .isEqualTo(new TransactionRecordHeader(-1, -1, '\u00ff', 65_535, 65_535, 65_535));
        DataRecordHeader record = DataRecordHeader.read(bytes("ff".repeat(DataRecordHeader.BYTES)));
        assertThat(record.versionSize()).isEqualTo(65_535);
        assertThat(record.endsWithin(0, Long.MAX_VALUE)).isFalse();
    }

    @Test
    void lengthsAreComparedWithoutOverflow() {
        for (long length :
                new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, TransactionRecordHeader.LENGTH_UNKNOWN, 89}) {
            assertThat(new TransactionRecordHeader(1, length, ' ', 0, 0, 0).endsWithin(4, 100))
                    .isFalse();
            assertThat(new DataRecordHeader(1, 1, 0, 4, 0, length).endsWithin(4, 100))
                    .isFalse();
        }
        assertThat(new TransactionRecordHeader(1, 88, ' ', 0, 0, 0).endsWithin(4, 100))
                .isTrue();
        assertThat(new DataRecordHeader(1, 1, 0, 4, 0, 54).endsWithin(4, 100)).isTrue();
        assertThat(new DataRecordHeader(1, 1, 0, 4, 0, 0).next(4)).isEqualTo(54);
    }

    private static ByteBuffer bytes(String hex) {
        return ByteBuffer.wrap(HexFormat.of().parseHex(hex));
    }
}
