package io.zrs.database;

import io.zrs.pickle.Octets;
import io.zrs.pickle.PickleDict;
import io.zrs.pickle.PickleForm;
import io.zrs.pickle.PickleList;
import io.zrs.pickle.PickleObject;
import io.zrs.pickle.PickleObject.Construction;
import io.zrs.pickle.PickleTuple;
import io.zrs.pickle.PickleValue;
import io.zrs.pickle.PickleValue.ByteString;
import io.zrs.pickle.PickleValue.Floating;
import io.zrs.pickle.PickleValue.Global;
import io.zrs.pickle.PickleValue.Int;
import io.zrs.pickle.PickleValue.LongInt;
import io.zrs.pickle.PickleValue.Text;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values that {@link StandardValues} and {@link DateTimes} read, for one record.
 *
 * <p>Threading: as its connection.
 */
final class StandardValueWriter {
    private static final BigInteger LOW = BigInteger.ONE.shiftLeft(Long.SIZE).subtract(BigInteger.ONE);

    private final boolean python2;
    private final Function<String, PickleValue> names;
    private final Function<OffsetDateTime, @Nullable PickleValue> readZones;
    private final Map<ZoneOffset, PickleValue> zones = new HashMap<>();

    /**
     * A writer.
     *
     * @param names gives the value for the name of an attribute
     * @param readZones gives the time zone that a value was read with, null if there is none
     */
    StandardValueWriter(
            PickleForm form,
            Function<String, PickleValue> names,
            Function<OffsetDateTime, @Nullable PickleValue> readZones) {
        this.python2 = form == PickleForm.PYTHON2_STORED;
        this.names = names;
        this.readZones = readZones;
    }

    /** How a set is pickled. */
    PickleValue set(boolean frozen, PickleList items) {
        return PickleObject.call(builtin(frozen ? "frozenset" : "set"), items);
    }

    /**
     * How another value is pickled; null if there is no rule for it here.
     *
     * @throws IllegalArgumentException if Python has no such date or time
     */
    @Nullable
    PickleValue write(Object value) {
        return value instanceof Number number ? number(number) : other(value);
    }

    private @Nullable PickleValue number(Number value) {
        return value instanceof BigDecimal decimal
                ? PickleObject.call(new Global("decimal", "Decimal"), ascii(decimal.toString()))
                : null;
    }

    private @Nullable PickleValue other(Object value) {
        if (value instanceof Complex complex) {
            return PickleObject.call(
                    builtin("complex"), new Floating(complex.real()), new Floating(complex.imaginary()));
        }
        if (value instanceof UUID uuid) {
            return uuid(uuid);
        }
        if (value instanceof LocalDateTime local) {
            return call("datetime", dateTime(local));
        }
        if (value instanceof Instant instant) {
            return zoned(utc(instant));
        }
        if (value instanceof OffsetDateTime time) {
            return zoned(time);
        }
        if (value instanceof LocalDate date) {
            return call("date", bytes(put(ByteBuffer.allocate(DateTimes.DATE_BYTES), date)));
        }
        if (value instanceof LocalTime time) {
            return call("time", bytes(put(ByteBuffer.allocate(DateTimes.TIME_BYTES), time)));
        }
        return value instanceof Duration duration ? timedelta(duration) : null;
    }

    private Global builtin(String name) {
        return new Global(python2 ? "__builtin__" : "builtins", name);
    }

    private PickleValue ascii(String text) {
        Text value = Text.of(text);
        return python2 ? new ByteString(value.utf8()) : value;
    }

    private PickleValue bytes(ByteBuffer bytes) {
        Octets octets = Octets.of(bytes.flip());
        return python2 ? new ByteString(octets) : new PickleValue.Bytes(octets);
    }

    private PickleValue uuid(UUID uuid) {
        BigInteger number = BigInteger.valueOf(uuid.getMostSignificantBits())
                .and(LOW)
                .shiftLeft(Long.SIZE)
                .or(BigInteger.valueOf(uuid.getLeastSignificantBits()).and(LOW));
        PickleDict state = PickleDict.of(new PickleDict.Entry(names.apply("int"), new LongInt(number)));
        return instance(new Global("uuid", "UUID")).build(state).value();
    }

    /** An instance of a class without arguments, still without state. */
    private PickleObject.Builder instance(Global pythonClass) {
        if (!python2) {
            return PickleObject.builder(Construction.NEWOBJ, pythonClass, PickleTuple.of());
        }
        PickleTuple arguments = PickleTuple.of(pythonClass, builtin("object"), PickleValue.None.NONE);
        return PickleObject.builder(Construction.REDUCE, new Global("copy_reg", "_reconstructor"), arguments);
    }

    private static OffsetDateTime utc(Instant instant) {
        try {
            return instant.atOffset(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(instant + ": Python's years are 1 to 9999", e);
        }
    }

    private PickleObject zoned(OffsetDateTime time) {
        PickleValue zone = readZones.apply(time);
        return call("datetime", dateTime(time.toLocalDateTime()), zone == null ? zone(time) : zone);
    }

    private PickleValue zone(OffsetDateTime time) {
        if (python2) {
            throw new IllegalArgumentException(
                    time + " has a time zone, for which Python 2 has no class of its own: store a"
                            + " LocalDateTime, or a datetime with an object of the class that the application has for its zones");
        }
        return zones.computeIfAbsent(
                time.getOffset(), offset -> call("timezone", timedelta(Duration.ofSeconds(offset.getTotalSeconds()))));
    }

    private static PickleObject timedelta(Duration duration) {
        long days = Math.floorDiv(duration.getSeconds(), DateTimes.SECONDS_PER_DAY);
        if (Math.abs(days) > DateTimes.DAYS_MAX) {
            throw new IllegalArgumentException(duration + " is longer than Python's timedelta");
        }
        return call(
                "timedelta",
                new Int(days),
                new Int(Math.floorMod(duration.getSeconds(), DateTimes.SECONDS_PER_DAY)),
                new Int(micros(duration.getNano(), duration)));
    }

    private static PickleObject call(String name, PickleValue... arguments) {
        return PickleObject.call(new Global("datetime", name), arguments);
    }

    private PickleValue dateTime(LocalDateTime value) {
        ByteBuffer bytes = ByteBuffer.allocate(DateTimes.DATE_BYTES + DateTimes.TIME_BYTES);
        return bytes(put(put(bytes, value.toLocalDate()), value.toLocalTime()));
    }

    private static ByteBuffer put(ByteBuffer bytes, LocalDate date) {
        if (date.getYear() < 1 || date.getYear() > 9999) {
            throw new IllegalArgumentException(date + ": Python's years are 1 to 9999");
        }
        return bytes.putShort((short) date.getYear())
                .put((byte) date.getMonthValue())
                .put((byte) date.getDayOfMonth());
    }

    private static ByteBuffer put(ByteBuffer bytes, LocalTime time) {
        int micros = micros(time.getNano(), time);
        return bytes.put((byte) time.getHour())
                .put((byte) time.getMinute())
                .put((byte) time.getSecond())
                .put((byte) (micros >> 16))
                .putShort((short) micros);
    }

    private static int micros(int nanos, Object value) {
        if (nanos % DateTimes.NANOS_PER_MICRO != 0) {
            throw new IllegalArgumentException(value + " has nanoseconds, Python only microseconds: truncate it");
        }
        return nanos / DateTimes.NANOS_PER_MICRO;
    }
}
