package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.Bytes;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PythonAtomsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0.0",
        "-0.0, -0.0",
        "1, 1.0",
        "-1.5, -1.5",
        "1234567890123456, 1234567890123456.0",
        "9999999999999998, 9999999999999998.0",
        "1e16, 1e+16",
        "1.5e300, 1.5e+300",
        "0.0001, 0.0001",
        "0.00001, 1e-05",
        "1.25e-7, 1.25e-07",
        "NaN, nan",
        "Infinity, inf",
        "-Infinity, -inf",
    })
    void printsFloatsAsPythonDoes(double value, String text) {
        assertThat(PythonAtoms.text(value, 100)).isEqualTo(text);
    }

    @Test
    void printsAtomsAsPythonDoes() {
        assertThat(PythonAtoms.text(null, 100)).isEqualTo("None");
        assertThat(PythonAtoms.text(true, 100)).isEqualTo("True");
        assertThat(PythonAtoms.text(7L, 100)).isEqualTo("7");
        assertThat(PythonAtoms.text(BigInteger.TEN.pow(20), 100)).isEqualTo("100000000000000000000");
        assertThat(PythonAtoms.text("it's\n\u001b", 100)).isEqualTo("\"it's\\n\\x1b\"");
        assertThat(PythonAtoms.text(Bytes.copyOf(new byte[] {0, '\'', '\\', '\n', -1, 'a'}), 100))
                .isEqualTo("b'\\x00\\'\\\\\\n\\xffa'");
    }
}
