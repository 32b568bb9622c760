package io.zrs.server;

import io.zrs.storage.Tid;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A TIME as people write it, as the tid of that moment.
 *
 * <pre>
 * 0x036c6b911ddddddd, 036c6b911ddddddd   a tid: with 0x, or of 16 hexadecimal digits
 * 1174509187, 1174509187.5               seconds since 1970
 * 2007-03-21T20:33:07Z                   ISO 8601; a blank may stand for the T; UTC if no zone is given, midnight if no time is
 * </pre>
 *
 * <p>Six digits after the second's point are what {@link Tid#toTimeString} prints, rounded: they stand for the latest moment that is printed so.
 *
 * <p>Threading: immutable.
 */
final class TimeConverter implements ITypeConverter<Tid> {
    private static final Pattern TID = Pattern.compile("0x.*|[0-9a-fA-F]{16}");
    private static final Pattern SECONDS = Pattern.compile("-?[0-9]{1,12}(\\.[0-9]*)?");
    private static final Pattern PRINTED = Pattern.compile(".*:[0-9]{2}\\.[0-9]{6}(?![0-9]).*");
    private static final long PRINTED_ROUNDING_NANOS = 500;
    private static final int NANO_DIGITS = 9;

    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffsetId()
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    @Override
    public Tid convert(String text) {
        try {
            if (TID.matcher(text).matches()) {
                return Tid.parse(text);
            }
            return Tid.of(SECONDS.matcher(text).matches() ? seconds(text) : iso(text));
        } catch (DateTimeException | IllegalArgumentException e) {
            throw new TypeConversionException(
                    "'" + text + "' is no TIME: neither a tid (0x… or 16 hexadecimal digits), nor"
                            + " seconds since 1970, nor ISO 8601, between the years 1900 and 9999");
        }
    }

    private static Instant seconds(String text) {
        BigDecimal seconds = new BigDecimal(text);
        BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
        long nanos = seconds.subtract(whole).scaleByPowerOfTen(NANO_DIGITS).longValue();
        return Instant.ofEpochSecond(whole.longValueExact(), nanos);
    }

    private static Instant iso(String text) {
        TemporalAccessor parsed =
                ISO.parseBest(text.replace(' ', 'T'), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
        Instant instant;
        if (parsed instanceof OffsetDateTime time) {
            instant = time.toInstant();
        } else if (parsed instanceof LocalDateTime time) {
            instant = time.toInstant(ZoneOffset.UTC);
        } else {
            instant = LocalDate.from(parsed).atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        return PRINTED.matcher(text).matches() ? instant.plusNanos(PRINTED_ROUNDING_NANOS) : instant;
    }
}
