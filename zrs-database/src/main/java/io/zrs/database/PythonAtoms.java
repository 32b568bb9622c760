package io.zrs.database;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Prints numbers, dates and the like as Python's {@code repr} does.
 *
 * <p>Threading: stateless.
 */
final class PythonAtoms {
    /** So many digits tell all floats apart. */
    private static final int DIGITS_MAX = 17;
    /** Numbers of so many digits, if not too small, can all be told apart as floats. */
    private static final int DIGITS_SAFE = 15;
    /** From here on, and before -4, floats have an exponent. */
    private static final int EXPONENT_FROM = 16;

    private PythonAtoms() {}

    /** What Python prints. */
    static String repr(@Nullable Object value) {
        if (value == null) {
            return "None";
        }
        if (value instanceof Boolean bool) {
            return bool ? "True" : "False";
        }
        if (value instanceof Double || value instanceof Float) {
            return floating(((Number) value).doubleValue());
        }
        if (value instanceof BigDecimal) {
            return "Decimal('" + value + "')";
        }
        if (value instanceof Complex complex) {
            return complex(complex);
        }
        if (value instanceof UUID) {
            return "UUID('" + value + "')";
        }
        return value instanceof PythonClass ? "<class '" + value + "'>" : time(value);
    }

    private static String floating(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal digits = shortest(value);
        int exponent = digits.precision() - digits.scale() - 1;
        if (exponent >= -4 && exponent < EXPONENT_FROM) {
            return digits.scale() <= 0 ? digits.toPlainString() + ".0" : digits.toPlainString();
        }
        BigDecimal mantissa = digits.movePointLeft(exponent);
        return mantissa.toPlainString()
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    /** The fewest digits that are read as {@code value} again. */
    private static BigDecimal shortest(double value) {
        BigDecimal exact = new BigDecimal(value);
        for (int digits = Math.abs(value) < Double.MIN_NORMAL ? 1 : DIGITS_SAFE; digits < DIGITS_MAX; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits));
            if (rounded.doubleValue() == value) {
                return rounded.stripTrailingZeros();
            }
        }
        return exact.round(new MathContext(DIGITS_MAX)).stripTrailingZeros();
    }

    private static String complex(Complex value) {
        String imaginary = withoutFraction(value.imaginary()) + "j";
        if (Double.doubleToRawLongBits(value.real()) == 0) {
            return imaginary;
        }
        return "(" + withoutFraction(value.real()) + (imaginary.startsWith("-") ? "" : "+") + imaginary + ")";
    }

    private static String withoutFraction(double value) {
        String text = floating(value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }

    private static String time(Object value) {
        if (value instanceof LocalDateTime local) {
            return "datetime.datetime(" + date(local.toLocalDate()) + ", " + time(local.toLocalTime()) + ")";
        }
        if (value instanceof OffsetDateTime zoned) {
            String zone = zoned.getOffset().equals(ZoneOffset.UTC)
                    ? "datetime.timezone.utc"
                    : "datetime.timezone("
                            + duration(Duration.ofSeconds(zoned.getOffset().getTotalSeconds())) + ")";
            return "datetime.datetime(" + date(zoned.toLocalDate()) + ", " + time(zoned.toLocalTime()) + ", tzinfo="
                    + zone + ")";
        }
        if (value instanceof LocalDate date) {
            return "datetime.date(" + date(date) + ")";
        }
        if (value instanceof LocalTime time) {
            return "datetime.time(" + time(time) + ")";
        }
        return value instanceof Duration duration ? duration(duration) : value.toString();
    }

    private static String date(LocalDate date) {
        return date.getYear() + ", " + date.getMonthValue() + ", " + date.getDayOfMonth();
    }

    private static String time(LocalTime time) {
        String text = time.getHour() + ", " + time.getMinute();
        if (time.getSecond() != 0 || time.getNano() != 0) {
            text += ", " + time.getSecond();
        }
        return time.getNano() == 0 ? text : text + ", " + time.getNano() / DateTimes.NANOS_PER_MICRO;
    }

    private static String duration(Duration duration) {
        long days = Math.floorDiv(duration.getSeconds(), DateTimes.SECONDS_PER_DAY);
        long seconds = Math.floorMod(duration.getSeconds(), DateTimes.SECONDS_PER_DAY);
        int micros = duration.getNano() / DateTimes.NANOS_PER_MICRO;
        String text = (days == 0 ? "" : ", days=" + days)
                + (seconds == 0 ? "" : ", seconds=" + seconds)
                + (micros == 0 ? "" : ", microseconds=" + micros);
        return "datetime.timedelta(" + (text.isEmpty() ? "0" : text.substring(2)) + ")";
    }
}
