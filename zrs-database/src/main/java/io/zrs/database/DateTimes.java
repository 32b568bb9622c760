package io.zrs.database;

import io.zrs.pickle.Octets;
import io.zrs.pickle.PickleObject;
import io.zrs.pickle.PickleObject.Construction;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.PickleValue.Global;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Dates and times, which Python pickles as calls with a few bytes:
 *
 * <pre>
 * datetime.date      year:u16be month:u8 day:u8
 * datetime.time      hour:u8 minute:u8 second:u8 microsecond:u24be
 * datetime.datetime  date and time
 * </pre>
 *
 * <p>A second argument is the time zone. The highest bit of the month, of a {@code time} the hour, is the fold: such values, which only protocol 4
 * and above can express, have no Java equal, and neither have those with a zone that is not a fixed offset.
 *
 * <p>Threading: stateless. Source: Python, {@code _pydatetime.py}, {@code _getstate}.
 */
final class DateTimes {
    static final int DATE_BYTES = 4;
    static final int TIME_BYTES = 6;
    static final int NANOS_PER_MICRO = 1_000;
    static final long SECONDS_PER_DAY = 86_400;
    static final long DAYS_MAX = 999_999_999;

    private DateTimes() {}

    /** A {@link LocalDateTime} or an {@link OffsetDateTime}. */
    static @Nullable Object dateTime(List<PickleValue> arguments) {
        ByteBuffer bytes = bytes(arguments, DATE_BYTES + TIME_BYTES);
        LocalDate date = bytes == null ? null : date(bytes);
        LocalTime time = bytes == null ? null : time(bytes);
        if (date == null || time == null || arguments.size() > 2) {
            return null;
        }
        LocalDateTime local = LocalDateTime.of(date, time);
        if (arguments.size() == 1) {
            return local;
        }
        ZoneOffset offset = offset(arguments.get(1));
        return offset == null ? null : OffsetDateTime.of(local, offset);
    }

    static @Nullable LocalDate date(List<PickleValue> arguments) {
        ByteBuffer bytes = arguments.size() == 1 ? bytes(arguments, DATE_BYTES) : null;
        return bytes == null ? null : date(bytes);
    }

    /** A time without zone. */
    static @Nullable LocalTime time(List<PickleValue> arguments) {
        ByteBuffer bytes = arguments.size() == 1 ? bytes(arguments, TIME_BYTES) : null;
        return bytes == null ? null : time(bytes);
    }

    /** From days, seconds and microseconds, which Python keeps in their ranges. */
    static @Nullable Duration duration(List<PickleValue> arguments) {
        if (arguments.size() != 3) {
            return null;
        }
        OptionalLong days = arguments.get(0).asLong();
        OptionalLong seconds = arguments.get(1).asLong();
        OptionalLong micros = arguments.get(2).asLong();
        boolean inRange = days.isPresent()
                && Math.abs(days.getAsLong()) <= DAYS_MAX
                && seconds.isPresent()
                && seconds.getAsLong() >= 0
                && seconds.getAsLong() < SECONDS_PER_DAY
                && micros.isPresent()
                && micros.getAsLong() >= 0
                && micros.getAsLong() < 1_000_000;
        return inRange
                ? Duration.ofSeconds(
                        days.getAsLong() * SECONDS_PER_DAY + seconds.getAsLong(), micros.getAsLong() * NANOS_PER_MICRO)
                : null;
    }

    /** The first argument, if it is {@code size} bytes. */
    private static @Nullable ByteBuffer bytes(List<PickleValue> arguments, int size) {
        Octets octets = arguments.isEmpty() ? null : arguments.get(0).asBytes().orElse(null);
        return octets == null || octets.size() != size ? null : octets.asByteBuffer();
    }

    private static @Nullable LocalDate date(ByteBuffer bytes) {
        int year = Short.toUnsignedInt(bytes.getShort());
        int month = bytes.get();
        int day = bytes.get();
        try {
            return year < 1 || year > 9999 ? null : LocalDate.of(year, month, day);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable LocalTime time(ByteBuffer bytes) {
        int hour = bytes.get();
        int minute = bytes.get();
        int second = bytes.get();
        int micros = Byte.toUnsignedInt(bytes.get()) << 16 | Short.toUnsignedInt(bytes.getShort());
        try {
            return LocalTime.of(hour, minute, second, micros * NANOS_PER_MICRO);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Of UTC in its several classes, and of {@code datetime.timezone} without a name. */
    private static @Nullable ZoneOffset offset(PickleValue zone) {
        if (zone instanceof Global global) {
            return isUtc(global) ? ZoneOffset.UTC : null;
        }
        if (!(zone instanceof PickleObject call)
                || call.construction() != Construction.REDUCE
                || !call.changes().isEmpty()
                || !(call.callable() instanceof Global global)
                || !(call.arguments() instanceof PickleTuple arguments)) {
            return null;
        }
        if (arguments.items().isEmpty()) {
            return isUtc(global) ? ZoneOffset.UTC : null;
        }
        return global.toString().equals("datetime.timezone")
                        && arguments.items().size() == 1
                ? offsetOf(arguments.items().get(0))
                : null;
    }

    private static boolean isUtc(Global global) {
        return global.toString().equals("pytz._UTC") || global.toString().equals("pytz.UTC");
    }

    private static @Nullable ZoneOffset offsetOf(PickleValue delta) {
        if (!(delta instanceof PickleObject call)
                || !call.callable().equals(new Global("datetime", "timedelta"))
                || !(call.arguments() instanceof PickleTuple arguments)) {
            return null;
        }
        Duration duration = duration(arguments.items());
        return duration == null
                        || duration.getNano() != 0
                        || duration.abs().compareTo(Duration.ofSeconds(ZoneOffset.MAX.getTotalSeconds())) > 0
                ? null
                : ZoneOffset.ofTotalSeconds((int) duration.getSeconds());
    }
}
