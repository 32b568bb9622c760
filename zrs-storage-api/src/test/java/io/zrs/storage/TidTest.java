package io.zrs.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.zrs.golden.Golden;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TidTest {
    private static final JsonNode VECTORS = Golden.json("vectors.json");

    @Test
    void convertsCalendarTimeAsZodbDoes() {
        for (JsonNode vector : VECTORS.get("timestamps")) {
            JsonNode utc = vector.get("utc");
            LocalDate date = LocalDate.of(
                    utc.get(0).intValue(), utc.get(1).intValue(), utc.get(2).intValue());
            int minuteOfDay = utc.get(3).intValue() * 60 + utc.get(4).intValue();
            Tid tid = tid(vector.get("tid"));

            assertThat(Tid.of(date, minuteOfDay, utc.get(5).doubleValue())).isEqualTo(tid);
            assertThat(tid.toTimeString()).isEqualTo(vector.get("text").textValue());
            Duration sinceEpoch = Duration.between(Instant.EPOCH, tid.toInstant());
            assertThat(sinceEpoch.toNanos() / 1e9).isCloseTo(vector.get("unix").doubleValue(), within(1e-6));
        }
    }

    @Test
    void stepsToTheNextUnitOrCalendarMinute() {
        for (JsonNode vector : VECTORS.get("laterThan")) {
            Tid later = tid(vector.get("self")).laterThan(tid(vector.get("other")));
            assertThat(later).isEqualTo(tid(vector.get("later")));
        }
        assertThat(new Tid(5).laterThan(new Tid(4))).isEqualTo(new Tid(5));
        assertThat(new Tid(0).laterThan(new Tid(0))).isEqualTo(new Tid(1));
    }

    @Test
    void printsAndParsesTheTextForms() {
        for (JsonNode vector : VECTORS.get("repr")) {
            Tid tid = tid(vector.get("value"));
            assertThat(tid).hasToString(vector.get("tid").textValue());
            assertThat(Tid.parse(tid.toString())).isEqualTo(tid);
            assertThat(tid.toHex()).isEqualTo(vector.get("value").textValue());
        }
    }

    @Test
    void survivesTheWayThroughInstant() {
        long seed = Long.getLong("zrs.seed", 20070321L);
        Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            LocalDate date = LocalDate.of(1900, 1, 1).plusDays(random.nextInt(200 * 365));
            Tid tid = Tid.of(date, random.nextInt(1440), random.nextDouble() * 60);
            assertThat(Tid.of(tid.toInstant())).as("zrs.seed=%d, %s", seed, tid).isEqualTo(tid);
        }
    }

    @Test
    void readsDecimalSecondsAsPythonDoes() {
        assertThat(Tid.of(Instant.parse("2024-02-29T23:59:59.999999Z"))).isEqualTo(Tid.parse("03f6df7fffffffb8"));
        assertThat(Tid.of(Instant.parse("2026-06-30T12:34:56.789Z"))).isEqualTo(Tid.parse("0409f4f2f24cbb52"));
    }

    @Test
    void toleratesDatesThatNoCalendarHas() {
        Tid february30 = new Tid(Tid.of(LocalDate.of(2023, 2, 28), 0, 0).value() + ((2L * 1440) << 32));
        assertThat(february30.toTimeString()).startsWith("2023-02-30");
        assertThat(february30.toInstant()).isEqualTo(Instant.parse("2023-03-02T00:00:00Z"));
        assertThat(Tid.MAX.toTimeString()).isEqualTo("5908-11-23 02:07:60.000000");
    }

    @Test
    void ordersAsUnsignedNumbers() {
        assertThat(new Tid(-1)).isGreaterThan(Tid.MAX);
        assertThat(Tid.NONE).isLessThan(new Tid(1));
        assertThat(new Tid(0xffff_ffffL).next()).isEqualTo(new Tid(0x1_0000_0000L));
    }

    @ParameterizedTest
    @CsvSource({"1899-12-31, 0, 0", "2024-01-01, 1440, 0", "2024-01-01, -1, 0", "2024-01-01, 0, 60", "2024-01-01, 0, -1"
    })
    void refusesTimesOutOfRange(LocalDate date, int minuteOfDay, double second) {
        assertThatIllegalArgumentException().isThrownBy(() -> Tid.of(date, minuteOfDay, second));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "0x1", "123", "0x00112233445566778899", "0xzz", "-1", "+1", "0x 1"})
    void refusesTextThatIsNoTid(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Tid.parse(text)).withMessageContaining("'" + text + "'");
    }

    private static Tid tid(JsonNode hex) {
        return Tid.parse(hex.textValue());
    }
}
