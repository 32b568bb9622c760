package io.zrs.reactor;

import java.time.Duration;
import java.util.Comparator;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Tasks by the {@link System#nanoTime} from when on they may run. Threading: thread-safe. */
final class DelayedCalls {
    /** Far enough; and near enough for the difference of two {@code nanoTime}s. */
    private static final Duration DELAY_MAX = Duration.ofDays(36500);

    private static final long NANOS_PER_MS = 1_000_000;

    private final ConcurrentSkipListSet<Call> calls = new ConcurrentSkipListSet<>();
    private final AtomicLong sequence = new AtomicLong();

    Cancellable add(Duration delay, Runnable task) {
        Duration bounded = delay.isNegative() ? Duration.ZERO : delay.compareTo(DELAY_MAX) > 0 ? DELAY_MAX : delay;
        Call call = new Call(System.nanoTime() + bounded.toNanos(), sequence.getAndIncrement(), task);
        calls.add(call);
        return () -> calls.remove(call);
    }

    /** Takes the next call that is due at {@code now}, if there is one. */
    @Nullable
    Runnable poll(long now) {
        // Only the reactor thread takes calls, but any thread may cancel the first one between the two steps.
        Call first = first();
        while (first != null && first.nanoTime - now <= 0) {
            if (calls.remove(first)) {
                return first.task;
            }
            first = first();
        }
        return null;
    }

    /** Milliseconds until a call is due, rounded up: 0 if one is, {@link Long#MAX_VALUE} if there is none. */
    long delayMs() {
        Call first = first();
        if (first == null) {
            return Long.MAX_VALUE;
        }
        long nanos = first.nanoTime - System.nanoTime();
        return nanos <= 0 ? 0 : (nanos - 1) / NANOS_PER_MS + 1;
    }

    private @Nullable Call first() {
        try {
            return calls.first();
        } catch (NoSuchElementException e) {
            return null;
        }
    }

    /** Calls for the same instant come in the order in which they were asked for. */
    private record Call(long nanoTime, long sequence, Runnable task) implements Comparable<Call> {
        private static final Comparator<Call> BY_SEQUENCE = Comparator.comparingLong(Call::sequence);

        @Override
        public int compareTo(Call other) {
            long difference = nanoTime - other.nanoTime; // may wrap around, unlike the times' order
            return difference == 0 ? BY_SEQUENCE.compare(this, other) : Long.signum(difference);
        }
    }
}
