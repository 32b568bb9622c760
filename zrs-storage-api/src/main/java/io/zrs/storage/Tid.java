package io.zrs.storage;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Locale;

/**
 * Identity of a transaction, and of the object revisions that it wrote (there called serial): a time stamp in UTC.
 *
 * <pre>
 * upper u32   minutes: (((year - 1900) * 12 + month - 1) * 31 + day - 1) * 1440 + minuteOfDay
 * lower u32   second of the minute in units of 60 / 2^32 s, cut off, never rounded
 * </pre>
 *
 * <p>Every month has 31 slots, so values exist that no calendar knows ("Feb 30"); they are legal and flow into the next month.
 * Ordered as an unsigned number, printed as ZODB prints it. Threading: immutable. Source: persistent, {@code TimeStamp}.
 *
 * @param value all 64 bits
 */
public record Tid(long value) implements Comparable<Tid> {
    /** No transaction: the tid of an empty storage, before all others. */
    public static final Tid NONE = new Tid(0);

    /** The last tid that ZODB uses; {@code loadBefore(oid, MAX)} finds the current revision. */
    public static final Tid MAX = new Tid(Long.MAX_VALUE);

    private static final double SECONDS_PER_UNIT = 60.0 / 4294967296.0;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int MINUTES_PER_DAY = 1440;
    private static final int SLOTS_PER_MONTH = 31;
    private static final int MONTHS_PER_YEAR = 12;
    private static final int YEAR_MIN = 1900;

    /**
     * Reads the text form: hexadecimal digits, an even number of them, with or without {@code 0x}.
     *
     * @throws IllegalArgumentException if {@code text} is no such number or has more than 16 digits
     */
    public static Tid parse(String text) {
        return new Tid(Hex.parse(text));
    }

    /**
     * The tid of a moment, cut off to the 14 ns that a tid can tell apart.
     *
     * @throws IllegalArgumentException if the year lies before 1900 or after 9999
     */
    public static Tid of(Instant instant) {
        LocalDateTime time = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        // One correctly rounded division gives the double that Python has for the same decimal seconds.
        double second = (double) (time.getSecond() * NANOS_PER_SECOND + time.getNano()) / NANOS_PER_SECOND;
        return of(time.toLocalDate(), time.getHour() * 60 + time.getMinute(), second);
    }

    /**
     * The tid of a calendar date and time in UTC.
     *
     * @param minuteOfDay 0 to 1439
     * @param second 0 up to but not including 60
     * @throws IllegalArgumentException if the year lies before 1900 or after 9999, or another argument is out of range
     */
    public static Tid of(LocalDate date, int minuteOfDay, double second) {
        boolean inRange = date.getYear() >= YEAR_MIN
                && date.getYear() <= 9999
                && minuteOfDay >= 0
                && minuteOfDay < MINUTES_PER_DAY
                && second >= 0
                && second < 60;
        if (!inRange) {
            throw new IllegalArgumentException(
                    "no tid for " + date + ", minute " + minuteOfDay + ", second " + second + ": out of range");
        }
        long units = (long) (second / SECONDS_PER_UNIT);
        return new Tid(minutes(date, minuteOfDay) << 32 | units);
    }

    /** The moment that this tid names, so that {@code Tid.of(tid.toInstant())} is the same tid again (for real dates). */
    public Instant toInstant() {
        // Rounded up: what was cut off on the way here must not push the result into the unit before.
        long nanos = (long) Math.ceil(second() * NANOS_PER_SECOND);
        return date().atStartOfDay().plusMinutes(minuteOfDay()).plusNanos(nanos).toInstant(ZoneOffset.UTC);
    }

    /** {@code YYYY-MM-DD HH:MM:SS.ffffff} in UTC; like the original it can print 60.000000 seconds, and days that no month has. */
    public String toTimeString() {
        return String.format(
                Locale.ROOT,
                "%04d-%02d-%02d %02d:%02d:%09.6f",
                year(),
                month(),
                day(),
                minuteOfDay() / 60,
                minuteOfDay() % 60,
                second());
    }

    /**
     * This tid if it is later than {@code other}, else the first one after {@code other}: one unit more, or the start of the
     * next calendar minute.
     */
    public Tid laterThan(Tid other) {
        if (compareTo(other) > 0) {
            return this;
        }
        int units = (int) other.value + 1;
        if (units != 0) {
            return new Tid(other.value + 1);
        }
        int nextMinute = (other.minuteOfDay() + 1) % MINUTES_PER_DAY;
        LocalDate date = nextMinute == 0 ? other.date().plusDays(1) : other.date();
        return new Tid(minutes(date, nextMinute) << 32);
    }

    /** The 64-bit number after this one; not always a time, but the bound for {@code loadBefore} that includes this tid. */
    public Tid next() {
        return new Tid(value + 1);
    }

    @Override
    public int compareTo(Tid other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** {@code 0x} and an even number of hexadecimal digits without leading zero bytes, as {@code tid_repr} writes it. */
    @Override
    public String toString() {
        return Hex.minimal(value);
    }

    /** All 16 hexadecimal digits, without {@code 0x}. */
    public String toHex() {
        return Hex.full(value);
    }

    private static long minutes(LocalDate date, int minuteOfDay) {
        long months = (date.getYear() - YEAR_MIN) * (long) MONTHS_PER_YEAR + date.getMonthValue() - 1;
        return (months * SLOTS_PER_MONTH + date.getDayOfMonth() - 1) * MINUTES_PER_DAY + minuteOfDay;
    }

    private LocalDate date() {
        return LocalDate.of(year(), month(), 1).plusDays(day() - 1L);
    }

    private long days() {
        return (value >>> 32) / MINUTES_PER_DAY;
    }

    private int year() {
        return (int) (days() / SLOTS_PER_MONTH / MONTHS_PER_YEAR) + YEAR_MIN;
    }

    private int month() {
        return (int) (days() / SLOTS_PER_MONTH % MONTHS_PER_YEAR) + 1;
    }

    private int day() {
        return (int) (days() % SLOTS_PER_MONTH) + 1;
    }

    private int minuteOfDay() {
        return (int) ((value >>> 32) % MINUTES_PER_DAY);
    }

    private double second() {
        return (value & 0xffff_ffffL) * SECONDS_PER_UNIT;
    }
}
