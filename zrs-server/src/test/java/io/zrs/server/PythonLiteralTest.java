package io.zrs.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.database.Tuple;
import io.zrs.storage.Bytes;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonLiteralTest {
    @Test
    void readsWhatPythonWrites() {
        check("None", null);
        check("True", true);
        check("False", false);
        check("0", 0L);
        check("-42", -42L);
        check("9223372036854775808", BigInteger.ONE.shiftLeft(63));
        check("1.5", 1.5);
        check("-1e+16", -1e16);
        check("'a'", "a");
        check("\"it's\"", "it's");
        check("u'caf\\xe9 \\u2603 \\U0001f40d\\n\\'\\\\'", "café ☃ 🐍\n'\\");
        check("''", "");
        check("b'\\x00\\xffa'", Bytes.copyOf(new byte[] {0, -1, 'a'}));
        check("()", Tuple.of());
        check("(1,)", Tuple.of(1L));
        check("(1)", 1L);
        check("('a', (1, None), b'')", Tuple.of("a", Tuple.of(1L, null), Bytes.EMPTY));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "name",
                "007",
                "1x",
                "0x10",
                "- 1",
                "'",
                "'a",
                "'a'b",
                "b'\u2603'",
                "(",
                "(1",
                "(1 2)",
                "(,)",
                "1,",
                "Nones",
                "nan",
                "."
            })
    void passesOverWhatIsNone(String text) {
        assertThat(PythonLiteral.parse(text)).isEmpty();
    }

    @Test
    void givesUpOnTuplesThatAreNestedDeeply() {
        assertThat(PythonLiteral.parse("(".repeat(100_000))).isEmpty();
        assertThat(PythonLiteral.parse("'" + "a\\n".repeat(100_000) + "'")).isPresent();
    }

    @Test
    void readsTheSegmentsThatKeysAreWrittenAs() {
        for (Object key : Arrays.asList(
                null,
                true,
                7L,
                -1.5,
                "plain",
                "",
                "7",
                "None",
                "@x",
                "a/b%2F",
                "'",
                "it's",
                Bytes.copyOf(new byte[] {1, '\'', '\\'}),
                Tuple.of("a", 1L),
                Tuple.of(1L))) {
            assertThat(PathSegment.keys(PathSegment.of(key)).get(0)).isEqualTo(key);
        }
    }

    private static void check(String text, @Nullable Object value) {
        assertThat(PythonLiteral.parse(text)).isEqualTo(Optional.of(new PythonLiteral(value)));
    }
}
