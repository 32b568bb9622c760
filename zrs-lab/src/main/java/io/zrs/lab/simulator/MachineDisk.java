package io.zrs.lab.simulator;

import io.zrs.testing.disk.DiskFaults;
import io.zrs.testing.disk.DiskOperation;
import io.zrs.testing.disk.Verdict;
import java.util.random.RandomGenerator;

/**
 * What becomes of each operation on a machine's disk: mostly nothing special.
 *
 * <p>Threading: confined to one thread at a time.
 */
final class MachineDisk implements DiskFaults {
    private static final int FULL_OPERATIONS_MAX = 40;

    private final RandomGenerator random;
    private final Counts counts;
    private final Listener listener;
    private Verdict armed = Verdict.PROCEED;
    private boolean countsForcesOnly;
    private long operationsLeft;
    private int fullOperations;
    private int shortPercent;
    private boolean isSuspended;
    private boolean isTroubled;

    MachineDisk(RandomGenerator random, Counts counts, Listener listener) {
        this.random = random;
        this.counts = counts;
        this.listener = listener;
    }

    /** Is told what happens. */
    interface Listener {
        /** The machine loses its power, or its process is killed, before {@code operation}. */
        void dies(Verdict how, DiskOperation operation);

        /** An operation fails. */
        void fails(Verdict how, DiskOperation operation);

        /** An operation is about to be done. */
        void works(DiskOperation operation);
    }

    /** Has the {@code count}-th change from now on get {@code verdict}. */
    void arm(Verdict verdict, long count) {
        armed = verdict;
        countsForcesOnly = false;
        operationsLeft = count;
    }

    /** Has the {@code count}-th force from now on get {@code verdict}: there most is at stake. */
    void armAtForce(Verdict verdict, long count) {
        armed = verdict;
        countsForcesOnly = true;
        operationsLeft = count;
    }

    /** In percent, how many reads and writes do only a part of what is asked. */
    void setShortPercent(int percent) {
        shortPercent = percent;
    }

    /** From now on nothing goes wrong any more. */
    void heal() {
        armed = Verdict.PROCEED;
        fullOperations = 0;
        shortPercent = 0;
    }

    /** For somebody who only looks: nothing goes wrong and nothing counts meanwhile. */
    void suspend(boolean suspended) {
        isSuspended = suspended;
    }

    /** Whether an operation has failed in this life of the process. */
    boolean isTroubled() {
        return isTroubled;
    }

    /** A new process begins. */
    void newLife() {
        isTroubled = false;
    }

    @Override
    public Verdict decide(DiskOperation operation) {
        if (isSuspended) {
            return Verdict.PROCEED;
        }
        listener.works(operation);
        if (fullOperations > 0 && takesRoom(operation)) {
            fullOperations--;
            return fail(Verdict.FULL, Happening.DISK_FULL, operation);
        }
        if (armed != Verdict.PROCEED && isCounted(operation) && --operationsLeft <= 0) {
            return fire(operation);
        }
        if (shortPercent > 0 && isTransfer(operation) && random.nextInt(100) < shortPercent) {
            counts.add(Happening.SHORT_WRITE, operation.kind() == DiskOperation.Kind.WRITE ? 1 : 0);
            return Verdict.SHORT;
        }
        return Verdict.PROCEED;
    }

    private boolean isCounted(DiskOperation operation) {
        return countsForcesOnly ? operation.kind().isForce() : operation.kind().isChange();
    }

    private Verdict fire(DiskOperation operation) {
        Verdict verdict = armed;
        armed = Verdict.PROCEED;
        if (verdict == Verdict.FAIL) {
            return fail(verdict, Happening.DISK_ERROR, operation);
        }
        if (verdict == Verdict.FULL) {
            fullOperations = random.nextInt(FULL_OPERATIONS_MAX);
            return takesRoom(operation) ? fail(verdict, Happening.DISK_FULL, operation) : Verdict.PROCEED;
        }
        boolean power = verdict == Verdict.CRASH;
        counts.add(power ? Happening.POWER_FAILURE_AT_OPERATION : Happening.KILL_AT_OPERATION);
        listener.dies(verdict, operation);
        return verdict;
    }

    private Verdict fail(Verdict verdict, Happening happening, DiskOperation operation) {
        isTroubled = true;
        counts.add(happening);
        listener.fails(verdict, operation);
        return verdict;
    }

    private static boolean takesRoom(DiskOperation operation) {
        return switch (operation.kind()) {
            case WRITE, CREATE, CREATE_DIRECTORY -> true;
            default -> false;
        };
    }

    private static boolean isTransfer(DiskOperation operation) {
        return operation.kind() == DiskOperation.Kind.WRITE || operation.kind() == DiskOperation.Kind.READ;
    }
}
