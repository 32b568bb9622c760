package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.zrs.storage.Bytes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Python 3.11 prints for the same values. */
class PythonReprTest {
    @SuppressWarnings("FloatingPointLiteralPrecision") // as Python prints them
    private static Stream<Arguments> numbers() {
        return Stream.of(
                Arguments.of(null, "None"),
                Arguments.of(true, "True"),
                Arguments.of(5L, "5"),
                Arguments.of(BigInteger.TWO.pow(64), "18446744073709551616"),
                Arguments.of(1.0, "1.0"),
                Arguments.of(0.1, "0.1"),
                Arguments.of(-0.0, "-0.0"),
                Arguments.of(2e-3, "0.002"),
                Arguments.of(1e-5, "1e-05"),
                Arguments.of(1.5e-7, "1.5e-07"),
                Arguments.of(123456789.125, "123456789.125"),
                Arguments.of(1e15, "1000000000000000.0"),
                Arguments.of(1e16, "1e+16"),
                Arguments.of(2e23, "2e+23"),
                Arguments.of(1.7976931348623157e308, "1.7976931348623157e+308"),
                Arguments.of(5e-324, "5e-324"),
                Arguments.of(1 / 3.0, "0.3333333333333333"),
                Arguments.of(Double.NaN, "nan"),
                Arguments.of(Double.NEGATIVE_INFINITY, "-inf"));
    }

    private static Stream<Arguments> others() {
        return Stream.of(
                Arguments.of("it's", "\"it's\""),
                Arguments.of("'\"", "'\\'\"'"),
                Arguments.of(
                        "a\\\n\t\r\0\u007f\u00e9\u00a0\u2603\u2028\ud83d\udc0d\ud800",
                        "'a\\\\\\n\\t\\r\\x00\\x7f\u00e9\\xa0\u2603\\u2028\ud83d\udc0d\\ud800'"),
                Arguments.of(Bytes.copyOf(new byte[] {'a', '\'', 0, -1}), "b\"a'\\x00\\xff\""),
                Arguments.of(Tuple.of(), "()"),
                Arguments.of(Tuple.of(1), "(1,)"),
                Arguments.of(Tuple.of(1, "two"), "(1, 'two')"),
                Arguments.of(Arrays.asList(1L, null, List.of()), "[1, None, []]"),
                Arguments.of(Map.of("x", Map.of()), "{'x': {}}"),
                Arguments.of(Set.of(), "set()"),
                Arguments.of(Set.of(1L), "{1}"),
                Arguments.of(FrozenSet.copyOf(List.of()), "frozenset()"),
                Arguments.of(FrozenSet.copyOf(List.of(1, 2)), "frozenset({1, 2})"),
                Arguments.of(new Complex(1, -2), "(1-2j)"),
                Arguments.of(new Complex(0, 2.5), "2.5j"),
                Arguments.of(new Complex(-0.0, 1), "(-0+1j)"),
                Arguments.of(new BigDecimal("1.10"), "Decimal('1.10')"),
                Arguments.of(new UUID(0, 7), "UUID('00000000-0000-0000-0000-000000000007')"),
                Arguments.of(PythonClass.of("app.Point"), "<class 'app.Point'>"),
                Arguments.of(LocalDateTime.parse("2007-03-21T20:32"), "datetime.datetime(2007, 3, 21, 20, 32)"),
                Arguments.of(
                        LocalDateTime.parse("2007-03-21T00:00:00.25"),
                        "datetime.datetime(2007, 3, 21, 0, 0, 0, 250000)"),
                Arguments.of(
                        OffsetDateTime.parse("2007-03-21T20:32:57Z"),
                        "datetime.datetime(2007, 3, 21, 20, 32, 57, tzinfo=datetime.timezone.utc)"),
                Arguments.of(
                        OffsetDateTime.parse("2007-03-21T20:32:57-01:00"),
                        "datetime.datetime(2007, 3, 21, 20, 32, 57, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=82800)))"),
                Arguments.of(LocalDate.of(1815, 12, 10), "datetime.date(1815, 12, 10)"),
                Arguments.of(LocalTime.of(7, 5), "datetime.time(7, 5)"),
                Arguments.of(Duration.ZERO, "datetime.timedelta(0)"),
                Arguments.of(
                        Duration.ofNanos(-1_000), "datetime.timedelta(days=-1, seconds=86399, microseconds=999999)"),
                Arguments.of(PythonObject.call(PythonClass.of("app.Color"), 1), "app.Color(1)"),
                Arguments.of(PythonObject.of(PythonClass.of("app.Point")).set("x", 1), "<app.Point {'x': 1}>"),
                Arguments.of(new PersistentObject(PythonClass.of("app.Person")), "<app.Person, new>"),
                Arguments.of(new PersistentMapping(Map.of("x", new PersistentMapping())), "{'x': {}}"),
                Arguments.of(
                        new CrossDatabaseReference(
                                "db", new io.zrs.storage.Oid(7), null, CrossDatabaseReference.Strength.WEAK),
                        "<WeakRef to 0x07 in 'db'>"));
    }

    @ParameterizedTest
    @MethodSource({"numbers", "others"})
    void printsAsPythonDoes(@Nullable Object value, String expected) {
        assertThat(PythonRepr.of(value)).isEqualTo(expected);
    }

    @Test
    void isHowAttributesPrint() {
        PythonObject point =
                PythonObject.of(PythonClass.of("app.Point")).set("x", 1).set("y", null);
        assertThat(point.attributes()).hasToString("{'x': 1, 'y': None}");
    }

    @Test
    void cutsWhatIsLong() {
        assertThat(PythonRepr.of("x".repeat(1_000_000))).hasSizeLessThan(5_000).endsWith("…'");
        assertThat(PythonRepr.of(Collections.nCopies(1_000_000, 1L)))
                .hasSizeLessThan(5_000)
                .endsWith(", 1, …]");
    }

    @Test
    void cutsWhatIsDeepOrContainsItself() {
        List<Object> recursive = new ArrayList<>();
        recursive.add(Tuple.of(recursive));
        assertThat(PythonRepr.of(recursive)).isEqualTo("[([...],)]");
        Object deep = 1L;
        for (int i = 0; i < 100_000; i++) {
            deep = Tuple.of(deep);
        }
        assertThat(PythonRepr.of(deep)).hasSizeLessThan(100).contains("…");
    }
}
