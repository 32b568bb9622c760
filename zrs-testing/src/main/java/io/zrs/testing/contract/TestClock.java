package io.zrs.testing.contract;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that goes on by a second whenever it is asked, unless it is stopped. Threading: thread-safe. */
final class TestClock extends Clock {
    private static final Instant START = Instant.parse("2007-03-21T20:32:57Z");

    private Instant now = START;
    private Duration tick = Duration.ofSeconds(1);

    @Override
    public synchronized Instant instant() {
        Instant answer = now;
        now = now.plus(tick);
        return answer;
    }

    /** What the next question will be answered with. */
    synchronized Instant peek() {
        return now;
    }

    synchronized void stop() {
        tick = Duration.ZERO;
    }

    /** Moves forward, or back. */
    synchronized void move(Duration duration) {
        now = now.plus(duration);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("the clock of a contract test has instants only");
    }
}
