package io.zrs.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PythonOrderTest {
    private static final BigInteger BEYOND_LONG = BigInteger.ONE.shiftLeft(64);

    @Test
    void ascends() {
        List<Object> ascending = new ArrayList<>(Arrays.asList(
                null,
                Double.NEGATIVE_INFINITY,
                BEYOND_LONG.negate(),
                Long.MIN_VALUE,
                -1.5,
                -1L,
                false,
                new BigDecimal("1e-400"),
                Double.MIN_VALUE,
                0.5f,
                1,
                new BigDecimal("1.00000000000000000001"),
                (1L << 53) + 1,
                0x1p53 + 2,
                Long.MAX_VALUE,
                0x1p63,
                BEYOND_LONG,
                Double.MAX_VALUE,
                Double.POSITIVE_INFINITY,
                Double.NaN,
                "",
                "A",
                "a",
                "a\0",
                "aa",
                Bytes.utf8("ab"),
                "é",
                Bytes.copyOf(new byte[] {(byte) 0xe0}),
                "\ud800", // stands alone: U+D800
                "\ud800b",
                "\uffff",
                "\ud800\udc00", // U+10000
                "\udbff\udfff",
                Bytes.copyOf(new byte[] {(byte) 0xff}),
                Bytes.copyOf(new byte[] {(byte) 0xff, 0}),
                Tuple.of(),
                Tuple.of((Object) null),
                Tuple.of(1),
                List.of(1, "a"),
                Tuple.of(1, "b"),
                Tuple.of(1, Tuple.of()),
                Tuple.of("a")));
        checkAscending(ascending);
        checkAscending(List.of(LocalDateTime.of(2007, 3, 21, 20, 32), LocalDateTime.of(2007, 3, 21, 20, 32, 0, 1000)));
        checkAscending(List.of(LocalDate.of(1815, 12, 10), LocalDate.of(2007, 3, 21)));
        checkAscending(List.of(LocalTime.MIN, LocalTime.NOON));
        checkAscending(List.of(Duration.ofSeconds(-1), Duration.ZERO, Duration.ofDays(1)));
        checkAscending(List.of(
                OffsetDateTime.parse("2007-03-21T23:00:00+02:00"), OffsetDateTime.parse("2007-03-21T22:00:00+00:00")));
        checkAscending(List.of(new UUID(1, 2), new UUID(1, -1), new UUID(-1, 0)));
    }

    @Test
    void takesEqualValuesOfDifferentTypesAsOne() {
        checkEqual(1, 1L, 1.0, true, (byte) 1, (short) 1, 1.0f, BigInteger.ONE, new BigDecimal("1.00"));
        checkEqual(0.0, -0.0, 0L, false);
        checkEqual("café", Bytes.utf8("café"));
        checkEqual(Tuple.of(1, "a"), List.of(1.0, Bytes.utf8("a")));
        checkEqual(
                OffsetDateTime.parse("2007-03-21T23:00:00+02:00"), OffsetDateTime.parse("2007-03-21T21:00:00+00:00"));
    }

    @Test
    void refusesWhatHasNoOrder() {
        List<Object> strange = List.of(
                new PythonClass("app", "Thing"), Set.of(1), LocalDate.EPOCH, LocalDateTime.MIN, OffsetDateTime.MIN);
        for (Object each : strange) {
            for (Object other : Arrays.asList(null, 1L, "a", Tuple.of(), new UUID(0, 0))) {
                checkRefused(each, other);
                checkRefused(other, each);
            }
        }
        checkRefused(strange.get(0), strange.get(0));
        checkRefused(LocalDate.EPOCH, LocalDateTime.MIN);
        checkRefused(new java.util.concurrent.atomic.AtomicLong(), 1L);
        assertThatThrownBy(() -> PythonOrder.ORDER.compare(LocalDate.EPOCH, "a"))
                .hasMessage("cannot be compared: java.time.LocalDate and java.lang.String");
    }

    @Test
    void endsWithListsThatContainThemselves() {
        List<Object> one = new ArrayList<>();
        one.add(one);
        List<Object> two = new ArrayList<>();
        two.add(two);
        checkRefused(one, two);
    }

    @Test
    void isSureOfPlainTypesOnly() {
        assertThat(PythonOrder.isOutOfOrder("b", "a")).isTrue();
        assertThat(PythonOrder.isOutOfOrder(1L, 1L)).isTrue();
        assertThat(PythonOrder.isOutOfOrder(Bytes.utf8("b"), Bytes.utf8("a"))).isTrue();
        assertThat(PythonOrder.isOutOfOrder("a", "b")).isFalse();
        assertThat(PythonOrder.isOutOfOrder("a", 1L)).isFalse();
        assertThat(PythonOrder.isOutOfOrder(Tuple.of(2), Tuple.of(1))).isFalse();
        assertThat(PythonOrder.isOutOfOrder(LocalDate.EPOCH, "a")).isFalse();
    }

    private static void checkAscending(List<?> values) {
        for (int i = 0; i < values.size(); i++) {
            for (int j = 0; j < values.size(); j++) {
                assertThat(Integer.signum(PythonOrder.ORDER.compare(values.get(i), values.get(j))))
                        .as("%s, %s", values.get(i), values.get(j))
                        .isEqualTo(Integer.compare(i, j));
            }
        }
    }

    private static void checkEqual(Object... values) {
        for (Object left : values) {
            for (Object right : values) {
                assertThat(PythonOrder.ORDER.compare(left, right))
                        .as("%s, %s", left, right)
                        .isZero();
            }
        }
    }

    private static void checkRefused(Object left, Object right) {
        assertThatThrownBy(() -> PythonOrder.ORDER.compare(left, right)).isInstanceOf(ClassCastException.class);
    }
}
