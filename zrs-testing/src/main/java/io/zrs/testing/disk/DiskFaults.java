package io.zrs.testing.disk;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Decides what becomes of each operation of a {@link CrashingFileSystem}.
 *
 * <p>It is asked without any lock held, on the thread that wants the operation, so it may take its time. A slow disk:
 *
 * <pre>
 * fileSystem.setFaults(operation -&gt; {
 *     if (operation.kind().isForce()) {
 *         clock.advance(Duration.ofMillis(20)); // or wait, where threads are tested
 *     }
 *     return Verdict.PROCEED;
 * });
 * </pre>
 *
 * <p>Threading: those made here may be asked by any thread; one with a random generator is as thread-safe as that.
 */
@FunctionalInterface
public interface DiskFaults {
    /** A disk on which everything works. */
    DiskFaults NONE = operation -> Verdict.PROCEED;

    /** Decides over one operation; must not change the file system, but may crash or kill it. */
    Verdict decide(DiskOperation operation);

    /** One operation, by its number. */
    static DiskFaults at(long number, Verdict verdict) {
        return when(operation -> operation.number() == number, verdict);
    }

    /** An operation and all that follow, until other faults are set: a disk that is full, or broken. */
    static DiskFaults from(long number, Verdict verdict) {
        return when(operation -> operation.number() >= number, verdict);
    }

    /** All operations that {@code which} accepts. */
    static DiskFaults when(Predicate<DiskOperation> which, Verdict verdict) {
        return operation -> which.test(operation) ? verdict : Verdict.PROCEED;
    }

    /**
     * One of those operations that {@code which} accepts, for instance the fifth force of a file.
     *
     * @param count which of them, from 1
     */
    static DiskFaults nth(long count, Predicate<DiskOperation> which, Verdict verdict) {
        checkArgument(count >= 1, "count %s, the first is 1", count);
        AtomicLong accepted = new AtomicLong();
        return when(operation -> which.test(operation) && accepted.incrementAndGet() == count, verdict);
    }

    /**
     * Some of those operations that {@code which} accepts.
     *
     * @param probability from 0 to 1, for each operation by itself
     */
    static DiskFaults sometimes(
            RandomGenerator random, double probability, Predicate<DiskOperation> which, Verdict verdict) {
        checkArgument(probability >= 0 && probability <= 1, "probability %s", probability);
        return when(operation -> which.test(operation) && random.nextDouble() < probability, verdict);
    }

    /** These faults, and {@code other} for what these let proceed. */
    default DiskFaults or(DiskFaults other) {
        return operation -> {
            Verdict verdict = decide(operation);
            return verdict == Verdict.PROCEED ? other.decide(operation) : verdict;
        };
    }
}
