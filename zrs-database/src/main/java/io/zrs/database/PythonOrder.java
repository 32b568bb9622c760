package io.zrs.database;

import io.zrs.pickle.PickleValue;
import io.zrs.storage.Bytes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The order in which Python sorts keys, as far as Java values show it.
 *
 * <p>None comes first, then numbers, by value whatever their type (False is 0), then text and bytes, then tuples, item by item. Text goes by code point;
 * among bytes it stands where its UTF-8 form does, which is the same order. So what Python 2 could mix in one tree can be compared, and a byte string
 * that holds UTF-8 is found by its text. Dates, times, durations and UUIDs compare with their own kind. Everything else has no order.
 *
 * <p>Threading: immutable.
 */
final class PythonOrder implements Comparator<Object> {
    /** The only one. */
    static final PythonOrder ORDER = new PythonOrder();

    /** Of tuples in tuples; deeper keys are not compared. */
    private static final int DEPTH_MAX = 100;

    private PythonOrder() {}

    /** Kinds of values; those of different kinds go in this order. */
    private enum Kind {
        NONE,
        NUMBER,
        STRING,
        TUPLE,
        /** Has no order among the others. */
        OTHER;

        private static Kind of(@Nullable Object value) {
            if (value == null) {
                return NONE;
            }
            if (value instanceof Number || value instanceof Boolean) {
                return NUMBER;
            }
            if (value instanceof String || value instanceof Bytes) {
                return STRING;
            }
            return value instanceof List ? TUPLE : OTHER;
        }
    }

    /**
     * Compares two values.
     *
     * @throws ClassCastException if they have no order
     */
    @Override
    public int compare(@Nullable Object left, @Nullable Object right) {
        return compare(left, right, 0);
    }

    /** Whether two keys that should ascend surely do not. Looks only at types whose order is beyond doubt in all versions of Python. */
    static boolean isOutOfOrder(@Nullable Object left, @Nullable Object right) {
        boolean isSure = (left instanceof String && right instanceof String)
                || (left instanceof Long && right instanceof Long)
                || (left instanceof Bytes && right instanceof Bytes);
        return isSure && ORDER.compare(left, right) >= 0;
    }

    @Override
    public String toString() {
        return "the order of Python";
    }

    private static int compare(@Nullable Object left, @Nullable Object right, int depth) {
        if (left instanceof Long leftNumber && right instanceof Long rightNumber) {
            return Long.compare(leftNumber, rightNumber);
        }
        if (left instanceof String leftText && right instanceof String rightText) {
            return compareText(leftText, rightText);
        }
        Kind leftKind = Kind.of(left);
        Kind rightKind = Kind.of(right);
        if (left != null
                && right != null
                && (leftKind == rightKind || leftKind == Kind.OTHER || rightKind == Kind.OTHER)) {
            return compareSameKind(left, right, depth);
        }
        if (leftKind == Kind.OTHER || rightKind == Kind.OTHER) {
            throw incomparable(left, right);
        }
        return leftKind.compareTo(rightKind);
    }

    private static int compareSameKind(Object left, Object right, int depth) {
        if (isNumber(left) && isNumber(right)) {
            return compareNumbers(left, right);
        }
        if (left instanceof List<?> leftItems && right instanceof List<?> rightItems && depth < DEPTH_MAX) {
            return compareItems(leftItems, rightItems, depth + 1);
        }
        if (Kind.of(left) == Kind.STRING && Kind.of(right) == Kind.STRING) {
            return compareBytes(bytes(left), bytes(right));
        }
        if (left instanceof OffsetDateTime leftTime && right instanceof OffsetDateTime rightTime) {
            return OffsetDateTime.timeLineOrder().compare(leftTime, rightTime);
        }
        if (left instanceof UUID leftUuid && right instanceof UUID rightUuid) {
            int high = Long.compareUnsigned(leftUuid.getMostSignificantBits(), rightUuid.getMostSignificantBits());
            return high != 0
                    ? high
                    : Long.compareUnsigned(leftUuid.getLeastSignificantBits(), rightUuid.getLeastSignificantBits());
        }
        if (left instanceof LocalDateTime leftTime && right instanceof LocalDateTime rightTime) {
            return leftTime.compareTo(rightTime);
        }
        if (left instanceof LocalDate leftDate && right instanceof LocalDate rightDate) {
            return leftDate.compareTo(rightDate);
        }
        if (left instanceof LocalTime leftTime && right instanceof LocalTime rightTime) {
            return leftTime.compareTo(rightTime);
        }
        if (left instanceof Duration leftDuration && right instanceof Duration rightDuration) {
            return leftDuration.compareTo(rightDuration);
        }
        throw incomparable(left, right);
    }

