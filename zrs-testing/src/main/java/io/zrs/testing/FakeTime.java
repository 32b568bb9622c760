package io.zrs.testing;

import io.zrs.reactor.Cancellable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A clock that somebody moves, and what is to happen at which of its instants. Threading: confined to one thread. */
final class FakeTime extends Clock {
    private static final Instant START = Instant.parse("2007-03-21T20:32:57Z");
    private static final Duration DELAY_MAX = Duration.ofDays(36500);

    private final TreeSet<Call> calls =
            new TreeSet<>(Comparator.comparing(Call::instant).thenComparing(Call::sequence));
    private Instant now = START;
    private long sequence;

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("the clock of a fake reactor has instants only");
    }

    Cancellable callLater(Duration delay, Runnable task) {
        Duration bounded = delay.isNegative() ? Duration.ZERO : delay.compareTo(DELAY_MAX) > 0 ? DELAY_MAX : delay;
        Call call = new Call(now.plus(bounded), sequence++, task);
        calls.add(call);
        return () -> calls.remove(call);
    }

    /** Takes the next call that is due, if there is one. */
    @Nullable
    Runnable pollDue() {
        if (calls.isEmpty() || calls.first().instant.isAfter(now)) {
            return null;
        }
        Call call = calls.first();
        calls.remove(call);
        return call.task;
    }

    List<Duration> delays() {
        return calls.stream().map(call -> Duration.between(now, call.instant)).toList();
    }

    /**
     * Moves to the instant of the next call.
     *
     * @throws IllegalStateException if there is none
     */
    void moveToNext() {
        if (calls.isEmpty()) {
            throw new IllegalStateException("nothing is to happen later");
        }
        now = calls.first().instant;
    }

    /** Moves to the instant of the next call, but no further than {@code end}; tells whether that moved the clock or made a call due. */
    boolean moveTowards(Instant end) {
        Instant next = calls.isEmpty() || calls.first().instant.isAfter(end) ? end : calls.first().instant;
        boolean moved = next.isAfter(now);
        now = next;
        return moved;
    }

    private record Call(Instant instant, long sequence, Runnable task) {}
}
