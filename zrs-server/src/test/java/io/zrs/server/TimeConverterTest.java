package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zrs.storage.Tid;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeConverterTest {
    private final TimeConverter converter = new TimeConverter();

    @ParameterizedTest
    @CsvSource({
        "0x036c6b911ddddddd, 036c6b911ddddddd",
        "036c6b911ddddddd, 036c6b911ddddddd",
        "0370000000000000, 0370000000000000",
        "0x00, 0000000000000000",
    })
    void readsTids(String text, String tid) {
        assertThat(converter.convert(text)).isEqualTo(Tid.parse(tid));
    }

    @ParameterizedTest
    @CsvSource({
        "1174509187, 2007-03-21T20:33:07Z",
        "1174509187.25, 2007-03-21T20:33:07.25Z",
        "0, 1970-01-01T00:00:00Z",
        "-0.5, 1969-12-31T23:59:59.5Z",
        "2007-03-21T20:33:07Z, 2007-03-21T20:33:07Z",
        "2007-03-21 20:33:07, 2007-03-21T20:33:07Z",
        "2007-03-21t20:33, 2007-03-21T20:33:00Z",
        "2007-03-21T21:33:07+01:00, 2007-03-21T20:33:07Z",
        "2007-03-21, 2007-03-21T00:00:00Z",
        "2007-03-21T20:33:07.123456789Z, 2007-03-21T20:33:07.123456789Z",
    })
    void readsTimes(String text, Instant time) {
        assertThat(converter.convert(text)).isEqualTo(Tid.of(time));
    }

    @Test
    void findsTheTransactionWhoseTimeWasPrinted() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 1_000; i++) {
            Tid tid = Tid.of(Instant.ofEpochSecond(random.nextInt(), random.nextInt(999_999_000)));
            assertThat(converter.convert(tid.toTimeString()))
                    .as(tid.toTimeString())
                    .isGreaterThanOrEqualTo(tid);
            assertThat(converter.convert(tid.toTimeString()).toTimeString()).isEqualTo(tid.toTimeString());
            assertThat(converter.convert(tid.toInstant().toString())).isGreaterThanOrEqualTo(tid);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "0x",
                "0xabc",
                "0x036c6b911ddddddd00",
                "1e9",
                "2007-13-01",
                "2007-02-30T00:00:00Z",
                "1899-12-31",
                "253402300800",
                "12345678901234567",
                "2007-03-21T"
            })
    void refusesWhatIsNoTime(String text) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is no TIME");
    }
}
