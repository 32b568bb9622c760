package io.zrs.testing.internal;

import com.google.common.math.LongMath;
import io.zrs.reactor.Cancellable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A clock that somebody moves, and what is to happen at which of its instants: calls for the same instant in the order in which they were asked for.
 *
 * <p>Threading: confined to one thread.
 */
public final class VirtualTime extends Clock {
    private static final Instant START = Instant.parse("2007-03-21T20:32:57Z");
    private static final Duration DELAY_MAX = Duration.ofDays(36500);

    private final PriorityQueue<Call> calls = new PriorityQueue<>();
    private long nanos;
    private long sequence;

    /** Stands at 2007-03-21T20:32:57Z, and nothing is to happen. */
    public VirtualTime() {}

    @Override
    public Instant instant() {
        return START.plusNanos(nanos);
    }

    /** Nanoseconds since the start. */
    public long nanos() {
        return nanos;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("a virtual clock has instants only");
    }

    /** Has {@code task} called after {@code delay}, at once if it is negative. */
    public Cancellable callLater(Duration delay, Runnable task) {
        return callLater(nanosOf(delay), null, task);
    }

    /** Has {@code task} called after {@code delayNanos}, which are not negative, unless its owner's calls are {@linkplain #drop dropped} before. */
    public Cancellable callLater(long delayNanos, @Nullable Object owner, Runnable task) {
        Call call = new Call(LongMath.saturatedAdd(nanos, delayNanos), sequence++, owner, task);
        calls.add(call);
        return call;
    }

    /** {@code delay} from 0 to a hundred years, in nanoseconds. */
    public static long nanosOf(Duration delay) {
        return (delay.isNegative() ? Duration.ZERO : delay.compareTo(DELAY_MAX) > 0 ? DELAY_MAX : delay).toNanos();
    }

    /** Cancels all calls of owners that {@code owners} takes. */
    public void drop(Predicate<@Nullable Object> owners) {
        calls.removeIf(call -> owners.test(call.owner));
    }

    /** How many calls are to happen. */
    public int size() {
        return calls.size();
    }

    /** Takes the next call that is due, if there is one. */
    public @Nullable Runnable pollDue() {
        Call first = calls.peek();
        if (first == null || first.nanos > nanos) {
            return null;
        }
        calls.remove();
        return first.task;
    }

    /** How long it is to each call, in their order. */
    public List<Duration> delays() {
        return calls.stream()
                .sorted()
                .map(call -> Duration.ofNanos(call.nanos - nanos))
                .toList();
    }

    /**
     * Moves to the instant of the next call.
     *
     * @throws IllegalStateException if there is none
     */
    public void moveToNext() {
        Call first = calls.peek();
        if (first == null) {
            throw new IllegalStateException("nothing is to happen later");
        }
        nanos = Math.max(nanos, first.nanos);
    }

    /**
     * Moves to the instant of the next call, but no further than {@code endNanos} after the start, and never back.
     *
     * @return whether that moved the clock
     */
    public boolean moveTowards(long endNanos) {
        Call first = calls.peek();
        long next = first == null ? endNanos : Math.min(endNanos, first.nanos);
        boolean moved = next > nanos;
        nanos = Math.max(nanos, next);
        return moved;
    }

    private final class Call implements Comparable<Call>, Cancellable {
        private final long nanos;
        private final long sequence;
        private final @Nullable Object owner;
        private final Runnable task;

        private Call(long nanos, long sequence, @Nullable Object owner, Runnable task) {
            this.nanos = nanos;
            this.sequence = sequence;
            this.owner = owner;
            this.task = task;
        }

        @Override
        public void cancel() {
            calls.remove(this);
        }

        @Override
        public int compareTo(Call other) {
            return nanos == other.nanos ? Long.compare(sequence, other.sequence) : Long.compare(nanos, other.nanos);
        }
    }
}
