package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.0 KB",
        "999949, 999.9 KB",
        "999950, 1.0 MB",
        "1234567890, 1.2 GB",
        "9223372036854775807, 9223.4 PB"
    })
    void roundsBytes(long count, String text) {
        assertThat(Quantities.bytes(count)).isEqualTo(text);
    }

    @Test
    void countsThings() {
        assertThat(Quantities.count(0, "blob")).isEqualTo("0 blobs");
        assertThat(Quantities.count(1, "blob")).isEqualTo("1 blob");
        assertThat(Quantities.count(1234567, "blob")).isEqualTo("1,234,567 blobs");
    }
}
