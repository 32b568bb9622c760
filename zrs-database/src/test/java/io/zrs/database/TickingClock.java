package io.zrs.database;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that begins where the golden data does, and goes on by a second each time it is asked. */
final class TickingClock extends Clock {
    static final Instant START = Instant.ofEpochSecond(1_174_509_177);

    private Instant next = START;

    @Override
    public synchronized Instant instant() {
        Instant now = next;
        next = now.plusSeconds(1);
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
    }
}