    private static int compareItems(List<?> left, List<?> right, int depth) {
        int sharedSize = Math.min(left.size(), right.size());
        for (int i = 0; i < sharedSize; i++) {
            int order = compare(left.get(i), right.get(i), depth);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /** Java compares UTF-16, where U+10000 comes before U+FFFF. */
    private static int compareText(String left, String right) {
        int sharedLength = Math.min(left.length(), right.length());
        int at = 0;
        while (at < sharedLength && left.charAt(at) == right.charAt(at)) {
            at++;
        }
        if (at == sharedLength) {
            return Integer.compare(left.length(), right.length());
        }
        if (at > 0 && Character.isHighSurrogate(left.charAt(at - 1))) {
            at--;
        }
        return Integer.compare(left.codePointAt(at), right.codePointAt(at));
    }

    private static ByteBuffer bytes(Object value) {
        return value instanceof Bytes bytes
                ? bytes.asByteBuffer()
                : PickleValue.Text.of((String) value).utf8().asByteBuffer();
    }

    private static int compareBytes(ByteBuffer left, ByteBuffer right) {
        int at = left.mismatch(right);
        if (at < 0) {
            return 0;
        }
        boolean isPrefix = at == left.limit() || at == right.limit();
        return isPrefix
                ? Integer.compare(left.limit(), right.limit())
                : Byte.compareUnsigned(left.get(at), right.get(at));
    }

    private static boolean isNumber(Object value) {
        return isFloating(value) || isInteger(value) || value instanceof BigInteger || value instanceof BigDecimal;
    }

    private static boolean isFloating(Object value) {
        return value instanceof Double || value instanceof Float;
    }

    private static boolean isInteger(Object value) {
        return value instanceof Long
                || value instanceof Integer
                || value instanceof Short
                || value instanceof Byte
                || value instanceof Boolean;
    }

    private static int compareNumbers(Object left, Object right) {
        if (isInteger(left) && isInteger(right)) {
            return Long.compare(toLong(left), toLong(right));
        }
        if (isFloating(left) && isFloating(right)) {
            return compareDoubles(((Number) left).doubleValue(), ((Number) right).doubleValue());
        }
        if (isFloating(left) && !Double.isFinite(((Number) left).doubleValue())) {
            return ((Number) left).doubleValue() == Double.NEGATIVE_INFINITY ? -1 : 1;
        }
        if (isFloating(right) && !Double.isFinite(((Number) right).doubleValue())) {
            return ((Number) right).doubleValue() == Double.NEGATIVE_INFINITY ? 1 : -1;
        }
        return toDecimal(left).compareTo(toDecimal(right));
    }

    /** The two zeros are equal; what is no number at all comes last, so that there is an order. */
    private static int compareDoubles(double left, double right) {
        return left == right ? 0 : Double.compare(left, right);
    }

    private static long toLong(Object integer) {
        return integer instanceof Boolean truth ? (truth ? 1 : 0) : ((Number) integer).longValue();
    }

    private static BigDecimal toDecimal(Object number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        if (number instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        return isFloating(number)
                ? new BigDecimal(((Number) number).doubleValue())
                : BigDecimal.valueOf(toLong(number));
    }

    private static ClassCastException incomparable(@Nullable Object left, @Nullable Object right) {
        return new ClassCastException("cannot be compared: " + typeOf(left) + " and " + typeOf(right));
    }

    private static String typeOf(@Nullable Object value) {
        return value == null ? "None" : value.getClass().getName();
    }
}
